"""A rule on a quadratic, sum(curvature / 2 * w^2): where it starts, and where an update takes it."""

from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp

from descend.core import hyper
from descend.rules import Rule


def start(rule: Rule, steep: Any, far: Any = 1.0) -> tuple[Any, Any]:
    """w = `far` in every direction, and the rule's slots."""
    w = jnp.full(len(steep), far)
    return w, rule.init_tree(w)


def update(rule: Rule, steep: Any, state: Any, t: Any) -> Any:
    """One update, the t-th, of w and slots; `steep` are the curvatures."""
    w, slots = state
    at = rule.probe_tree(w, slots, t) if rule.probes else w
    change, slots = rule.update_tree(steep * at, slots, w, t)
    return w + change, slots


def chosen(rule: Rule, lane: Mapping[str, Any]) -> Rule:
    """The rule with a lane's values of some hyperparameters; the name "" stands for none."""
    return hyper.replace(rule, **{name: value for name, value in lane.items() if name})
