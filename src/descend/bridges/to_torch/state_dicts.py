"""State dicts: checked before anything changes, and loaded without a change of type."""

from typing import Any

import jax
import torch

from descend.core.errors import BadValue
from descend.rules import checks as shapes

from . import groups, steps
from .rule_parts import full_name


class Box:
    """A tensor as PyTorch's load_state_dict leaves it alone; of others it changes the type to the parameter's."""

    def __init__(self, tensor: torch.Tensor, device: torch.device) -> None:
        self.tensor, self.device = tensor, device


def prepare(optimizer: Any, state_dict: dict[str, Any]) -> dict[str, Any]:
    """The state dict, checked against the optimizer's rule and parameters, its tensors boxed."""
    saved = state_dict["param_groups"]
    _same_rule(optimizer, saved)
    own = [p for group in optimizer.param_groups for p in group["params"]]
    numbers = [number for group in saved for number in group["params"]]
    placed = dict(zip(numbers, own, strict=True))
    state = {number: held for number, held in state_dict["state"].items() if number in placed}
    for given, group, rule in zip(saved, optimizer.param_groups, optimizer._rules, strict=True):
        _fits(optimizer, rule, given, group, {placed[number]: held for number, held in state.items()})
    boxed = {number: _box(held, placed[number].device) for number, held in state.items()}
    return state_dict | {"state": boxed}


def unbox(state: Any) -> Any:
    """The state with the boxed tensors as copies on their parameters' devices."""
    for held in state.values():
        held.update(jax.tree.map(_open, dict(held)))
    return state


def _open(value: Any) -> Any:
    return value.tensor.to(value.device, copy=True) if isinstance(value, Box) else value


def _box(held: dict[str, Any], device: torch.device) -> dict[str, Any]:
    boxed = jax.tree.map(lambda a: Box(a, device) if isinstance(a, torch.Tensor) else a, held)
    return boxed | {"step": Box(held["step"], torch.device("cpu"))}


def _same_rule(optimizer: Any, saved: list[dict[str, Any]]) -> None:
    """Raise BadValue unless the groups are this rule's, as many and as long."""
    name = full_name(optimizer.rule)
    for i, group in enumerate(saved):
        if group.get("rule") != name:
            whose = f"of {group['rule']}" if "rule" in group else "of no rule of descend"
            raise BadValue(f"{name}: group {i} of the state dict is {whose}, must be of {name}")
    have, want = ([len(group["params"]) for group in each] for each in (saved, optimizer.param_groups))
    if have != want:
        raise BadValue(f"{name}: the state dict has groups of {have} parameters, must be of {want} as in this optimizer")


def _fits(optimizer: Any, rule: Any, saved: dict[str, Any], group: dict[str, Any], state: Any) -> None:
    """Raise BadValue unless a group's hyperparameters are in their range, and its state has the shapes of its slots."""
    numbers = {name: saved[name] for name in optimizer._places if name in saved}
    missing = [name for name in optimizer._places if name not in saved]
    if missing:
        raise BadValue(f"{rule.name}: the state dict lacks {missing[0]}; it must have: {', '.join(optimizer._places)}")
    fixed = groups.scheduled_entries(rule, optimizer._places)
    rule = groups.with_values(rule, optimizer._places, {name: v for name, v in numbers.items() if name not in fixed})
    for params, held in steps.units(rule, group, state):
        if not {"step", "slots"} <= set(held):
            raise BadValue(f"{rule.name}: the state dict has {sorted(held)} for a parameter, must have 'step' and 'slots'")
        shapes.memory(rule, held["slots"], params)
