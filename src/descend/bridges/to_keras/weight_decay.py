"""Updates of a rule in which some variables do not decay, as Keras' exclude_from_weight_decay asks for."""

import re
from collections.abc import Collection
from typing import Any

from descend.core import hyper
from descend.core.numeric import trees
from descend.rules import Groups, Rule, Wrapper

DECAY = "weight_decay"  # what every rule that decays weights calls its own


def update_without_decay(rule: Rule, names: Collection[str], grads: Any, slots: Any, params: Any, t: Any) -> tuple[Any, Any]:
    """The rule's update_tree, of dicts by variable, in which the variables with these names do not decay."""
    if not names:
        return rule.update_tree(grads, slots, params, t)
    masked = _with_mask(rule, "!re:" + "|".join(map(re.escape, names)))
    decays, spares = (each.update_tree(grads, slots, params, t) for each in (masked, without_decay(masked)))
    flags = type(params)((name, name in names) for name in params)
    return trees.where_like(flags, spares[0], decays[0]), trees.where_like(flags, spares[1], decays[1])


def without_decay(rule: Rule) -> Rule:
    """The rule, and all that it holds, without decay, except for what a mask in it leaves out already."""
    return _without(rule, masked=True)


def _with_mask(rule: Any, pattern: str) -> Any:
    """The rule with the pattern in every mask around it. Groups tell parameters apart by themselves."""
    if not isinstance(rule, Wrapper) or isinstance(rule, Groups):
        return rule
    changes: dict[str, Any] = {"rule": _with_mask(rule.rule, pattern)}
    mask = getattr(rule, "mask", ())  # () decays nothing as it is
    if mask != ():
        changes["mask"] = (*(mask or ()), pattern)
    return hyper.replace(rule, **changes)


def _without(rule: Any, masked: bool) -> Any:
    reached = masked and isinstance(rule, Wrapper) and not isinstance(rule, Groups)
    changes: dict[str, Any] = {}
    for name, value in vars(rule).items():
        if isinstance(value, Rule):
            changes[name] = _without(value, reached)
        elif isinstance(value, dict):
            changes[name] = type(value)((key, _without(part, reached)) for key, part in value.items())
        elif name == DECAY or (name == "decay" and hasattr(rule, "mask") and not masked):
            changes[name] = 0.0
    return hyper.replace(rule, **changes)
