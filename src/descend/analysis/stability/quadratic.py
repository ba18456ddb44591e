"""A rule on a quadratic, sum(curvature / 2 * w^2): where it starts, and where an update takes it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import jax.numpy as jnp

from descend.core import hyper
from descend.rules import Rule, step


def start(rule: Rule, steep: Any, far: Any = 1.0) -> tuple[Any, Any]:
    """w = `far` in every direction, and the rule's slots."""
    w = jnp.full(len(steep), far)
    return w, rule.init_tree(w)


class Quadratic(NamedTuple):
    """sum(steep / 2 * w^2) as an oracle; `steep` are the curvatures."""

    steep: Any

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The value at w, no aux, and the gradient."""
        return jnp.sum(self.steep * w * w) / 2, (), self.steep * w


def update(rule: Rule, steep: Any, state: Any, t: Any) -> Any:
    """One update, the t-th, of w and slots."""
    w, slots = state
    return step(rule, Quadratic(steep), w, slots, t)[:2]


def with_values(rule: Rule, lane: Mapping[str, Any]) -> Rule:
    """The rule with a lane's values of some hyperparameters; the name "" stands for none."""
    return hyper.replace(rule, **{name: value for name, value in lane.items() if name})
