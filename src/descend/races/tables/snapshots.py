"""What the trained weights of a race look like: confusion of classes, and outputs over the plane."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.engine import TEST, Records
from descend.problems import Problem

Place = tuple[dict[str, Any], Records, int]  # a line of the leaderboard, the records it rests on, and its row there


def snapshots(problem: Problem, places: Sequence[Place]) -> dict[str, np.ndarray]:
    """The arrays that RaceResult.snapshots tells of, entrants in the order of `places`; nothing where the problem shows nothing."""
    shared = set.intersection(*({*records.snapshots} for _, records, _ in places)) if places else set()
    arrays: dict[str, np.ndarray] = {}
    if "confusion" in shared:
        counts = [np.nansum(records.snapshots["confusion"][row], axis=0) for _, records, row in places]
        arrays["confusion"] = np.stack(counts).astype(np.int64)
        arrays["classes"] = np.array(_classes(problem, len(counts[0])))
    if "field" in shared:
        arrays |= _field(problem, places)
    known = {"names": [line["rule"] for line, _, _ in places], "settings": [line["setting_id"] for line, _, _ in places]}
    return {name: np.array(values) for name, values in known.items()} | arrays if arrays else {}


def _classes(problem: Problem, count: int) -> list[str]:
    names = [str(name) for name in getattr(problem, "class_names", ())]
    return names if len(names) == count else [str(i) for i in range(count)]


def _field(problem: Problem, places: Sequence[Place]) -> dict[str, np.ndarray]:
    """The outputs of the first seed over the problem's bounds, the rows that trained and those that judged."""
    values = np.stack([records.snapshots["field"][row, 0] for _, records, row in places])
    bounds: Any = getattr(problem, "bounds", None)
    data: Any = problem.resplit(places[0][1].seeds[0])
    if bounds is None or data is None:
        return {}
    parts = [part for part in data if part is not None]
    accuracy = [_accuracy(records)[row, 0] for _, records, row in places]
    return {
        "field": values.astype(np.float32),
        "x1": np.linspace(bounds[0][0], bounds[0][1], values.shape[-1]),
        "x2": np.linspace(bounds[1][0], bounds[1][1], values.shape[-2]),
        "points": np.concatenate([np.asarray(part[0]) for part in parts]),
        "labels": np.concatenate([np.asarray(part[1]) for part in parts]),
        "held_out": np.concatenate([np.full(len(part[1]), i > 0) for i, part in enumerate(parts)]),
        "accuracy": np.array([_last(values) for values in accuracy]),
    }


def _accuracy(records: Records) -> np.ndarray:
    """The accuracies (settings, seeds, judgements) on the rows that judge; NaN where there are no classes."""
    measured = records.metrics.get(f"{TEST}accuracy", records.metrics.get("accuracy"))
    return np.full((*records.done.shape, 1), np.nan) if measured is None else measured


def _last(values: Any) -> float:
    """The last of the values that is a number."""
    there = np.asarray(values)[np.isfinite(values)]
    return float(there[-1]) if there.size else float("nan")
