"""The two phases of a fair race: tuning seeds choose each rule's learning rate, fresh seeds give the verdict.

Source of the protocol: Dahl et al., Benchmarking Neural Network Training Algorithms (2023), section 4; interquartile means
as in Agarwal et al. (2021).
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from descend.engine import Control, Job, Progress, Records, Run, memory, on_ctrl_c

from .judging.outcome import outcome, preference, started_seeds

Tell = Callable[[str, Progress | None], None]  # phase ("compiling", "tuning", "evaluation") and how far it is


@dataclass(frozen=True)
class Phases:
    """The records of both phases, one of which may be missing: there was nothing to tune, or the race was stopped.

    `chosen[name]` is the number of the setting that the tuning seeds prefer.
    """

    tuning: Records | None
    evaluation: Records | None
    chosen: dict[str, int]
    stopped: bool
    seconds: dict[str, float]


def check_last(job: Job, evaluation_seeds: Sequence[int]) -> None:
    """Raise BadValue where the evaluation is more than the engine, or the machine's memory, takes."""
    replace(job, entries=[replace(e, settings=e.settings[:1]) for e in job.entries], seeds=evaluation_seeds)


def run(job: Job, evaluation_seeds: Sequence[int], tell: Tell | None = None, choose: bool = False) -> Phases:
    """Run both phases of a job whose seeds are the tuning seeds; the evaluation's program is compiled beside the tuning's.

    With no evaluation seeds (a race without chance) the tuning lanes are the verdict; with one setting a rule there is
    nothing to tune, and only the evaluation runs, unless there is something else to `choose` by tuning seeds. Raises
    KeyboardInterrupt if it is stopped while it compiles.
    """
    tell = tell or (lambda phase, progress: None)
    tell("compiling", None)
    tune = choose or any(len(e.settings) > 1 for e in job.entries) or not evaluation_seeds
    first = [replace(e, settings=e.settings[:1]) for e in job.entries]
    stop = threading.Event()
    begin = time.perf_counter()
    with on_ctrl_c(stop), ThreadPoolExecutor(2) as pool:
        lanes = len(first) * len(evaluation_seeds) or sum(len(e.settings) for e in job.entries) * len(job.seeds)
        trial = last = replace(job, test=True, weights=memory.holds_weights(job.problem, lanes))
        if evaluation_seeds:  # the tuning gives no verdict; but what a learning rate does to the layers is seen there alone
            trial = replace(trial, risk=False, snapshots=False, test=False, weights=False)
        tuning = Run(trial) if tune else None
        final = Run(replace(last, entries=first, seeds=evaluation_seeds)) if evaluation_seeds else None
        compiling = [pool.submit(r.compile) for r in (tuning, final) if r]
        compiling[0].result()
        if stop.is_set():
            raise KeyboardInterrupt
        tuned = tuning.run(control=Control(partial(tell, "tuning"), stop)) if tuning else None
        if tuned and stop.is_set() and not (tuned.done > 0).any():
            raise KeyboardInterrupt
        compiling[-1].result()
        chosen = best_settings(tuned, job) if tuned else {e.name: 0 for e in job.entries}
        verdict = None
        if final and not stop.is_set():
            winners = [replace(e, settings=(e.settings[chosen[e.name]],)) for e in job.entries]
            verdict = final.run(winners, Control(partial(tell, "evaluation"), stop))
    moving = sum(r.seconds["run"] for r in (tuned, verdict) if r)
    seconds = {"compile": time.perf_counter() - begin - moving, "run": moving}
    return Phases(tuned, verdict, chosen, stop.is_set(), seconds)


def best_settings(records: Records, job: Job) -> dict[str, int]:
    """For each entry the setting that tuning seeds prefer: by the validation loss or, with a target, by the steps to it."""
    seen = outcome(records, job.target, job.noiseless).only(slice(None), started_seeds(records))
    rank = preference(seen, job.target, records.limits, seen.hit)
    names = np.array([name for name, _ in records.names])
    return {e.name: int(np.argmin(rank[names == e.name])) for e in records.entries}
