"""What lanes hold, and how many run in one program, as the engine plans it; only shapes are used."""

from collections.abc import Mapping

import jax

from descend.core.errors import BadValue
from descend.core.numeric import trees
from descend.engine import Entry, plan, runtime
from descend.problems import Problem
from descend.rules import Rule

from . import trace
from .explanation import Memory


def memories(problem: Problem, rules: Mapping[str, Rule]) -> tuple[Memory, ...]:
    """What one lane of each rule holds."""
    params, aux = trace.start(problem)
    held, numbers = 3 * trees.size(params) + trees.size(aux), sum(leaf.size for leaf in jax.tree.leaves(params))
    slots = {name: trees.size(jax.eval_shape(rule.init_tree, params)) for name, rule in rules.items()}
    return tuple(Memory(name, each, each / numbers, held + each) for name, each in slots.items())


def plan_lanes(problem: Problem, rules: Mapping[str, Rule], batch: int | None) -> tuple[int | None, int]:
    """Lanes in one program of a race of these rules (None where one does not fit), and how many programs run at once."""
    entries = [Entry(name, (rule,)) for name, rule in rules.items()]
    weight = plan.weigh(problem, entries, trace.batch(problem, batch), trace.evaluation_rows(problem))
    devices = runtime.workers()
    try:
        return plan.width(weight, devices[0]), len(devices)
    except BadValue:
        return None, len(devices)
