"""Rules that must see all parameters at once, and wrappers, which vary the rule that they hold."""

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import jax

from descend.core import hyper
from descend.core.errors import BadValue
from descend.core.registry import Registry

from .base import Rule, shift
from .oracle import Usage

T = TypeVar("T")
WRAPPERS: Registry[Any] = Registry("wrapper")


class TreeRule(Rule):
    """A rule whose methods take whole trees: `init(params)`, `probe(params, slots, t)`, `update(grads, slots, params, t)`,
    `readout(params, slots)` and `follow(params, slots, old, new, t)`. Slots are a dict of whatever it keeps: trees like params,
    or single arrays.
    """

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        return (jax.tree.map(shift, w, old, new) if self.probes else new), slots

    def _init(self, params: Any) -> Any:
        return self.init(params)

    def _probe(self, params: Any, slots: Any, t: Any) -> Any:
        return self.probe(params, slots, t)

    def _update(self, grads: Any, slots: Any, params: Any, t: Any) -> tuple[Any, Any]:
        return self.update(grads, slots, params, t)

    def _readout(self, params: Any, slots: Any) -> Any:
        return self.readout(params, slots)

    def _follow(self, params: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        return self.follow(params, slots, old, new, t)


class Wrapper(TreeRule):
    """A rule around another, `self.rule`, whose trees it may change on the way in or out. Slots: "rule", and its own.

    Subclasses are dataclasses whose first field is `rule`; wrappers nest. The learning rate is the inner rule's.
    """

    rule: Rule

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rule.needs_oracle:
            raise BadValue(f"{self.name}: {self.rule.name} asks for more than a gradient; take a rule that needs no more")

    @property
    def probes(self) -> bool:
        return self.rule.probes

    @property
    def ships(self) -> bool:
        return type(self).readout is not Wrapper.readout or self.rule.ships

    @property
    def rate(self) -> Any:
        return self.rule.rate

    def uses(self, steps: Any) -> Usage:
        return self.rule.uses(steps)

    def with_rate(self, rate: Any) -> Rule:
        return hyper.replace(self, rule=self.rule.with_rate(rate))

    def init(self, w: Any) -> dict[str, Any]:
        return {"rule": self.rule.init_tree(w)}

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return self.rule.probe_tree(w, slots["rule"], t)

    def readout(self, w: Any, slots: Any) -> Any:
        return self.rule.readout_tree(w, slots["rule"])

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        w, inner = self.rule.follow_tree(w, slots["rule"], old, new, t)
        return w, {**slots, "rule": inner}


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def wrapper(name: str) -> Callable[[type[T]], type[T]]:
    """A class decorator: the class becomes a frozen dataclass, a pytree and an entry of WRAPPERS under `name`."""

    def make(cls: type[T]) -> type[T]:
        return WRAPPERS.add(name)(hyper.pytree(cls))

    return make
