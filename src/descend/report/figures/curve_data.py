"""What the loss pictures show, computed once from a race and then drawn."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from descend.store import Line as LeaderboardLine
from descend.store import RaceResult

from ..pages import sentences as words
from ..style.scale import Scale
from . import effort
from .loss_table import Line, Records
from .tries import tries

FAR = 20.0  # times another cost to the target, from which on costs are shown on a logarithmic axis


@dataclass(frozen=True)
class Curves:
    """Every rule's line in rank order, the loss they show and the axis it is shown on.

    `at_rates`: the learning rates in words; `every`: how many updates lie between two looks at the target; `along`: what the
    lines run along; `whole`: whether that is counted rather than measured; `wide`: whether it is shown on a logarithmic axis.
    """

    lines: list[Line]
    quantity: str
    target: float | None
    scale: Scale
    at_rates: str
    every: int
    along: str
    whole: bool = True
    wide: bool = False

    def x(self, line: Line) -> np.ndarray:
        """Where a line's losses stand (n,): the start, which a logarithmic axis does not have, at its left end."""
        return np.maximum(line.along, min(each.scale for each in self.lines)) if self.wide else line.along


@dataclass(frozen=True)
class Sweep:
    """One rule's final loss against its learning rate, rates rising; NaN where lanes diverged. All of shape (n,).

    `best`: the learning rate that tuning chose, None where the rule has none; `place`: where it stands among the rates.
    """

    rule: str
    best: float | None
    place: int | None
    rates: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def best_point(self) -> int | None:
        """Which point is at the rule's best learning rate, or is the lowest where that one diverged; None: all diverged."""
        fine = np.isfinite(self.middle)
        if not fine.any():
            return None
        if self.place is not None and fine[self.place]:
            return self.place
        return int(np.nanargmin(np.where(fine, self.middle, np.nan)))


@dataclass(frozen=True)
class Sensitivity:
    """Every rule's sweep in rank order, the loss they show, the axis it is shown on, the learning rates and the bars in words."""

    sweeps: list[Sweep]
    quantity: str
    scale: Scale
    at_rates: str
    spread: str = "95 % interval"

    def bars(self, sweeps: list[Sweep]) -> str:
        """What the bars of these sweeps are, in words; nothing where there are none."""
        seen = [(sweep.low[fine], sweep.high[fine]) for sweep in sweeps for fine in [sweep.middle <= self.scale.high]]
        if not any((low < high).any() for low, high in seen):
            return ""
        return f"bars: {self.spread}" + (", cut at the border" if any((high > self.scale.high).any() for _, high in seen) else "")


def curves(race: RaceResult) -> Curves:
    """What the picture of loss curves shows: the loss that the ranking is by, or the training loss where it was not recorded."""
    quantity, losses = _loss_column(race)
    records = Records(race, losses)
    lines = [line for line in (records.line(shown) for shown in tries(race)) if line.steps.size]
    starts = [line.middle[0] for line in lines if np.isfinite(line.middle[0])]
    start = float(np.median(starts)) if starts else None
    tame = [line for line in lines if not line.diverged and (start is None or line.middle[-1] <= 1.5 * abs(start))]
    shown = [part for line in tame or lines for part in (line.middle, line.low, line.high)]
    target = race.summary.get("target")
    scale = Scale.of(np.concatenate(shown or [np.empty(0)]), start, slack=1.0).include(target)
    at_rates = "" if race.summary.get("each_rate") else words.at_rates(race)
    every, whole = race.summary["target_every"], effort.measure(race.summary) != "seconds"
    wide = effort.measure(race.summary) != "steps" and _far_apart([line.hit * line.scale for line in lines if line.hit])
    return Curves(lines, quantity, target, scale, at_rates, every, effort.along(race.summary), whole, wide)


def _far_apart(hits: list[float]) -> bool:
    """Whether costs to the target are so different that the least would be lost beside the most."""
    return len(hits) > 1 and max(hits) > FAR * min(hits)


def sensitivity(race: RaceResult) -> Sensitivity:
    """What the picture of sensitivities shows: each rule's final loss at each learning rate it was tuned over."""
    sweeps = [_sweep(line, race.summary["sensitivity"]) for line in race.leaderboard]
    sweeps = [sweep for sweep in sweeps if sweep.rates.size]
    starts = _numbers(race.lanes["start_loss"].to_pylist()) if "start_loss" in race.lanes.column_names else np.empty(0)
    starts = starts[np.isfinite(starts)]
    bars = [part[[sweep.best_point]] for sweep in sweeps if sweep.best_point is not None for part in (sweep.low, sweep.high)]
    shown = [*(sweep.middle for sweep in sweeps), *bars]
    scale = Scale.of(np.concatenate(shown or [np.empty(0)]), float(np.median(starts)) if starts.size else None, slack=0.15)
    for sweep in sweeps:  # every best value is seen, even of a rule that only made things worse
        scale = scale.include(None if sweep.best_point is None else float(sweep.middle[sweep.best_point]))
    seeds = race.summary["tuning_seeds"] or race.summary["evaluation_seeds"]
    spread = words.spread(seeds)
    return Sensitivity(
        sweeps, race.summary["tuned"] if words.has_sweep(race) else race.summary["judged"], scale, words.at_rates(race), spread
    )


def _loss_column(race: RaceResult) -> tuple[str, pa.ChunkedArray]:
    """The name and the values, by row of the curves, of the loss to show.

    Without chance and rows that judge the loss of every update is the judged loss itself, and told at more steps.
    """
    judged, table = race.summary["judged"], race.curves
    if judged == "test loss" and not race.summary.get("each_rate"):  # the test rows judge the chosen rates alone
        return judged, table["test_loss"]
    judged = race.summary["tuned"] if judged == "test loss" else judged
    if table["judged_loss"].null_count == len(table):
        return ("loss" if judged == "loss" else "training loss"), table["loss"]
    exact = judged == "loss" and race.summary["deterministic"]
    return judged, pc.coalesce(table["judged_loss"], table["loss"]) if exact else table["judged_loss"]  # pyright: ignore


def _numbers(values: list[Any]) -> np.ndarray:
    """Floats, NaN for None."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _sweep(line: LeaderboardLine, table: list[dict[str, Any]]) -> Sweep:
    mine = sorted((each for each in table if each["rule"] == line.rule), key=lambda each: each["learning_rate"])
    rates, middle, low, high = (_numbers([each[key] for each in mine]) for key in ("learning_rate", "iqm", "low", "high"))
    low, high = np.where(np.isfinite(low), low, middle), np.where(np.isfinite(high), high, middle)
    place = next((i for i, each in enumerate(mine) if each["setting_id"] == line.setting_id), None)
    return Sweep(line.rule, line.learning_rate, place, rates, middle, low, high)
