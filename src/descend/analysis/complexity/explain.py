"""descend.explain: everything counted, put together."""

from collections.abc import Mapping, Sequence

import jax

from descend.core.calls import check_calls
from descend.core.numbers import whole
from descend.core.numeric import trees
from descend.core.system.device import check_device
from descend.engine import batch_size
from descend.engine.runtime import scope
from descend.problems import Problem, check_problem, find
from descend.races.specs import entrants as field
from descend.rules import Rule

from . import lanes as lane_memory
from . import trace
from .explanation import Explanation
from .parts import parts
from .rows import activations, table


@check_calls
@scope()
def explain(
    problem: Problem | str,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] = "textbook",
    *,
    batch: int | str | None = None,
    lanes: int | None = None,
) -> Explanation:
    """What a problem costs, counted from its traced program; nothing is trained, and beside the data nothing is allocated.

    - `problem`: a Problem, a name such as "digits", or "FILE:TARGET"
    - `rules`: whose memory is counted, as `descend.race` takes them
    - `batch`: rows of an update, or "full"; the problem's own unless given
    - `lanes`: how many lanes to count the memory of, at least 1

    Raises BadInput for what does not exist or fit.
    """
    check_device()
    problem, chosen = check_problem(find(problem)), field.rules_by_name(rules)
    size = batch_size(problem, batch)
    lanes = None if lanes is None else whole("lanes", lanes)
    params, _ = trace.start(problem)
    leaves = jax.tree.leaves(params)
    forward, rows = trace.forward(problem)
    update = trace.update(problem, size)
    named = {} if problem.data is None and len(leaves) == 1 else parts(problem, params)
    fixed = sum(p.macs * p.times for p in forward.products if p.macs * p.times % rows)
    width, programs = lane_memory.plan_lanes(problem, chosen, size)
    layers = table(named, leaves, forward.products, rows)
    return Explanation(
        problem=problem.title,
        rows=layers,
        layers=sum(bool(row.kind and row.parameters) for row in layers),
        parameters=sum(leaf.size for leaf in leaves),
        parameter_bytes=trees.size(leaves),
        macs=(forward.macs - fixed) // rows,
        fixed_macs=fixed,
        operations=forward.operations // rows,
        activation_bytes=activations(forward.products, rows),
        batch=None if problem.data is None else size or problem.data.rows,
        update_macs=update.macs,
        update_operations=update.operations,
        rules=lane_memory.memories(problem, chosen),
        width=width,
        programs=programs,
        lanes=lanes,
        notes=tuple(forward.unknown | update.unknown),
    )
