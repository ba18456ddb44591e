"""A race: every rule x learning rate x seed on one problem, and a fair verdict."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from descend import schedules
from descend.core.calls import checked, function_or_none, own_function
from descend.core.device import check_device
from descend.core.errors import BadValue, short
from descend.core.numbers import whole
from descend.engine import LANES, Job, batch_size
from descend.engine.runtime import scope
from descend.problems import Problem, find, fitting
from descend.rules import Rule
from descend.schedules import Schedule
from descend.store import Race

from . import asked, field, grid
from .found import Asked, found
from .paths import numbers
from .phases import Tell, check_last, run
from .sweep import BATCH, Rival, Sweeps, Variant

PROGRAMS = 200  # that one race may compile
JUDGEMENTS = 20
JUDGEMENTS_TO_TARGET = 60  # finer, since steps to target are read off them


@checked
@scope()
def race(
    problem: Problem | str,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] = "textbook",
    *,
    learning_rates: Any = None,
    schedule: str | Callable[[float], Any] | None = None,
    sweep: Any = None,
    seeds: int = 3,
    evaluation_seeds: int = 20,
    steps: int | None = None,
    batch: int | str | None = None,
    sampling: str = "shuffled",
    target: float | None = None,
    patience: int | None = None,
    health: bool = False,
    width: int | None = None,
    balance: bool = True,
    on_progress: Tell | None = None,
) -> Race:
    """Race rules on a problem: tuning seeds choose each rule's learning rate, fresh seeds give the verdict.

    Takes what `prepare` takes, and `on_progress`, called with the phase ("compiling", "tuning", "evaluation"; of a sweep that
    takes several programs "tuning, 2 of 3") and an engine Progress or None. Ctrl-C ends the race with what it has
    (summary["interrupted"]). Raises BadInput for what cannot be done, before any training, and where a function of the person's
    own fails, from its own error; KeyboardInterrupt if it is stopped before the first result.
    """
    function_or_none("on_progress", on_progress, "the phase and how far it is")
    ask = prepare(
        problem, rules, learning_rates=learning_rates, schedule=schedule, sweep=sweep, seeds=seeds,
        evaluation_seeds=evaluation_seeds, steps=steps, batch=batch, sampling=sampling, target=target, patience=patience,
        health=health, width=width, balance=balance,
    )  # fmt: skip
    return start(ask, partial(own_function, "on_progress", on_progress) if on_progress else None)


@scope()
def start(ask: Asked, on_progress: Tell | None = None) -> Race:
    """Run a race that was prepared."""
    begin = time.perf_counter()
    done = []
    for number, job in enumerate(ask.jobs, 1):
        told = _numbered(on_progress, f", {number} of {len(ask.jobs)}") if on_progress and len(ask.jobs) > 1 else on_progress
        try:
            done.append(run(job, ask.evaluation_seeds, told, ask.chooses))
        except KeyboardInterrupt:
            if not done:
                raise
            break
        if done[-1].stopped:
            break
    return found(ask, done, begin)


def _numbered(tell: Tell, number: str) -> Tell:
    """Tells with each phase which program of several it belongs to."""
    return lambda phase, progress: tell(phase + number, progress)


@checked
@scope()
def prepare(
    problem: Problem | str,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] = "textbook",
    *,
    learning_rates: Any = None,
    schedule: str | Callable[[float], Any] | None = None,
    sweep: Any = None,
    seeds: int = 3,
    evaluation_seeds: int = 20,
    steps: int | None = None,
    batch: int | str | None = None,
    sampling: str = "shuffled",
    target: float | None = None,
    patience: int | None = None,
    health: bool = False,
    width: int | None = None,
    balance: bool = True,
) -> Asked:
    """What a race will do, checked: everything that can be wrong with it raises BadInput here.

    - `problem`: a Problem, a name such as "digits", or "FILE:TARGET" for a table (.csv, .xlsx, .parquet, .npz, ...)
    - `rules`: "textbook" (the ten that lectures teach), "all", names, rules such as Adam(b1=0.5), or a mapping of names to either
    - `learning_rates`: a number, a sequence, or "LO:HI:N" (log-spaced); default 1e-4:10:16
    - `schedule`: the name of a schedule that each learning rate takes the shape of, or a function learning rate -> schedule
    - `sweep`: what else to compare, as {"l2": [0, 0.01]} or "l2=0,1e-4:1e-1:6" (or a list of such): an option of the problem
      ({"hidden": [(8,), (8, 8)]} or "hidden=8,8x8"), "batch" (at equal samples seen, as nearly as whole updates allow),
      "weight_decay" (decoupled), or a hyperparameter as "adam.b1". Of one rule the values are compared with each other; of
      several rules each enters the verdict with the value that the tuning seeds prefer, and the others are listed below
    - `seeds`, `evaluation_seeds`: how many of each, at least 1; a race without chance (one start, all rows at every step)
      takes one lane a setting
    - `steps`, `batch` (rows an update sees, or "full"): default to the problem's
    - `sampling`: "shuffled" (every row once an epoch), "replacement" or "online" (a stream: each row once)
    - `target`: the judged loss (on test rows, or the loss itself where there are none) to count the steps to; rates are then
      tuned for, and rules ranked by, these steps
    - `patience`: stop a training after so many judgements (of 20, or 60 with a target) without a lower validation loss, and
      judge it by its best weights
    - `health`: record norms, dead and saturated units layer by layer
    - `width`: lanes in one program; planned unless given
    - `balance`: try as many settings of every rule: one that has fewer values to sweep tries more learning rates within the
      range, where they are asked for as a range
    """
    check_device()
    problem = fitting(find(problem))
    _check_switches(schedule, health, balance, width)
    seeds, evaluation_seeds = whole("seeds", seeds), whole("evaluation_seeds", evaluation_seeds)
    count = problem.steps if steps is None else whole("steps", steps)
    rates = grid.learning_rates(learning_rates)
    sweeps = Sweeps(problem, field.named(rules), sweep)
    variants, rivals = sweeps.variants(batch), sweeps.rivals()
    _check_lanes(len(rivals) * len(rates), len(variants), seeds)
    samples = _samples(problem, batch, count, variants)

    grids = _grids(rivals, learning_rates, rates, balance)
    rates_of: dict[str, np.ndarray] = {}
    entrants: dict[str, str] = {}

    def job(variant: Variant) -> Job:
        updates = max(1, round(samples / _rows(problem, variant.batch))) if BATCH in sweeps.values else count
        shaped = partial(schedules.around, schedule, steps=updates) if isinstance(schedule, str) else schedule
        made = [(rival, *field.entry(rival, grids[rival.owner], shaped, variant.name)) for rival in rivals]
        rates_of.update({entry.name: own for _, entry, own in made})
        entrants.update({entry.name: rival.owner if len(grids) > 1 else entry.name for rival, entry, _ in made})
        return Job(
            variant.problem,
            [entry for _, entry, _ in made],
            range(seeds),
            updates,
            variant.batch,
            sampling,
            target,
            judgements=JUDGEMENTS if target is None else JUDGEMENTS_TO_TARGET,
            patience=patience,
            keep_params=len(variants) == 1 and numbers(problem) <= 2,
            health=health,
            risk=True,
            portray=True,
            width=width,
        )

    jobs = [job(variant) for variant in variants]
    chance = problem.random_start or problem.resplits or not all(each.noiseless for each in jobs)
    for each in jobs:
        each.seeds = range(seeds if chance else 1)
    fresh = range(seeds, seeds + evaluation_seeds) if chance else range(0)
    for each in jobs if fresh else ():
        check_last(each, fresh)
    return Asked(tuple(jobs), rates_of, entrants, chance, fresh, asked.request(jobs, rates, schedule, sweeps.values, fresh))


def _grids(rivals: Sequence[Rival], asked: Any, rates: np.ndarray, balance: bool) -> dict[str, np.ndarray]:
    """The learning rates of each rule, so many that all try as many settings where that is to be balanced and can be."""
    values = Counter(rival.owner for rival in rivals)
    most = max(values.values())
    return {name: grid.finer(asked, rates, most // count if balance else 1) for name, count in values.items()}


def _check_switches(schedule: Any, health: Any, balance: Any, width: Any) -> None:
    """Raise BadValue for a schedule that is no name and no function, a health that is no switch and a width beyond all lanes."""
    if isinstance(schedule, Schedule) or not (schedule is None or isinstance(schedule, str) or callable(schedule)):
        remedy = "give the name of a schedule, or a function learning rate -> schedule, such as lambda rate: Cosine(rate, 100)"
        raise BadValue(f"schedule is {short(schedule)}; {remedy}")
    if isinstance(schedule, str):
        schedules.SCHEDULES[schedule]
    for name, value in (("health", health), ("balance", balance)):
        if not isinstance(value, bool):
            raise BadValue(f"{name} is {short(value)}, must be True or False")
    if width is not None:
        whole("width", width, 1, LANES)


def _check_lanes(settings: int, programs: int, seeds: int) -> None:
    """Raise BadValue for a race of too many lanes, before any of them is made."""
    if settings * seeds > LANES:
        raise BadValue(
            f"{settings:,} settings x {seeds:,} seeds are {settings * seeds:,} lanes, more than {LANES:,}; "
            "take fewer learning rates, values to sweep, rules or seeds"
        )
    if programs > PROGRAMS:
        raise BadValue(f"the values to sweep take {programs:,} programs, more than {PROGRAMS:,}: take fewer values")


def _samples(problem: Problem, batch: int | str | None, steps: int, variants: Sequence[Variant]) -> int:
    """What trainings of different batches see: as `steps` updates with the batch asked for, in whole updates of the largest."""
    largest = max(_rows(problem, variant.batch) for variant in variants)
    return max(1, round(steps * _rows(problem, batch) / largest)) * largest


def _rows(problem: Problem, batch: int | str | None) -> int:
    """The rows that an update sees; 1 where there are none."""
    return batch_size(problem, batch) or (problem.data.rows if problem.data else 1)
