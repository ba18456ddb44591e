"""Rules whose weights to ship are others than those trained: exchanging them, and a warning where that was forgotten."""

import warnings
import weakref
from typing import Any

import jax
import torch
from torch.nn.modules.module import register_module_forward_pre_hook

from .. import rule_state
from . import steps

_WATCHED: "weakref.WeakSet[Any]" = weakref.WeakSet()
_HOOK: list[Any] = []  # the handle, while any optimizer is watched


@torch.no_grad()
def ship(optimizer: Any) -> None:
    """Put the weights to ship into the parameters; those trained are kept in the state, as its point."""
    if not rule_state.switches(optimizer.rule) or _mode(optimizer) == "eval":
        return
    for group, rule in zip(optimizer.param_groups, optimizer._rules, strict=True):
        group["mode"] = "eval"
        for params, state in steps.units(rule, group, optimizer.state):
            weights = steps.readout(rule, state, params)
            state.update(steps.follow_parameters(rule, state, params) | {"point": jax.tree.map(torch.clone, params)})
            jax.tree.map(lambda p, a: p.copy_(a), params, weights)


@torch.no_grad()
def back(optimizer: Any) -> None:
    """Put the trained weights into the parameters again; what others set since `ship` stays, for the next update to follow."""
    if not rule_state.switches(optimizer.rule) or _mode(optimizer) == "train":
        return
    for group, rule in zip(optimizer.param_groups, optimizer._rules, strict=True):
        group["mode"] = "train"
        for params, state in steps.units(rule, group, optimizer.state):
            point = steps.read_state(state, params)["point"]
            weights = steps.readout(rule, state, point)
            jax.tree.map(lambda p, a, old: p.copy_(torch.where(p == a.to(p), old, p)), params, weights, point)


def watch(optimizer: Any) -> None:
    """Warn, once for this optimizer, if a module in eval mode computes with its parameters as they are trained."""
    _WATCHED.add(optimizer)
    weakref.finalize(optimizer, _unhook)
    if not _HOOK:
        _HOOK.append(register_module_forward_pre_hook(_look))


def _unhook() -> None:
    """Take the hook away with the last optimizer that needs it."""
    if _HOOK and not list(_WATCHED):  # its length counts one that is just going
        _HOOK.pop().remove()


def _look(module: Any, _: Any) -> None:
    if module.training or torch.is_grad_enabled() or torch.compiler.is_compiling():
        return
    for optimizer in list(_WATCHED):
        own = module._parameters.values()
        if _mode(optimizer) == "train" and any(p is not None and _has_updates(optimizer, p) for p in own):
            _WATCHED.discard(optimizer)
            _unhook()
            warnings.warn(
                f"{type(module).__name__} is evaluated with the weights that {type(optimizer).__name__} trains, not those to "
                "ship; call optimizer.eval() before evaluating and optimizer.train() after",
                rule_state.TrainingWeights,
                stacklevel=2,
            )


def _has_updates(optimizer: Any, p: torch.Tensor) -> bool:
    """Whether the optimizer has made an update of this parameter."""
    for group, rule in zip(optimizer.param_groups, optimizer._rules, strict=True):
        if any(p is own for own in group["params"]):
            return bool(steps.units(rule, group, optimizer.state))
    return False


def _mode(optimizer: Any) -> str:
    return optimizer.param_groups[0]["mode"]
