"""What a bridged optimizer refuses."""

from typing import Any

import torch

from descend.core.errors import BadValue
from descend.rules import Rule

from .groups import RATE, Places, scheduled_entries

# What a param group may say besides hyperparameters: PyTorch's own entries and those of its schedulers, and ours.
BESIDES = {"params", "param_names", "name", "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum", "rule", "mode"}


class Rateless(dict[str, Any]):
    """A param group of a rule without a learning rate, which a scheduler of learning rates asks for one."""

    def __missing__(self, key: str) -> Any:
        if key == RATE:
            raise BadValue(f"{self['rule']} has no learning rate for a scheduler to change; leave the lr_scheduler out")
        raise KeyError(key)


def parameters(optimizer: Any, group: dict[str, Any]) -> None:
    """Raise BadValue unless the parameters of a group are real, floating, dense, and require gradients."""
    rule, names = optimizer.rule, group.get("param_names", [])
    if len(set(names)) < len(names):
        raise BadValue(f"{rule.name}: two parameters of a group have one name; names must differ, as those of a module do")
    for i, p in enumerate(group["params"]):
        if not p.dtype.is_floating_point or p.layout != torch.strided:
            kind = p.dtype if p.layout == torch.strided else p.layout
            raise BadValue(f"{rule.name}: parameter {_name(group, i)} is {kind}, must be dense, real and floating")
        if not p.requires_grad:
            raise BadValue(
                f"{rule.name}: parameter {_name(group, i)} requires no gradient; give only those that do: "
                "[p for p in model.parameters() if p.requires_grad]"
            )


def gradients(optimizer: Any, group: dict[str, Any]) -> None:
    """Raise BadValue for a sparse gradient."""
    for i, p in enumerate(group["params"]):
        if p.grad is not None and p.grad.layout != torch.strided:
            raise BadValue(
                f"{optimizer.rule.name}: the gradient of parameter {_name(group, i)} is sparse, must be dense; "
                "give the layer sparse=False, or this parameter to torch.optim.SparseAdam"
            )


def no_scheduler(rule: Rule, where: Places, group: dict[str, Any]) -> None:
    """Raise BadValue where a scheduler of PyTorch is at work on a learning rate that a schedule sets."""
    if "initial_lr" in group and RATE in scheduled_entries(rule, where):
        raise BadValue(
            f"{rule.name}: an lr_scheduler works on lr, which the schedule {rule.rate} sets; leave the lr_scheduler out, "
            "or give lr as a number"
        )


def trains(optimizer: Any) -> None:
    """Raise BadValue where the parameters hold the weights to ship."""
    if optimizer.param_groups[0].get("mode") == "eval":
        raise BadValue(f"{optimizer.rule.name}: step() in eval mode; call optimizer.train() before training on")


def _name(group: dict[str, Any], i: int) -> str:
    return f"'{group['param_names'][i]}'" if "param_names" in group else f"{i} of its group"
