"""A rule by what a person gives for it."""

from typing import Any

from descend.core import hyper
from descend.core.errors import BadValue, short

from .base import RULES, Rule


def find(rule: Any) -> Rule:
    """The rule meant by a name ("adam"), a class of rules (Adam: its defaults) or a rule, which is returned as it is.

    Raises UnknownName for a name that no rule has, BadValue for anything else.
    """
    if isinstance(rule, Rule):
        if not hasattr(type(rule), "name"):
            raise BadValue(f'{type(rule).__name__} has no name: write @rule("..."), from descend.rules, above its class')
        for name in hyper.ranges(type(rule)):
            value = getattr(rule, name)
            if getattr(value, "ndim", 0) > 0:
                raise BadValue(f"{rule.name}: {name} is {short(value)}, must be one number; to compare values sweep them")
        return rule
    if isinstance(rule, str):
        return RULES[rule]()
    if isinstance(rule, type) and issubclass(rule, Rule) and hasattr(rule, "name"):
        return rule()
    if isinstance(rule, type) and issubclass(rule, Rule):
        raise BadValue(f'{rule.__name__} has no name: write @rule("..."), from descend.rules, above it')
    raise BadValue(f"{short(rule)} is not a rule; give a name (descend rules lists them) or a rule such as Adam(b1=0.5)")
