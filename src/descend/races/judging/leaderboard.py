"""The leaderboard and the sensitivity to the learning rate."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.core.numeric.statistics import iqm
from descend.engine import Entry

from ..plan import EntryInfo
from ..specs import entrants as field
from . import comparison
from .comparison import Comparison
from .estimates import decades, interval, median_steps, nan_to_inf
from .outcome import NEVER, Outcome, preference

WORKS = 0.9  # a learning rate works if it makes this share of the progress of the race's best


@dataclass(frozen=True)
class Scores:
    """The outcomes of both phases by entry: `grid` of all settings (tuning, or the evaluation where nothing was tuned),
    `final` of the chosen setting.

    `info` says for each entry which entrant of the verdict it is a value of, and its learning rates and ids: an entrant
    takes part with the value that the tuning seeds prefer.
    """

    entries: Sequence[Entry]
    info: Mapping[str, EntryInfo]
    chosen: dict[str, int]
    grid: Outcome
    final: Outcome
    spending: Sequence[Callable[[Any], Any]]  # what so many updates of each entry cost, by the measure of the race
    fresh: bool  # whether other lanes than those of the grid gave `final`
    chance: bool
    target: float | None
    steps: Sequence[int]  # of a training of each entry

    def rows(self, name: str) -> slice:
        """Which rows of the grid are this entry's."""
        start = 0
        for entry in self.entries:
            if entry.name == name:
                return slice(start, start + len(entry.settings))
            start += len(entry.settings)
        raise KeyError(name)

    def verdict(self) -> list[int]:
        """The numbers of the entries that take part in the verdict, one an entrant."""
        rows = [self.rows(entry.name) for entry in self.entries]
        spent = np.concatenate([spend(self.grid.hit[mine]) for spend, mine in zip(self.spending, rows, strict=True)])
        budgets = [float(spend(steps)) for spend, steps in zip(self.spending, self.steps, strict=True)]
        rank = preference(self.grid, self.target, np.repeat(budgets, [len(e.settings) for e in self.entries]), spent)
        best = [rank[self.rows(entry.name)].min() for entry in self.entries]
        places: dict[int, int] = {}
        for i, entry in enumerate(self.entries):
            owner = self.info[entry.name].entrant_id
            if owner not in places or best[i] < best[places[owner]]:
                places[owner] = i
        return sorted(places.values())

    def order(self) -> list[int]:
        """The numbers of the entries from best to worst: by the median of the cost to the target, where there is one, then
        by the interquartile mean of the judged losses."""
        losses = iqm(nan_to_inf(self.final.loss))
        steps = np.quantile(self._efforts(), 0.5, axis=1, method="inverted_cdf")
        return np.lexsort((losses, np.zeros(len(losses)) if self.target is None else steps)).tolist()

    def figures(self) -> np.ndarray:
        """What entries are compared by (entries, seeds): the judged losses or, with a target, the cost to it."""
        return nan_to_inf(self.final.loss) if self.target is None else self._efforts()

    def _efforts(self) -> np.ndarray:
        """What each lane took to the target (entries, seeds), in the measure of the race; infinite where it never came."""
        spent = np.stack([spend(hits) for spend, hits in zip(self.spending, self.final.hit, strict=True)])
        return np.where(self.final.hit == NEVER, np.inf, spent)


@dataclass(frozen=True)
class Board:
    """The lines in rank order, those of the verdict first, and how those (in that order) compare: figures (lines, seeds)."""

    lines: list[dict[str, Any]]
    figures: np.ndarray
    comparison: Comparison


def leaderboard(scores: Scores) -> Board:
    """The entrants in rank order, then the values of theirs that tuning did not choose."""
    compared, order = set(scores.verdict()), scores.order()
    first, rest = [i for i in order if i in compared], [i for i in order if i not in compared]
    figures = scores.figures()[first]
    center = comparison.interquartile if scores.target is None else comparison.median
    compared = comparison.compare(figures, 0, center) if scores.chance else comparison.exact(figures, 0)
    level = _threshold(scores)
    lines = [_line(scores, i, level) | _standing(compared, place) for place, i in enumerate(first)]
    return Board(
        lines + [_line(scores, i, level) | {"standing": "value", "p": None, "tied": False} for i in rest], figures, compared
    )


def _standing(compared: Comparison, place: int) -> dict[str, Any]:
    """How a line of the verdict stands: "leader", "behind" it, "level" with it (not told apart) or "open" (too few seeds)."""
    p = float(compared.p[place])
    open_or_level = "open" if np.isnan(p) else "level"
    standing = "leader" if place == compared.leader else "behind" if compared.behind[place] else open_or_level
    return {"standing": standing, "p": None if np.isnan(p) or compared.test == "exact" else p, "tied": standing != "behind"}


def _line(scores: Scores, i: int, level: float) -> dict[str, Any]:
    entry, losses = scores.entries[i], nan_to_inf(scores.final.loss[i])
    info, rows, best = scores.info[entry.name], scores.rows(entry.name), scores.chosen[entry.name]
    rates, rule = info.rates, entry.settings[best]
    low, high = interval(losses)
    works = iqm(nan_to_inf(scores.grid.loss[rows])) <= level
    edge = {0: "low", len(rates) - 1: "high"}.get(best) if len(rates) > 1 else None
    measures = {name: finite(iqm(values[i])) for name, values in scores.final.measures.items()}
    lanes = [scores.grid.diverged[rows].ravel(), *([scores.final.diverged[i]] if scores.fresh else [])]
    return {
        "entrant_id": info.entrant_id,
        "setting_id": int(info.setting_ids[best]),
        "rule": entry.name,
        "entrant": info.entrant,
        "values": info.values,
        "learning_rate": float(rates[best]) if len(rates) else None,
        "schedule": field.schedule(rule),
        "hyperparameters": field.text(rule),
        "code": field.code(rule),
        "loss": {"iqm": finite(iqm(losses)), "low": finite(low), "high": finite(high)},
        "accuracy": measures.get("accuracy"),
        "measures": measures,
        "gap": None if scores.final.gap is None else finite(iqm(scores.final.gap[i])),
        "best_step": median_steps(scores.final.best[i]),
        "numbers": dict(entry.numbers),
        "settings": len(entry.settings),
        "steps_to_target": median_steps(scores.final.hit[i]),
        "settling_steps": median_steps(scores.final.settled[i]),
        "diverged": float(np.concatenate(lanes).mean()),
        "diverged_at_best": float(scores.final.diverged[i].mean()),
        "diverged_in_tuning": float(scores.grid.diverged[rows][best].mean()) if scores.fresh and len(rates) > 1 else None,
        "working_decades": decades(rates, works),
        "at_edge": edge is not None,
        "edge": edge,
    }


def _threshold(scores: Scores) -> float:
    """The judged loss that a learning rate must reach to count as working."""
    best = float(iqm(nan_to_inf(scores.grid.loss)).min())
    start = float(iqm(nan_to_inf(scores.grid.start).ravel()))
    return best + (1 - WORKS) * max(start - best, 0.0) if np.isfinite(best) else -np.inf


def sensitivity(scores: Scores) -> list[dict[str, Any]]:
    """The judged loss of every rule at every learning rate, over the grid's seeds."""
    lines = []
    for entry in scores.entries:
        info, rows = scores.info[entry.name], scores.rows(entry.name)
        settings = zip(info.rates, info.setting_ids, nan_to_inf(scores.grid.loss[rows]), scores.grid.diverged[rows], strict=False)
        for rate, setting, losses, diverged in settings:
            low, high = interval(losses)
            line = {"entrant_id": info.entrant_id, "setting_id": int(setting), "rule": entry.name}
            line |= {"learning_rate": float(rate), "iqm": finite(iqm(losses)), "low": finite(low)}
            lines.append(line | {"high": finite(high), "diverged": float(diverged.mean())})
    return lines


def finite(value: Any) -> float | None:
    """A plain float, or None for what is not a finite number."""
    return float(value) if np.isfinite(value) else None
