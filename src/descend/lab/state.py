"""What the view Descent shows, as a page states it: a problem, a start, and the rules that go down from it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadValue, UnknownName
from descend.core.language.messages import Message
from descend.engine import demands
from descend.problems import PROBLEMS, Formula, Problem, find, noisy
from descend.rules import RULES, Rule
from descend.schedules import SCHEDULES, Schedule, around

from . import checks

RULES_MOST, STEPS_MOST, NOISE_MOST = 8, 2000, 100.0
FIELDS = ("problem", "options", "start", "steps", "noise", "seed", "rules", "target", "known")
FIRST = ("parabola", "bowl", "ravine", "saddle", "rosenbrock", "himmelblau", "rastrigin", "beale", "bivariate")


def surfaces() -> list[str]:
    """The problems that can be drawn, those of one's own among them: whatever says on which plane."""
    names = [cls.name for cls in PROBLEMS.values() if cls.plane is not Problem.plane]
    return sorted(names, key=lambda name: (name == "formula", FIRST.index(name) if name in FIRST else len(FIRST)))


@dataclass(frozen=True)
class Descent:
    """A state that was read: the problem with its start, rules by their place, steps, noise in the gradient and its seed.

    `target` is the loss below which a rule has arrived, and `known` the name of the field that the page has already.
    """

    problem: Problem
    rules: tuple[Rule, ...]
    steps: int
    noise: float
    seed: int
    target: float | None
    known: str | None = None


def descent(message: Any) -> Descent:
    """The state that a page sent. Missing fields take the problem's own values. Raises BadInput for what cannot be shown."""
    state = checks.mapping("state", message, FIELDS)
    problem = _problem(state)
    steps = checks.count("steps", state.get("steps", problem.steps), 1, STEPS_MOST)
    contenders = checks.items("rules", state.get("rules", [{"rule": "sgd"}]), RULES_MOST)
    target = state.get("target")
    noise = checks.number("noise", state.get("noise", 0.0), 0.0, NOISE_MOST)
    rules = tuple(contender(f"rules[{i}]", one, steps) for i, one in enumerate(contenders))
    for rule in rules:
        demands.check(noisy(problem, noise) if noise else problem, rule)
    return Descent(
        problem=problem,
        rules=rules,
        steps=steps,
        noise=noise,
        seed=checks.count("seed", state.get("seed", 0), 0, 2**32 - 1),
        known=checks.word("known", state.get("known") or "", 400) or None,
        target=None if target is None else checks.number("target", target, -1e30, 1e30),
    )


def _problem(state: Mapping[str, Any]) -> Problem:
    name = checks.word("problem", state.get("problem", "bowl"), 40)
    if name not in surfaces():
        raise UnknownName(Message("kind-surface", "surface"), name, surfaces())
    options = checks.mapping("options", state.get("options") or {}, [f.name for f in dataclasses.fields(PROBLEMS[name])])
    start = state.get("start")
    if start is not None and PROBLEMS[name].movable:
        options = {**options, "start": checks.numbers("start", start, 2)}
    return _formula(**options) if name == "formula" else find(name, **options)


def _formula(**options: Any) -> Problem:
    """A formula: it begins where it is asked to, or at the first of a few places at which it is finite."""
    if "start" in options:
        return find("formula", **options)
    text = "formula: it is finite nowhere near 0: add a number under the root or the logarithm"
    for start in ((2.0, 1.5), (2.0,), (0.5, 0.5), (0.5,), (-2.0, -1.5), (-2.0,)):
        try:
            return Formula(**options, start=start)
        except BadValue as error:
            if error.code == "formula":  # it cannot be read
                raise
    raise BadValue(Message("finite-nowhere", text))


def contender(where: str, given: Any, steps: int) -> Rule:
    """A rule from {"rule": name, "values": {field: value}, "schedule": {"name": name, field: value} or None}."""
    state = checks.mapping(where, given, ("rule", "values", "schedule"))
    cls = RULES[checks.word(f"{where}.rule", state.get("rule", "sgd"), 40)]
    values = checks.mapping(f"{where}.values", state.get("values") or {}, [f.name for f in dataclasses.fields(cls)])
    made = cls(**{name: _value(f"{where}.{name}", value) for name, value in values.items()})
    schedule = state.get("schedule")
    if schedule is None or made.rate is None:
        return made
    return made.with_rate(_schedule(f"{where}.schedule", schedule, made.rate, steps))


def _schedule(where: str, given: Any, rate: Any, steps: int) -> Schedule:
    """A schedule around a learning rate from {"name": name, field: value}."""
    settings = dict(checks.mapping(where, given, given if isinstance(given, Mapping) else ()))
    name = checks.word(where, settings.pop("name", None), 40)
    fields = [f.name for f in dataclasses.fields(SCHEDULES[name])]
    for field in settings:
        if field not in fields:  # also "steps", which `around` takes for itself
            raise UnknownName(Message("kind-schedule-setting", "{schedule} setting", schedule=name), field, fields)
    return around(name, rate, steps, **{field: _value(f"{where}.{field}", value) for field, value in settings.items()})


def _value(where: str, value: Any) -> Any:
    """A switch, a number or a word."""
    if isinstance(value, str):
        return checks.word(where, value, 40)
    return value if value is None or isinstance(value, bool | int) else checks.number(where, value, -1e30, 1e30)


def as_leaves(tree: Any) -> Any:
    """A rule or problem with each number in float32, so that no other number compiles another program."""
    return jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), tree)
