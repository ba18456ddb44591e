"""The two phases of a fair race: tuning seeds choose each rule's learning rate, fresh seeds give the verdict.

Source of the protocol: Dahl et al., Benchmarking Neural Network Training Algorithms (2023), section 4; interquartile means
as in Agarwal et al. (2021).
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from descend.core.statistics import iqm
from descend.engine import NEVER, Job, Progress, Records, Run, on_ctrl_c

from .statistics import ranked

Tell = Callable[[str, Progress | None], None]  # phase ("compiling", "tuning", "evaluation") and how far it is


@dataclass(frozen=True)
class Phases:
    """The records of both phases, one of which may be missing: there was nothing to tune, or the race was stopped.

    `chosen[name]` is the number of the setting with the lowest interquartile mean of the judged loss over tuning seeds.
    """

    tuning: Records | None
    evaluation: Records | None
    chosen: dict[str, int]
    stopped: bool
    seconds: dict[str, float]


def run(job: Job, evaluation_seeds: Sequence[int], tell: Tell | None = None) -> Phases:
    """Run both phases of a job whose seeds are the tuning seeds; the evaluation's program is compiled beside the tuning's.

    With no evaluation seeds (a race without chance) the tuning lanes are the verdict; with one setting a rule there is
    nothing to tune, and only the evaluation runs. Raises KeyboardInterrupt if it is stopped while it compiles.
    """
    tell = tell or (lambda phase, progress: None)
    tell("compiling", None)
    tune = any(len(e.settings) > 1 for e in job.entries) or not evaluation_seeds
    first = [replace(e, settings=e.settings[:1]) for e in job.entries]
    stop = threading.Event()
    begin = time.perf_counter()
    with on_ctrl_c(stop), ThreadPoolExecutor(2) as pool:
        last = replace(job, stop=stop, on_progress=lambda p: tell("evaluation", p))
        trial = replace(last, on_progress=lambda p: tell("tuning", p))
        if evaluation_seeds:  # the tuning gives no verdict; but what a learning rate does to the layers is seen there alone
            trial = replace(trial, risk=False, portray=False)
        tuning = Run(trial) if tune else None
        final = Run(replace(last, entries=first, seeds=evaluation_seeds)) if evaluation_seeds else None
        compiling = [pool.submit(r.compile) for r in (tuning, final) if r]
        compiling[0].result()
        if stop.is_set():
            raise KeyboardInterrupt
        tuned = tuning.run() if tuning else None
        if tuned and not tuned.started.any():
            raise KeyboardInterrupt
        compiling[-1].result()
        chosen = best_settings(tuned) if tuned else {e.name: 0 for e in job.entries}
        verdict = None
        if final and not stop.is_set():
            verdict = final.run([replace(e, settings=(e.settings[chosen[e.name]],)) for e in job.entries])
    moving = sum(r.seconds["run"] for r in (tuned, verdict) if r)
    seconds = {"compile": time.perf_counter() - begin - moving, "run": moving}
    return Phases(tuned, verdict, chosen, stop.is_set(), seconds)


def best_settings(records: Records) -> dict[str, int]:
    """For each entry the setting with the lowest interquartile mean of the last judged loss common to all lanes."""
    losses = iqm(ranked(final(records)[:, started(records)]))
    names = np.array([name for name, _ in records.names])
    return {e.name: int(np.argmin(losses[names == e.name])) for e in records.entries}


def final(records: Records, name: str = "loss") -> np.ndarray:
    """What a lane (settings, seeds) is judged by in the end: the measure at the last judgement common to all lanes, or at the
    best one where patience was asked for."""
    values = records.metrics[name]
    last = np.full(records.done.shape, last_common(records))
    judged = np.searchsorted(records.judged_steps, records.best)
    at = np.where(records.best == NEVER, last, judged)
    return np.take_along_axis(values, at[..., None], axis=2)[..., 0]


def started(records: Records) -> np.ndarray:
    """Which seeds have lanes that started, as numbers of columns: all, unless the race was stopped."""
    return np.flatnonzero(records.started.any(axis=0))


def last_common(records: Records) -> int:
    """The number of the last judgement that every lane which started came to; lanes lost on the way do not hold it back."""
    moved = records.done[records.finite & records.started & (records.early == NEVER)]
    reached = moved.min() if records.stopped and moved.size else records.judged_steps[-1]
    return int(np.searchsorted(records.judged_steps, reached, side="right") - 1)
