"""A rule by what a person gives for it."""

from typing import Any

from descend.core.errors import BadValue

from .base import RULES, Rule


def find(rule: Any) -> Rule:
    """The rule meant by a name ("adam"), a class of rules (Adam: its defaults) or a rule, which is returned as it is.

    Raises UnknownName for a name that no rule has, BadValue for anything else.
    """
    if isinstance(rule, Rule):
        return rule
    if isinstance(rule, str):
        return RULES[rule]()
    if isinstance(rule, type) and issubclass(rule, Rule) and hasattr(rule, "name"):
        return rule()
    raise BadValue(f"{rule!r} is not a rule; give a name ({', '.join(RULES)}), or a rule such as Adam(b1=0.5)")
