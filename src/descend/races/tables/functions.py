"""The functions of one number that a race uses: the learning rate of its winner over time, and the activations that it compares."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.numeric.curves import evenly, with_slope
from descend.problems import ACTIVATIONS
from descend.schedules import Schedule

from ..jobs import Parts

INPUTS = np.linspace(-8, 8, 641)  # of activations
POINTS = 500  # of a schedule at most


def functions(parts: Parts, board: list[dict[str, Any]]) -> pa.Table | None:
    """The table that RaceResult.functions tells of; None where there is nothing to show."""
    tables = [*_schedule(parts, board), *_activations(parts)]
    return pa.concat_tables(tables) if tables else None


def _schedule(parts: Parts, board: list[dict[str, Any]]) -> list[pa.Table]:
    """The learning rate of the first of the leaderboard that has one of its own at every update."""
    for line in board:
        home = parts.homes[line["rule"]]
        entry = next(e for e in home.job.entries if e.name == line["rule"])
        rate = entry.settings[home.phases.chosen[entry.name]].rate
        if isinstance(rate, Schedule):
            steps = evenly(parts.steps[entry.name], POINTS)
            return [_table("schedule", entry.name, steps, np.broadcast_to(np.asarray(rate(steps)), steps.shape), None)]
    return []


def _activations(parts: Parts) -> Iterator[pa.Table]:
    """Where more than one is used: each with its derivative."""
    names = dict.fromkeys(getattr(each.job.problem, "activation", None) for each in parts.parts)
    for name in names if len(names) > 1 else ():
        if name in ACTIVATIONS:
            yield _table("activation", name, INPUTS, *with_slope(ACTIVATIONS[name], INPUTS))


def _table(kind: str, name: str, x: np.ndarray, y: np.ndarray, slope: np.ndarray | None) -> pa.Table:
    return pa.table({
        "kind": pa.array([kind] * len(x), pa.string()),
        "name": pa.array([name] * len(x), pa.string()),
        "x": x.astype(float),
        "y": y.astype(float),
        "slope": pa.nulls(len(x), pa.float64()) if slope is None else pa.array(slope.astype(float)),
    })  # fmt: skip
