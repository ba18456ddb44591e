"""How each lane ended, from its records: the judged loss, whether it diverged, when it met the target."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from descend.engine import NEVER, Records

from .phases import final, last_common
from .statistics import ranked

LOSSES = ("loss", "training_loss")


@dataclass(frozen=True)
class Outcome:
    """Arrays (settings, seeds) of one phase.

    - `start`, `loss`: the judged loss before the first update and at the end (at the last common judgement of a race that
      was stopped, at the best of a training that is judged by its best weights)
    - `measures`: what else was judged then by name, such as "accuracy" where there are classes
    - `gap`: the held-out loss less that of as many training rows then, or None where no rows are held out or none were judged
    - `best`: the step of the weights that are judged where patience was asked for; -1: not
    - `diverged`: the loss stopped being a number, or ended above where it started
    - `hit`, `settled`: the first step below the target, and the one from which the judged loss stays below; -1: never

    `every` is how many steps lie between two looks at the target: with more than 1, `hit` and `settled` are late by less
    than that.
    """

    start: np.ndarray
    loss: np.ndarray
    measures: dict[str, np.ndarray]
    gap: np.ndarray | None
    best: np.ndarray
    diverged: np.ndarray
    hit: np.ndarray
    settled: np.ndarray
    every: int

    def only(self, rows: Any, seeds: Any = slice(None)) -> "Outcome":
        """The outcome of some settings and seeds."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        arrays = {name: a[rows][:, seeds] for name, a in values.items() if isinstance(a, np.ndarray)}
        return replace(self, **arrays, measures={name: a[rows][:, seeds] for name, a in self.measures.items()})


def outcome(records: Records, target: float | None, every_step: bool) -> Outcome:
    """How the lanes ended. `every_step`: the target was watched at every step (the training loss is noiseless)."""
    last = last_common(records)
    start, loss = records.metrics["loss"][:, :, 0], final(records)
    measures = {name: final(records, name) for name, a in records.metrics.items() if a.ndim == 3 and name not in LOSSES}
    gap = loss - final(records, "training_loss") if "training_loss" in records.metrics else None
    judged = _held(records)[:, :, : last + 1]
    diverged = ~records.finite | (ranked(loss) > ranked(start)) | ~np.isfinite(loss)
    every = 1 if every_step else int(records.judged_steps[1])
    if target is None:
        never = np.full(loss.shape, NEVER)
        return Outcome(start, loss, measures, gap, records.best, diverged, never, never, every)
    hit, settled = _watched(records, loss, target) if every_step else _sampled(records.judged_steps[: last + 1], judged, target)
    return Outcome(start, loss, measures, gap, records.best, diverged, hit, settled, every)


def _held(records: Records) -> np.ndarray:
    """The judged losses (settings, seeds, judgements), with that of the best weights from where a lane was stopped on."""
    over = (records.early[..., None] != NEVER) & (records.judged_steps > records.early[..., None])
    return np.where(over, final(records)[..., None], records.metrics["loss"])


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """The outcomes of several jobs with the same seeds as one, with the measures and the gap that all have."""
    first, *others = outcomes
    if not others:
        return first

    def together(name: str) -> Any:
        parts = [getattr(each, name) for each in outcomes]
        return None if any(part is None for part in parts) else np.concatenate(parts)

    arrays = {f.name: together(f.name) for f in fields(first) if f.name not in ("every", "measures")}
    shared = [name for name in first.measures if all(name in each.measures for each in others)]
    measures = {name: np.concatenate([each.measures[name] for each in outcomes]) for name in shared}
    return Outcome(**arrays, measures=measures, every=max(each.every for each in outcomes))


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
