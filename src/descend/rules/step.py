"""One update of any rule, in the one place where it is written: the point, the gradient there, the change, the sum."""

from typing import Any, ClassVar, NamedTuple, Protocol, cast, runtime_checkable

import jax

from descend.core.errors import BadValue
from descend.core.registry import Registry

from . import checks
from .floats import in_types_of, widen
from .oracle import Oracle, Slope
from .tree import TreeRule


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


class OracleRule(TreeRule):
    """A rule that asks for more than one gradient at a point of its own: it states its whole step.

    `step(oracle, params, slots, t)` gives what the module's function `step` gives: the parameters and slots after update t,
    the change, and value, aux and gradient. `value` and `gradient` are those at `params`, as they were before the update.
    A step has no branch and no loop whose length depends on values, so that lanes never wait for each other.
    """

    needs_outputs: ClassVar[bool] = False  # whether it asks for Gauss-Newton products
    needs_curvature: ClassVar[bool] = True  # whether it asks for more than values and gradients
    needs_quiet: ClassVar[bool] = False  # whether a loss that draws chance at every step would lead it nowhere

    @property
    def needs_oracle(self) -> bool:
        return True

    tries: ClassVar[bool] = False  # whether the last point that a step asks for is a trial, to be taken or refused

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        raise NotImplementedError

    def model(self, oracle: Oracle, params: Any) -> Any:
        """The matrix (n, n) of the quadratic whose minimum a step goes to; None for a rule without such a model."""
        return None

    def step_tree(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        """Update t = 1, 2, ... of a tree; 16-bit parameters are moved in float32."""
        checks.parameters(self, params)
        checks.memory(self, slots, params)
        now: Any = self.at(t)
        done: Step = now.step(oracle, widen(params), slots, t)
        return done._replace(params=in_types_of(done.params, params), change=in_types_of(done.change, params))

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        raise BadValue(f"{self.name} asks for more than a gradient, which is all there is here: take a rule that needs no more")


def first_order(registry: Registry[Any]) -> dict[str, Any]:
    """The classes of a registry of rules, by name, that ask for one gradient at each update."""
    return {cls.name: cls for cls in registry.values() if not issubclass(cls, OracleRule)}


def step(rule: FirstOrder, oracle: Slope, params: Any, slots: Any, t: Any) -> Step:
    """Update t = 1, 2, ... of a tree of parameters."""
    if isinstance(rule, OracleRule):
        return rule.step_tree(cast(Oracle, oracle), params, slots, t)
    value, aux, gradient = oracle.gradient(rule.probe_tree(params, slots, t))
    return Step(*move(rule, gradient, params, slots, t), value, aux, gradient)


def move(rule: FirstOrder, gradient: Any, params: Any, slots: Any, t: Any) -> Move:
    """Where update t leads by a gradient that was taken at the rule's point."""
    change, slots = rule.update_tree(gradient, slots, params, t)
    return Move(jax.tree.map(lambda w, c: w + c, params, change), slots, change)
