"""What lanes hold, and how many run in one program, as the engine plans it; only shapes are used."""

from collections.abc import Mapping
from typing import Any

import jax

from descend.core.errors import BadValue
from descend.engine import Entry, plan, runtime
from descend.problems import Problem
from descend.rules import Rule

from . import traced
from .explanation import Memory


def memories(problem: Problem, rules: Mapping[str, Rule]) -> tuple[Memory, ...]:
    """What one lane of each rule holds."""
    params, aux = traced.start(problem)
    held, numbers = 3 * size(params) + size(aux), sum(leaf.size for leaf in jax.tree.leaves(params))
    slots = {name: size(jax.eval_shape(rule.init_tree, params)) for name, rule in rules.items()}
    return tuple(Memory(name, each, each / numbers, held + each) for name, each in slots.items())


def planned(problem: Problem, rules: Mapping[str, Rule], batch: int | None) -> tuple[int | None, int]:
    """Lanes in one program of a race of these rules (None where one does not fit), and how many programs run at once."""
    data = problem.data
    rows = traced.batch(problem, batch)
    judged = rows if data is None or data.held_out is None else traced.rows(data.held_out, len(jax.tree.leaves(data.held_out)[0]))
    weight = plan.weigh(problem, [Entry(name, (rule,)) for name, rule in rules.items()], rows, judged)
    devices = runtime.workers()
    try:
        return plan.width(weight, devices[0]), len(devices)
    except BadValue:
        return None, len(devices)


def size(tree: Any) -> int:
    """Bytes of a tree's arrays."""
    return sum(leaf.size * leaf.dtype.itemsize for leaf in jax.tree.leaves(tree))
