"""The recorded losses of a race, put together by rule: what the seeds have in common at each step."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.numeric.statistics import iqm
from descend.store import RaceResult

from . import effort
from .tries import Try


@dataclass(frozen=True)
class Line:
    """One rule's loss over the updates, at its best learning rate. Infinite where the seeds diverged.

    `steps`, `middle` (the interquartile mean over seeds), `low` and `high` (their quartiles) have one shape (n,). `scale` is
    what a step counts as: 1, the rows of its batch where batches differ, or its evaluations or seconds.
    """

    rule: str
    learning_rate: float | None
    seeds: int
    steps: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    hit: int | float | None  # steps to target
    diverged: bool  # at least half of the seeds
    scale: float | int = 1

    @property
    def along(self) -> np.ndarray:
        """Where the losses stand on the axis of updates, samples or another cost (n,)."""
        return self.steps * self.scale


class Records:
    """The recorded losses of a race, by lane: those that are not null, sorted by lane and step."""

    def __init__(self, race: RaceResult, losses: pa.ChunkedArray):
        there = losses.is_valid()
        lane, step, value = (column.filter(there).to_numpy() for column in (race.curves["lane"], race.curves["step"], losses))
        order = np.lexsort((step, lane))
        self.lane, self.step, self.value = lane[order], step[order], value[order].astype(float)
        self.lanes = race.lanes.select(["lane", "phase", "setting_id", "status"]).to_pylist()
        self.scales = effort.scales(race.summary)
        self.kept = _best_steps(race, {lane["lane"] for lane in self.lanes if lane["status"] == "early"})

    def line(self, shown: Try) -> Line:
        """The line of a setting over its lanes of the verdict."""
        lanes = self._verdict_lanes(shown)
        steps, losses = self._matrix(lanes)
        middle, low, high = _across(losses)
        lost = 2 * sum(lane["status"] == "diverged" for lane in lanes) >= max(1, len(lanes)) or not np.isfinite(middle[-1:]).all()
        known = shown.label, shown.learning_rate if shown.alone else None, len(lanes)
        return Line(*known, steps, middle, low, high, shown.line.steps_to_target, lost, self.scales[shown.line.rule])

    def ends(self, shown: Try) -> np.ndarray:
        """The last loss of each of a setting's lanes of the verdict (lanes,): infinite where it diverged."""
        steps, losses = self._matrix(self._verdict_lanes(shown))
        last = [lane[~np.isnan(lane)][-1:] for lane in losses] if steps.size else []
        return np.concatenate(last) if last else np.empty(0)

    def _verdict_lanes(self, shown: Try) -> list[dict[str, Any]]:
        """The lanes that the verdict on a setting rests on: those of its evaluation, or else of its tuning."""
        mine = [lane for lane in self.lanes if lane["setting_id"] == shown.setting_id]
        return [lane for lane in mine if lane["phase"] == "evaluation"] or mine

    def _matrix(self, lanes: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray]:
        """The steps (n,) and losses (lanes, n): infinite after divergence, else NaN where a lane did not come.

        Held after the target was reached and, at the weights that were kept, after an early stop.
        """
        parts = [slice(*np.searchsorted(self.lane, [lane["lane"], lane["lane"] + 1])) for lane in lanes]
        steps = np.unique(np.concatenate([self.step[part] for part in parts] or [np.empty(0)]))
        losses = np.full((len(lanes), steps.size), np.nan)
        for losses_of_one, part, lane in zip(losses, parts, lanes, strict=True):
            values = np.where(np.isfinite(self.value[part]), self.value[part], np.inf)
            losses_of_one[np.searchsorted(steps, self.step[part])] = values
            after = steps > (self.step[part][-1] if values.size else -1)
            if lane["status"] == "diverged":
                losses_of_one[after] = np.inf
            elif lane["status"] == "reached" and values.size:
                losses_of_one[after] = values[-1]
            elif lane["status"] == "early" and values.size:
                losses_of_one[after] = values[np.searchsorted(self.step[part], self.kept[lane["lane"]], side="right") - 1]
        return steps, losses


def _best_steps(race: RaceResult, lanes: set[int]) -> dict[int, int]:
    """The step of the lowest judged loss of each of these lanes."""
    found: dict[int, tuple[float, int]] = {}
    for lane, step, loss in zip(*(race.curves[name].to_pylist() for name in ("lane", "step", "judged_loss")), strict=True):
        if lane in lanes and loss is not None:
            found[lane] = min(found.get(lane, (np.inf, 0)), (loss, step))
    return {lane: step for lane, (_, step) in found.items()}


def _across(losses: np.ndarray) -> np.ndarray:
    """The interquartile mean and the quartiles (3, n) of losses (lanes, n), over the lanes that are there (not NaN).

    Infinite where the divergences reach into the middle half: quartiles are losses that occurred, not means of two.
    """
    bands = np.full((3, losses.shape[1]), np.nan)
    there = ~np.isnan(losses)
    for count in np.unique(there.sum(axis=0)):
        same = there.sum(axis=0) == count  # the steps at which so many lanes are there, all at once
        part = np.sort(losses[:, same], axis=0)[:count]  # NaN sorts last
        if part.size:
            bands[0, same] = iqm(part, axis=0)
            bands[1:, same] = np.quantile(part, (0.25, 0.75), axis=0, method="inverted_cdf")
    return bands
