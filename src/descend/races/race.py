"""A race: every rule x learning rate x seed on one problem, and a fair verdict."""

import inspect
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from descend.core.calls import check_calls, function_or_none, own_function
from descend.core.errors import BadValue
from descend.engine.runtime import scope
from descend.problems import Problem
from descend.problems.models import Model
from descend.schedules import Schedule
from descend.store import RaceResult

from . import elsewhere
from .judging.cost import Document
from .phases import Tell, run
from .plan import Plan, prepare
from .specs.grid import LearningRates
from .specs.spec import RaceSpec, Rules
from .specs.sweep import Sweep
from .tables.result import result


@check_calls
@scope()
def race(
    problem: RaceSpec | Problem | str | tuple[Any, ...],
    rules: Rules = "textbook",
    *,
    learning_rates: LearningRates | None = None,
    schedule: str | Callable[[float], Schedule] | None = None,
    sweep: Sweep | None = None,
    seeds: int = 3,
    evaluation_seeds: int = 20,
    steps: int | None = None,
    budget: str | None = None,
    by: str | None = None,
    batch: int | str | None = None,
    sampling: str = "shuffled",
    target: float | None = None,
    patience: int | None = None,
    health: bool = False,
    width: int | None = None,
    balance: bool = True,
    costs: Document | None = None,
    on_progress: Tell | None = None,
) -> RaceResult:
    """Race rules on a problem: tuning seeds choose each rule's learning rate, fresh seeds give the verdict.

    Takes a RaceSpec, or what makes one (see RaceSpec), and `on_progress`, called with the phase ("compiling", "tuning",
    "evaluation"; of a sweep that takes several programs "tuning, 2 of 3") and an engine Progress or None. Ctrl-C ends the race
    with what it has (summary["interrupted"]). Raises BadInput for what cannot be done, before any training, and where a function
    of the person's own fails, from its own error; KeyboardInterrupt if it is stopped before the first result.
    """
    arguments = {name: value for name, value in locals().items() if name != "on_progress"}
    function_or_none("on_progress", on_progress, "the phase and how far it is")
    spec = _alone(arguments) if isinstance(problem, RaceSpec) else RaceSpec(**arguments)
    told = partial(own_function, "on_progress", on_progress) if on_progress else None
    if isinstance(spec.problem, Model) and spec.problem.elsewhere:
        return elsewhere.race(spec, told)
    return start(prepare(spec), told)


def _alone(asked: dict[str, Any]) -> RaceSpec:
    """The spec that was given in place of a problem; BadValue where it is not given alone."""
    spec = asked.pop("problem")
    defaults = {name: each.default for name, each in inspect.signature(RaceSpec).parameters.items()}
    for name, value in asked.items():
        if value is not defaults[name] and value != defaults[name]:
            raise BadValue(f"{name} is given beside a RaceSpec, which has its own: use dataclasses.replace(spec, {name}=...)")
    return spec


@scope()
def start(plan: Plan, on_progress: Tell | None = None) -> RaceResult:
    """Run a race that was prepared."""
    begin = time.perf_counter()
    done = []
    for number, job in enumerate(plan.jobs, 1):
        on_phase = (
            _number_programs(on_progress, f", {number} of {len(plan.jobs)}") if on_progress and len(plan.jobs) > 1 else on_progress
        )
        try:
            done.append(run(job, plan.evaluation_seeds, on_phase, plan.chooses))
        except KeyboardInterrupt:
            if not done:
                raise
            break
        if done[-1].stopped:
            break
    return result(plan, done, begin)


def _number_programs(tell: Tell, number: str) -> Tell:
    """Tells with each phase which program of several it belongs to."""
    return lambda phase, progress: tell(phase + number, progress)
