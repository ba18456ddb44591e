"""How each lane ended, from its records: the judged loss, whether it diverged, when it met the target."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from descend.core.numeric.statistics import iqm
from descend.engine import NEVER, TEST, Records

from .estimates import nan_to_inf

LOSSES = ("loss", "training_loss")
PENALTY = 2  # a training that never met the target counts as so many times its budget


@dataclass(frozen=True)
class Outcome:
    """Arrays (settings, seeds) of one phase.

    - `start`, `loss`: the judged loss before the first update and at the end, on test rows in the evaluation (at the last
      common judgement of a race that was stopped, at the best of a training that is judged by its best weights)
    - `measures`: what else was judged then by name, such as "accuracy" where there are classes
    - `gap`: the validation loss less that of as many training rows then, or None where no rows validate or none were judged
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
    """How the lanes ended, by the test rows where they were judged. `every_step`: the target was watched at every step (the
    training loss is noiseless)."""
    last = last_common(records)
    prefix = TEST if f"{TEST}loss" in records.metrics else ""
    start, loss = records.metrics[f"{prefix}loss"][:, :, 0], final(records, f"{prefix}loss")
    measures = {name.removeprefix(prefix): final(records, name) for name in records.metrics if _is_measure(records, name, prefix)}
    gap = final(records) - final(records, "training_loss") if "training_loss" in records.metrics else None
    judged = _best_losses(records, f"{prefix}loss")[:, :, : last + 1]
    diverged = ~records.finite | (nan_to_inf(loss) > nan_to_inf(start)) | ~np.isfinite(loss)
    every = 1 if every_step else int(records.judged_steps[1])
    if target is None:
        never = np.full(loss.shape, NEVER)
        return Outcome(start, loss, measures, gap, records.best, diverged, never, never, every)
    hit, settled = (
        _hits_by_step(records, loss, target) if every_step else _hits_by_judgement(records.judged_steps[: last + 1], judged, target)
    )
    hit, settled = (np.minimum(steps, records.limits[:, None]) for steps in (hit, settled))
    return Outcome(start, loss, measures, gap, records.best, diverged, hit, settled, every)


def _is_measure(records: Records, name: str, prefix: str) -> bool:
    """Whether a metric of the rows that judge is a measure beside the loss."""
    return name.startswith(TEST) == bool(prefix) and name.removeprefix(prefix) not in LOSSES and records.metrics[name].ndim == 3


def _best_losses(records: Records, name: str) -> np.ndarray:
    """The judged losses (settings, seeds, judgements), with that of the best weights from where a lane was stopped on."""
    over = (records.early[..., None] != NEVER) & (records.judged_steps > records.early[..., None])
    return np.where(over, final(records, name)[..., None], records.metrics[name])


def final(records: Records, name: str = "loss") -> np.ndarray:
    """What a lane (settings, seeds) is judged by in the end: the measure at the last judgement common to all lanes, or at the
    best one where patience was asked for."""
    values = records.metrics[name]
    last = np.full(records.done.shape, last_common(records))
    judged = np.searchsorted(records.judged_steps, records.best)
    at = np.where(records.best == NEVER, last, judged)
    return np.take_along_axis(values, at[..., None], axis=2)[..., 0]


def started_seeds(records: Records) -> np.ndarray:
    """Which seeds have lanes that started, as numbers of columns: all, unless the race was stopped."""
    return np.flatnonzero(records.started.any(axis=0))


def last_common(records: Records) -> int:
    """The number of the last judgement that every lane which started came to; lanes lost on the way do not hold it back."""
    going = records.finite & records.started & (records.early == NEVER) & (records.done < records.limits[:, None])
    moved = records.done[going]
    reached = moved.min() if records.stopped and moved.size else records.judged_steps[-1]
    return int(np.searchsorted(records.judged_steps, reached, side="right") - 1)


def join(outcomes: Sequence[Outcome]) -> Outcome:
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


def _hits_by_step(records: Records, final: np.ndarray, target: float) -> tuple[np.ndarray, np.ndarray]:
    """From the marks of every step before its update, and the loss after the last."""
    below = final < target
    hit = np.where((records.hit == NEVER) & below, records.done, records.hit)
    return hit, np.where(below, records.above + 1, NEVER)


def _hits_by_judgement(steps: np.ndarray, judged: np.ndarray, target: float) -> tuple[np.ndarray, np.ndarray]:
    """From the judgements alone: exact to the steps between two of them, late rather than early."""
    below = judged < target
    hit = np.where(below.any(axis=2), steps[below.argmax(axis=2)], NEVER)
    stays = np.flip(np.logical_and.accumulate(np.flip(below, 2), axis=2), 2)
    return hit, np.where(stays[:, :, -1], steps[stays.argmax(axis=2)], NEVER)


def preference(outcome: Outcome, target: float | None, budgets: np.ndarray, spent: np.ndarray) -> np.ndarray:
    """The settings' rank (settings,), 0 the best, by what is asked: the judged loss or, with a target, the cost to it.

    Losses count by their interquartile mean over seeds; what lanes have `spent` (settings, seeds) until they came to the target by
    the penalised average, a lane that never arrives counting as twice the budget of its setting (settings,), and ties by the loss.
    """
    losses = iqm(nan_to_inf(outcome.loss))
    late = np.zeros(len(losses))
    if target is not None:
        late = np.where(outcome.hit == NEVER, PENALTY * budgets[:, None], spent).mean(axis=1)
    rank = np.empty(len(losses), int)
    rank[np.lexsort((losses, late))] = np.arange(len(losses))
    return rank
