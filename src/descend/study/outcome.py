"""How each lane ended, from its records: the judged loss, whether it diverged, when it met the target."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from descend.engine import NEVER, Records

from .phases import last_common
from .statistics import ranked


@dataclass(frozen=True)
class Outcome:
    """Arrays (settings, seeds) of one phase.

    - `start`, `loss`: the judged loss before the first update and at the end (at the last common judgement of a race that
      was stopped); `accuracy` likewise, or None where there are no classes
    - `diverged`: the loss stopped being a number, or ended above where it started
    - `hit`, `settled`: the first step below the target, and the one from which the judged loss stays below; -1: never

    `every` is how many steps lie between two looks at the target: with more than 1, `hit` and `settled` are late by less
    than that.
    """

    start: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray | None
    diverged: np.ndarray
    hit: np.ndarray
    settled: np.ndarray
    every: int

    def only(self, rows: Any, seeds: Any = slice(None)) -> "Outcome":
        """The outcome of some settings and seeds."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: a[rows][:, seeds] for name, a in values.items() if isinstance(a, np.ndarray)})


def outcome(records: Records, target: float | None, every_step: bool) -> Outcome:
    """How the lanes ended. `every_step`: the target was watched at every step (the training loss is noiseless)."""
    last = last_common(records)
    judged = records.metrics["loss"][:, :, : last + 1]
    start, loss = judged[:, :, 0], judged[:, :, -1]
    accuracy = records.metrics["accuracy"][:, :, last] if "accuracy" in records.metrics else None
    diverged = ~records.finite | (ranked(loss) > ranked(start)) | ~np.isfinite(loss)
    every = 1 if every_step else int(records.judged_steps[1])
    if target is None:
        never = np.full(loss.shape, NEVER)
        return Outcome(start, loss, accuracy, diverged, never, never, every)
    hit, settled = _watched(records, loss, target) if every_step else _sampled(records.judged_steps[: last + 1], judged, target)
    return Outcome(start, loss, accuracy, diverged, hit, settled, every)


def _watched(records: Records, final: np.ndarray, target: float) -> tuple[np.ndarray, np.ndarray]:
    """From the marks of every step before its update, and the loss after the last."""
    below = final < target
    hit = np.where((records.hit == NEVER) & below, records.done, records.hit)
    return hit, np.where(below, records.above + 1, NEVER)


def _sampled(steps: np.ndarray, judged: np.ndarray, target: float) -> tuple[np.ndarray, np.ndarray]:
    """From the judgements alone: exact to the steps between two of them, late rather than early."""
    below = judged < target
    hit = np.where(below.any(axis=2), steps[below.argmax(axis=2)], NEVER)
    stays = np.flip(np.logical_and.accumulate(np.flip(below, 2), axis=2), 2)
    return hit, np.where(stays[:, :, -1], steps[stays.argmax(axis=2)], NEVER)
