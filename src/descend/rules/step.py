"""One update of any rule, in the one place where it is written: the point, the gradient there, the change, the sum."""

from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax

from .oracle import Slope


@runtime_checkable
class FirstOrder(Protocol):
    """What updates by gradients: a rule, or many side by side."""

    def probe_tree(self, params: Any, slots: Any, t: Any) -> Any:
        """Where the gradient of update t is taken."""
        ...

    def update_tree(self, grads: Any, slots: Any, params: Any, t: Any) -> tuple[Any, Any]:
        """The change, and the slots after it."""
        ...


class Move(NamedTuple):
    """Where an update led, and by what way."""

    params: Any
    slots: Any
    change: Any


class Step(NamedTuple):
    """An update with what it saw of the loss, at the point where the rule took its gradient."""

    params: Any
    slots: Any
    change: Any
    value: Any
    aux: Any
    gradient: Any


def step(rule: FirstOrder, oracle: Slope, params: Any, slots: Any, t: Any) -> Step:
    """Update t = 1, 2, ... of a tree of parameters."""
    value, aux, gradient = oracle.gradient(rule.probe_tree(params, slots, t))
    return Step(*move(rule, gradient, params, slots, t), value, aux, gradient)


def move(rule: FirstOrder, gradient: Any, params: Any, slots: Any, t: Any) -> Move:
    """Where update t leads by a gradient that was taken at the rule's point."""
    change, slots = rule.update_tree(gradient, slots, params, t)
    return Move(jax.tree.map(lambda w, c: w + c, params, change), slots, change)
