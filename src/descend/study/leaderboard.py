"""The leaderboard, the sensitivity to the learning rate, and the verdict in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.core.statistics import iqm
from descend.engine import Entry

from . import field
from .outcome import Outcome
from .statistics import decades, interval, median_steps, ranked, tied

WORKS = 0.9  # a learning rate works if it makes this share of the progress of the race's best


@dataclass(frozen=True)
class Scores:
    """The outcomes of both phases by entry: `grid` of all settings (tuning, or the evaluation where nothing was tuned),
    `final` of the chosen setting."""

    entries: Sequence[Entry]
    rates: dict[str, np.ndarray]  # the learning rates of each entry's settings; empty where it has none of its own
    chosen: dict[str, int]
    grid: Outcome
    final: Outcome

    def rows(self, name: str) -> slice:
        """Which rows of the grid are this entry's."""
        start = 0
        for entry in self.entries:
            if entry.name == name:
                return slice(start, start + len(entry.settings))
            start += len(entry.settings)
        raise KeyError(name)


def leaderboard(scores: Scores) -> list[dict[str, Any]]:
    """The rules in rank order, by the interquartile mean of the final judged loss over evaluation seeds."""
    finals = {e.name: ranked(scores.final.loss[i]) for i, e in enumerate(scores.entries)}
    order = sorted(range(len(scores.entries)), key=lambda i: float(iqm(finals[scores.entries[i].name])))
    leader = finals[scores.entries[order[0]].name]
    level = _threshold(scores)
    return [_line(scores, i, finals[scores.entries[i].name], leader, level) for i in order]


def _line(scores: Scores, i: int, losses: np.ndarray, leader: np.ndarray, level: float) -> dict[str, Any]:
    entry = scores.entries[i]
    rows, rates, best = scores.rows(entry.name), scores.rates[entry.name], scores.chosen[entry.name]
    low, high = interval(losses)
    works = iqm(ranked(scores.grid.loss[rows])) <= level
    edge = {0: "low", len(rates) - 1: "high"}.get(best) if len(rates) > 1 else None
    measures = {name: finite(iqm(values[i])) for name, values in scores.final.measures.items()}
    return {
        "rule": entry.name,
        "learning_rate": float(rates[best]) if len(rates) else None,
        "hyperparameters": field.text(entry.settings[best]),
        "code": field.code(entry.settings[best]),
        "loss": {"iqm": finite(iqm(losses)), "low": finite(low), "high": finite(high)},
        "accuracy": measures.get("accuracy"),
        "measures": measures,
        "gap": None if scores.final.gap is None else finite(iqm(scores.final.gap[i])),
        "best_step": median_steps(scores.final.best[i]),
        "numbers": dict(entry.numbers),
        "steps_to_target": median_steps(scores.final.hit[i]),
        "settling_steps": median_steps(scores.final.settled[i]),
        "diverged": float(np.concatenate([scores.grid.diverged[rows].ravel(), scores.final.diverged[i]]).mean()),
        "diverged_at_best": float(scores.final.diverged[i].mean()),
        "working_decades": decades(rates, works),
        "at_edge": edge is not None,
        "edge": edge,
        "tied": bool(losses is leader or tied(leader, losses)),
    }


def _threshold(scores: Scores) -> float:
    """The judged loss that a learning rate must reach to count as working."""
    best = float(iqm(ranked(scores.grid.loss)).min())
    start = float(iqm(ranked(scores.grid.start).ravel()))
    return best + (1 - WORKS) * max(start - best, 0.0) if np.isfinite(best) else -np.inf


def sensitivity(scores: Scores) -> list[dict[str, Any]]:
    """The judged loss of every rule at every learning rate, over the grid's seeds."""
    lines = []
    for entry in scores.entries:
        rows = scores.rows(entry.name)
        for rate, losses, diverged in zip(
            scores.rates[entry.name], ranked(scores.grid.loss[rows]), scores.grid.diverged[rows], strict=False
        ):
            low, high = interval(losses)
            line = {"rule": entry.name, "learning_rate": float(rate), "iqm": finite(iqm(losses)), "low": finite(low)}
            lines.append(line | {"high": finite(high), "diverged": float(diverged.mean())})
    return lines


def rates(entry: Entry, grid: np.ndarray) -> np.ndarray:
    """The learning rates that the settings of an entry stand for: the grid, or its own single number, or none."""
    if len(entry.settings) == len(grid):
        return grid
    rate = entry.settings[0].rate
    return np.array([rate], float) if isinstance(rate, int | float) else np.empty(0)


def finite(value: Any) -> float | None:
    """A plain float, or None for what is not a finite number."""
    return float(value) if np.isfinite(value) else None
