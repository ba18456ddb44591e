"""An update of the parameters of one param group, in place, and the state that is kept for it.

State is the dict of rule_state.begin ("slots", "w" where the rule looks ahead, and "point" where other weights are shipped) and
"step", the number of updates made. A rule of single arrays keeps one for each parameter; a rule that sees all parameters one
for the group, with its first parameter.
"""

from typing import Any

import jax
import torch

from descend.core.numeric import trees
from descend.rules import Rule, TreeRule
from descend.rules.floats import widen

from .. import pieces, rule_state

State = dict[str, Any]
ONE = torch.ones((), device="cpu")


def start(rule: Rule, params: Any) -> State:
    """The state before the first update of a tree of parameters; of 16-bit ones in float32."""
    state = _own(rule_state.begin(rule, widen(params)), params)
    state = rule_state.with_parameters(rule, state, jax.tree.map(torch.clone, params))
    return {"step": torch.zeros((), dtype=torch.float32, device="cpu"), **state}


def follow_parameters(rule: Rule, state: State, params: Any) -> rule_state.RuleState:
    """What is kept, once it has followed what others did to the parameters since the last update."""
    memory = read_state(state, params)
    if "point" not in memory or all(map(torch.equal, jax.tree.leaves(memory["point"]), jax.tree.leaves(params))):
        return memory
    return rule_state.follow_parameters(rule, memory, widen(params), int(state["step"]) + 1)


def readout(rule: Rule, state: State, params: Any) -> Any:
    """The weights to evaluate and ship."""
    return rule_state.readout(rule, read_state(state, params), widen(params), int(state["step"]) + 1)


def read_state(state: State, params: Any) -> rule_state.RuleState:
    """What is kept, the point in the parameters' type, which a model may change."""
    memory = {name: state[name] for name in ("slots", "w", "point") if name in state}
    if "point" in memory:
        memory["point"] = jax.tree.map(lambda a, p: a.to(p), memory["point"], params)
    return memory


def tree(group: dict[str, Any], tensors: list[Any]) -> Any:
    """Tensors of a group's parameters by name, where they were given with names, else as a list."""
    return dict(zip(group["param_names"], tensors, strict=True)) if "param_names" in group else tensors


def units(rule: Rule, group: dict[str, Any], state: Any) -> list[tuple[Any, State]]:
    """What has state: each time a tree of parameters, with it."""
    params = group["params"]
    if isinstance(rule, TreeRule):
        return [(tree(group, [p.detach() for p in params]), state[params[0]])] if state.get(params[0]) else []
    return [(p.detach(), state[p]) for p in params if state.get(p)]


def step(rule: Rule, group: dict[str, Any], state: Any, compiled: bool) -> int:
    """Make one update of every parameter that has a gradient. The number of the update, the latest of any; 0: no gradient."""
    moving = [p for p in group["params"] if p.grad is not None]
    if not moving:
        return 0
    if isinstance(rule, TreeRule):
        return _step_group(rule, group, state)
    states = [state[p] for p in moving]
    for p, own in zip(moving, states, strict=True):
        if not own:
            own.update(start(rule, p.detach()))
    counts = [own["step"] for own in states]
    torch._foreach_add_(counts, ONE, alpha=1)  # type: ignore[attr-defined]  # a number would be made a tensor for each
    latest = torch.stack(counts).tolist()
    if pieces.fits(rule):
        members = [(p, p.grad, own["slots"], int(t)) for p, own, t in zip(moving, states, latest, strict=True)]
        pieces.move(rule, members, _run_compiled if compiled else None)
    else:
        for p, own in zip(moving, states, strict=True):
            _move(rule, p.grad, own, p.detach())
    return int(max(latest))


def _run_compiled(update: Any, rows: Any) -> None:
    from . import compilation  # brings the compiler, which takes a second to load

    compilation.run(update, rows)


def _step_group(rule: Rule, group: dict[str, Any], state: Any) -> int:
    """A rule that sees the whole group: what has no gradient counts as having zeros, and stays with all that is kept for it."""
    params = group["params"]
    own, grads = state[params[0]], [torch.zeros_like(p) if p.grad is None else p.grad for p in params]
    w = tree(group, [p.detach() for p in params])
    if not own:
        own.update(start(rule, w))
    own["step"] += 1
    still = [p.grad is None for p in params]
    _move(rule, tree(group, grads), own, w, tree(group, still))
    return int(own["step"])


def _move(rule: Rule, grads: Any, state: State, params: Any, still: Any = False) -> None:
    """The rule's update of a tree of parameters, in place; `still` says of each whether it stays."""
    before = follow_parameters(rule, state, params)
    change, memory = rule_state.step(rule, grads, before, widen(params), int(state["step"]))
    if any(jax.tree.leaves(still)):
        memory = trees.where_like(still, {name: before[name] for name in memory}, memory)
    state.update(_own(memory, (grads, params)))
    for p, c, stays in zip(*map(jax.tree.leaves, (params, change, still)), strict=True):
        if not stays:
            p.add_(c)
    if rule_state.switches(rule):
        state["point"] = jax.tree.map(_copy_value, state["point"], params)


def _copy_value(point: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """The parameter's value, in the memory of the last one where that is of its type."""
    return point.copy_(p) if point.dtype == p.dtype else p.clone()


def _own(memory: Any, others: Any) -> Any:
    """A tree without memory in common with others, whose tensors PyTorch changes in place."""
    taken = {a.untyped_storage().data_ptr() for a in jax.tree.leaves(others)}
    shares = lambda a: isinstance(a, torch.Tensor) and a.untyped_storage().data_ptr() in taken  # noqa: E731
    return jax.tree.map(lambda a: a.clone() if shares(a) else a, memory)
