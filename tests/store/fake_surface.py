"""A race on the bowl 0.1 x1^2 + 2 x2^2 (or its 1-D cousin), its paths computed in plain NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from descend.store import RaceResult

START, VIEW = (-5.0, -2.0), ((-5.5, 3.0), (-3.0, 3.0))
SETTINGS = {"sgd": 0.42, "momentum": 0.3, "nesterov": 0.1, "adagrad": 1.0, "rmsprop": 0.15, "adam": 0.35}


def _move(rule: str, g: np.ndarray, m: np.ndarray, v: np.ndarray, t: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if rule == "adagrad":
        return g / (np.sqrt(v + g**2) + 1e-8), m, v + g**2
    if rule == "rmsprop":
        v = 0.9 * v + 0.1 * g**2
        return g / (np.sqrt(v) + 1e-8), m, v
    if rule == "adam":
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        return m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.99**t)) + 1e-8), m, v
    decay = {"momentum": 0.8, "nesterov": 0.7}.get(rule, 0.0)
    m = decay * m + g
    return m, m, v


def descend(rule: str, rate: float, start: np.ndarray, slope: Callable, steps: int) -> np.ndarray:
    """The points (steps + 1, d) that a rule visits."""
    w, m, v = start, np.zeros_like(start), np.zeros_like(start)
    points = [w]
    for t in range(1, steps + 1):
        change, m, v = _move(rule, slope(w), m, v, t)
        w = w - rate * change
        points.append(w)
    return np.stack(points)


def bowl_race(settings: dict[str, float] | None = None, steps: int = 50, dimensions: int = 2, title: str = "bowl") -> RaceResult:
    """A deterministic race: one lane a rule, tuning lanes only, no held-out data."""
    settings = settings or SETTINGS | {"sgd too fast": 0.61}
    scale = np.array([0.1, 2.0])[-dimensions:] if dimensions == 2 else np.array([1.0])
    start = np.array(START)[:dimensions] if dimensions == 2 else np.array([1.0])
    lanes, curves, paths, board, sensitivity = [], [], [], [], []
    for number, (rule, rate) in enumerate(settings.items()):
        points = descend(rule, rate, start, lambda w: 2 * scale * w, steps)
        loss = (points**2 * scale).sum(axis=1)
        lost = bool(loss[-1] > loss[0])
        final = None if lost else float(loss[-1])
        lanes.append(
            {
                "lane": number,
                "entrant_id": number,
                "setting_id": number,
                "phase": "tuning",
                "rule": rule,
                "learning_rate": rate,
                "hyperparameters": f"learning_rate={rate:g}",
            }
            | {"seed": 0, "status": "diverged" if lost else "finished", "steps": steps, "start_loss": float(loss[0])}
            | {"loss": final, "accuracy": None, "steps_to_target": None, "settling_steps": None}
        )
        for step in range(steps + 1):
            x2 = float(points[step, 1]) if dimensions == 2 else None
            curves.append(
                {
                    "lane": number,
                    "entrant_id": number,
                    "setting_id": number,
                    "step": step,
                    "loss": float(loss[step]),
                    "gradient_norm": None,
                    "update_norm": None,
                }
                | {"judged_loss": float(loss[step]) if step % 10 == 0 else None, "accuracy": None}
            )
            paths.append(
                {
                    "setting_id": number,
                    "rule": rule,
                    "learning_rate": rate,
                    "step": step,
                    "x1": float(points[step, 0]),
                    "x2": x2,
                    "loss": float(loss[step]),
                }
            )
        interval = {"iqm": final, "low": final, "high": final}
        sensitivity.append(
            {"entrant_id": number, "setting_id": number, "rule": rule, "learning_rate": rate, **interval, "diverged": float(lost)}
        )
        board.append(
            {
                "entrant_id": number,
                "setting_id": number,
                "steps": steps,
                "rule": rule,
                "learning_rate": rate,
                "loss": interval,
                "accuracy": None,
                "steps_to_target": None,
                "settling_steps": None,
            }
            | {
                "diverged": float(lost),
                "working_decades": 0.0,
                "at_edge": False,
                "edge": None,
                "hyperparameters": "",
                "tied": False,
                "standing": "behind",
                "p": None,
                "entrant": rule,
                "settings": 1,
            }
        )
    board.sort(key=lambda row: np.inf if row["loss"]["iqm"] is None else row["loss"]["iqm"])
    return RaceResult(
        document={"problem": title, "machine": {"system": "Linux"}},
        summary=_summary(title, steps, board, sensitivity),
        lanes=pa.Table.from_pylist(lanes, schema=pa.Table.from_pylist(lanes).schema),
        curves=pa.Table.from_pylist(curves),
        paths=pa.Table.from_pylist(paths),
        landscape=_landscape(scale, start),
    )


def _landscape(scale: np.ndarray, start: np.ndarray) -> dict[str, np.ndarray]:
    if len(start) == 1:
        x1 = np.linspace(-1.5, 1.5, 101)
        return {"x1": x1, "f": x1**2, "start": start, "optimum": np.zeros(1)}
    x1, x2 = np.linspace(*VIEW[0], 121), np.linspace(*VIEW[1], 101)
    f = scale[0] * x1[None, :] ** 2 + scale[1] * x2[:, None] ** 2
    return {"x1": x1, "x2": x2, "f": f, "start": start, "optimum": np.zeros(2)}


def _summary(title: str, steps: int, board: list, sensitivity: list) -> dict[str, Any]:
    return {
        "problem": title,
        "title": title,
        "steps": steps,
        "batch": "full",
        "lanes": len(board),
        "judged": "loss",
        "tuned": "loss",
        "rows": None,
        "resplits": False,
        "basis": "Nothing is left to chance.",
        "target": None,
        "target_every": 1,
        "tuning_seeds": 1,
        "evaluation_seeds": 1,
        "deterministic": True,
        "interrupted": False,
        "verdict": f"{board[0]['rule']} ends lowest on the {title}.",
        "seconds": {"compile": 1.0, "run": 0.1, "total": 1.2},
        "leaderboard": board,
        "sensitivity": sensitivity,
    }
