"""Which rules PyTorch can carry, and what their parts are called."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from descend.core import hyper
from descend.core.errors import BadValue
from descend.rules import Rule, Wrapper
from descend.rules.from_optax import OptaxRule


def parts(rule: Rule) -> Iterator[Rule]:
    """The rule and every rule in its fields, at any depth."""
    yield rule
    for value in vars(rule).values():
        inside = value.values() if isinstance(value, Mapping) else (value,)
        for part in inside:
            if isinstance(part, Rule):
                yield from parts(part)


def nesting(rule: Rule) -> list[Rule]:
    """A wrapper, the rule in it, the rule in that, and so on: from the outermost inwards."""
    return [rule, *(nesting(rule.rule) if isinstance(rule, Wrapper) else [])]


def full_name(rule: Rule) -> str:
    """The names of a rule and of those it holds, without their numbers: "clip_by_global_norm(adam)"."""
    inside = [part for part in parts(rule) if part is not rule]
    return f"{rule.name}({', '.join(part.name for part in inside)})" if inside else rule.name


def portable(rule: Rule) -> Rule:
    """The rule itself. Raises BadValue if a part of it runs on JAX alone or holds several values of one hyperparameter."""
    for part in parts(rule):
        if isinstance(part, OptaxRule):
            raise BadValue(f"{part.name} is optax's and runs on JAX only; give bridges.torch a rule of descend, such as Adam()")
        for name in hyper.ranges(type(part)):
            value: Any = getattr(part, name)
            if value is not None and not hyper.is_schedule(value) and np.ndim(value):
                raise BadValue(f"{part.name}: {name} has shape {np.shape(value)}, must be one number for bridges.torch")
    return rule
