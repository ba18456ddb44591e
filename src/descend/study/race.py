"""A race: every rule x learning rate x seed on one problem, and a fair verdict."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from descend import schedules
from descend.core.numbers import whole
from descend.engine import Job, noiseless
from descend.problems import Problem, find
from descend.rules import Rule
from descend.store import Race

from . import asked, field, grid
from .found import Asked, found
from .paths import numbers
from .phases import Tell, run

JUDGEMENTS = 20
JUDGEMENTS_TO_TARGET = 60  # finer, since steps to target are read off them


def race(problem: Problem | str, rules: Any = "textbook", *, on_progress: Tell | None = None, **options: Any) -> Race:
    """Race rules on a problem: tuning seeds choose each rule's learning rate, fresh seeds give the verdict.

    Takes what `prepare` takes, and `on_progress`, called with the phase ("compiling", "tuning", "evaluation") and an engine
    Progress or None. Ctrl-C ends the race with what it has (summary["interrupted"]). Raises BadInput for what cannot be
    done, before any training; KeyboardInterrupt if it is stopped before the first result.
    """
    return start(prepare(problem, rules, **options), on_progress)


def start(ask: Asked, on_progress: Tell | None = None) -> Race:
    """Run a race that was prepared."""
    begin = time.perf_counter()
    return found(ask, run(ask.job, ask.evaluation_seeds, on_progress), begin)


def prepare(
    problem: Problem | str,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] = "textbook",
    *,
    learning_rates: Any = None,
    schedule: str | Callable[[float], Any] | None = None,
    seeds: int = 3,
    evaluation_seeds: int = 10,
    steps: int | None = None,
    batch: int | str | None = None,
    target: float | None = None,
    width: int | None = None,
) -> Asked:
    """What a race will do, checked: everything that can be wrong with it raises BadInput here.

    - `problem`: a Problem, a name such as "digits", or "FILE:TARGET" (.csv, .parquet, .npz)
    - `rules`: "textbook" (the ten that lectures teach), "all", names, rules such as Adam(b1=0.5), or a mapping of names to either
    - `learning_rates`: a number, a sequence, or "LO:HI:N" (log-spaced); default 1e-4:10:16
    - `schedule`: the name of a schedule that each learning rate takes the shape of, or a function learning rate -> schedule
    - `seeds`, `evaluation_seeds`: how many of each, at least 1; a race without chance (one start, all rows at every step)
      takes one lane a setting
    - `steps`, `batch` (rows an update sees, or "full"): default to the problem's
    - `target`: the judged loss (held-out, or the loss itself where no rows are held out) to count the steps to
    - `width`: lanes in one program; planned unless given
    """
    problem = find(problem)
    seeds, evaluation_seeds = whole("seeds", seeds), whole("evaluation_seeds", evaluation_seeds)
    count = problem.steps if steps is None else whole("steps", steps)
    rates = grid.learning_rates(learning_rates)
    shaped = partial(schedules.around, schedule, steps=count) if isinstance(schedule, str) else schedule
    exact = noiseless(problem, batch)
    chance = problem.random_start or not exact
    small = numbers(problem) <= 2
    job = Job(
        problem,
        field.entries(field.named(rules), rates, shaped),
        range(seeds if chance else 1),
        count,
        batch,
        target,
        judgements=JUDGEMENTS if target is None else JUDGEMENTS_TO_TARGET,
        keep_params=small,
        width=width,
    )
    fresh = range(seeds, seeds + evaluation_seeds) if chance else range(0)
    return Asked(job, rates, exact, chance, fresh, asked.request(job, rates, schedule, fresh))
