"""Any optax optimizer as a rule: its numbers are leaves, so that lanes of them share one compiled program."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, ClassVar

import jax
import numpy as np

from descend.core import hyper
from descend.core.errors import BadValue
from descend.core.system.extras import library
from descend.schedules import Schedule

from . import optax_checks
from .base import Rule
from .tree import TreeRule


def from_optax(factory: Any, /, *, static: Mapping[str, Any] | None = None, **hyperparameters: Any) -> Rule:
    """The rule of `factory(**hyperparameters)`, such as `from_optax(optax.adam, learning_rate=1e-3)`.

    - `factory`: a function of keywords that gives an optax.GradientTransformation: optax's own, or one of yours
    - `hyperparameters`: numbers, which may be stacked, swept and scheduled by descend's schedules; anything else (True,
      None, names, functions such as optax's schedules) is structure
    - `static`: numbers that are structure too, because the factory asks for their value (`if`, a shape, a count)

    What is not given has the factory's default and is no hyperparameter of the rule. The rule's name is that of the
    factory; a race takes it as it is unless `learning_rate` is a number. It runs on JAX. Slots: "state", optax's own.

    Raises UnknownName for an argument that the factory lacks, BadValue for one that it refuses, or that must be static,
    and for an optimizer that needs more than gradients; MissingExtra without optax.
    """
    optax = library("optax", "from_optax")
    name = _name(factory, optax)
    given = hyperparameters | dict(static or {})
    optax_checks.check_arguments(factory, name, given, OptaxRule)
    numbers = tuple(key for key, value in given.items() if key not in (static or {}) and _numeric(value))
    for key in [key for key in given if key not in numbers]:
        optax_checks.hashable(name, key, given[key])
    rule = _class(factory, name, tuple(given), numbers)(**given)
    optax_checks.suits(rule, optax.GradientTransformation, numbers)
    return rule


class OptaxRule(TreeRule):
    """What from_optax gives: one class for each factory and division of its arguments into numbers and structure."""

    factory: ClassVar[Callable[..., Any]]

    @property
    def rate(self) -> Any:
        """The learning rate, a number or one of descend's schedules; None where it is structure or not given."""
        value = getattr(self, "learning_rate", None)
        return value if isinstance(value, Schedule) or not callable(value) else None

    def transformation(self) -> Any:
        """The gradient transformation with this rule's hyperparameters, which may be traced."""
        return self.factory(**vars(self))

    def init(self, w: Any) -> dict[str, Any]:
        return {"state": self.transformation().init(w)}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        change, state = self.transformation().update(g, slots["state"], w)
        return change, {"state": state}


@functools.lru_cache(maxsize=256)
def _class(factory: Any, name: str, fields: tuple[str, ...], numbers: tuple[str, ...]) -> Any:
    """The rule class: cached, because rules stack and compare only within one class."""
    defaults = {key: p.default for key, p in inspect.signature(factory).parameters.items() if p.default is not p.empty}
    entries = []
    for key in sorted(fields, key=lambda key: key in defaults):  # dataclass fields without a default come first
        metadata = {} if key in numbers else {"static": True}
        default = {"default": defaults[key]} if key in defaults else {}
        entries.append((key, hyper.Real if key in numbers else Any, dataclasses.field(metadata=metadata, **default)))
    annotations = {key: kind for key, kind, _ in entries}
    body = {key: field for key, _, field in entries if field.default is not dataclasses.MISSING or field.metadata}
    space = {"__annotations__": annotations, "__doc__": f"{name} as a rule.", "factory": staticmethod(factory), "name": name}
    return hyper.pytree(type("OptaxRule_" + name.replace(".", "_"), (OptaxRule,), space | body))


def _name(factory: Any, optax: ModuleType) -> str:
    """How optax exports a factory, or the name of a function of one's own."""
    if not callable(factory):
        raise BadValue(f"{factory!r} is not a function that makes an optax optimizer; give it uncalled, such as optax.adam")
    for prefix, module in (("optax.", optax), ("optax.contrib.", optax.contrib)):
        exported = [key for key, value in vars(module).items() if value is factory]
        if exported:
            return prefix + exported[0]
    return getattr(factory, "__name__", type(factory).__name__).strip("<>")


def _numeric(value: Any) -> bool:
    """Whether a value is a leaf: a number, an array of numbers, or one of descend's schedules; True and False are not."""
    return isinstance(value, Schedule | jax.Array) or (not isinstance(value, bool) and np.asarray(value).dtype.kind in "iuf")
