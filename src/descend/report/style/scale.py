"""The range of a loss axis: wide enough for the runs that worked, closed to one that diverged."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scale:
    """A loss axis from `low` to `high`, logarithmic or not."""

    low: float
    high: float
    log: bool

    @classmethod
    def of(cls, values: np.ndarray, start: float | None, slack: float) -> "Scale":
        """The axis for `values` (those not finite are left out).

        Logarithmic where no value is negative and they span more than a decade. Losses above the loss at the `start`
        are worse than no training at all, so the axis ends `slack` decades above it (on a linear axis: that share of
        the way from the lowest value to the start), whatever lies beyond.
        """
        values = values[np.isfinite(values)]
        if not values.size:
            values = np.array([1.0 if start is None else start])
        positive = values[values > 0]
        reach = start if start is not None and np.isfinite(start) and start > values.min() else float(values.max())
        log = bool(values.min() >= 0 and positive.size and min(reach, positive.max()) > 10 * positive.min())
        if log:
            high = min(float(positive.max()), reach * 10**slack)
            low = max(float(positive.min()), high * 1e-16)
            room = (high / low) ** 0.05
            return cls(low / room, high * room, log)
        low = float(values.min())
        high = min(float(values.max()), reach + slack * (reach - low))
        room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
        return cls(low - room, high + room, log)

    def include(self, value: float | None) -> "Scale":
        """The axis widened, where it can be, to show `value` (None: nothing to show)."""
        if value is None or (self.log and value <= 0) or self.low < value < self.high:
            return self
        if self.log:
            return Scale(min(self.low, value / 1.3), max(self.high, value * 1.3), True)
        room = 0.06 * (self.high - self.low)
        return Scale(min(self.low, value - room), max(self.high, value + room), False)

    def share(self, value: np.ndarray | float) -> np.ndarray | float:
        """Where on the axis a value lies: 0 at its low end, 1 at its high end, not clipped; no value lies at minus infinity."""
        value = np.asarray(value, dtype=float)
        if not self.log:
            return (value - self.low) / (self.high - self.low)
        tiny = np.finfo(float).tiny
        return np.log(np.maximum(value, tiny) / self.low) / np.log(self.high / self.low)

    def drawable(self, value: np.ndarray) -> np.ndarray:
        """`value` with infinities and numbers far off the axis moved to just outside the picture, for matplotlib's sake."""
        span = self.high - self.low
        edges = (self.low / 1e3, self.high * 1e3) if self.log else (self.low - 9 * span, self.high + 9 * span)
        return np.clip(value, *edges)
