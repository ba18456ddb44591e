"""A rule as the Python that makes it: what a script, or the log of a race, needs to have it again."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from descend import schedules
from descend.core.errors import BadValue, UnknownName, short
from descend.core.language.messages import Message
from descend.core.scripting import Code, build
from descend.schedules import Schedule

from .base import RULES, Rule
from .frameworks import FRAMEWORKS, refusal
from .signature import same
from .tree import WRAPPERS


def code(rule: Rule) -> Code:
    """The expression that makes the rule, and the names that it takes from descend.rules and descend.schedules.

    It gives the learning rate and what is not a default. Raises BadValue for a rule or schedule that is not descend's own.
    """
    names: dict[str, set[str]] = {"descend.rules": set(), "descend.schedules": set()}
    expression = _expression(rule, names)
    imports = {module: sorted(found) for module, found in names.items() if found}
    refused = {to: why for to in FRAMEWORKS if (why := refusal(rule, to))}
    return Code(expression, imports, rule.switches, rule.needs_oracle, refused)


def expression(value: Any) -> str:
    """The Python that makes a rule or a schedule of descend's own, or a number. Raises BadValue for any other."""
    return _expression(value, {"descend.rules": set(), "descend.schedules": set()})


def rebuild(code: Code) -> Rule:
    """The rule that code makes, of descend's own rules and schedules; nothing of it is run as Python.

    Raises UnknownName for a name that none of them has, BadValue for what is no such code, or a value out of its range.
    """
    known = {cls.__name__: cls for cls in [*_own(RULES), *_own(WRAPPERS), *_schedules()]}
    for name in [name for names in code.imports.values() for name in names]:
        if name not in known:
            raise UnknownName("rule or schedule", name, known)
    try:
        rule = build(code.expression, known)
    except (ValueError, TypeError) as error:
        raise BadValue(f"the code {short(code.expression, str)} makes no rule: {short(str(error), str, 160)}") from None
    if not isinstance(rule, Rule):
        raise BadValue(f"the code {short(code.expression, str)} makes no rule")
    return rule


def _schedules() -> list[type]:
    return [cls for cls in schedules.SCHEDULES.values() if getattr(schedules, cls.__name__, None) is cls]


def _expression(value: Any, names: dict[str, set[str]]) -> str:
    if isinstance(value, Rule | Schedule):
        names[_home(value)].add(type(value).__name__)
        fields = [f for f in dataclasses.fields(value) if _is_explicit(value, f)]  # type: ignore[arg-type]
        inside = [f"{f.name}={_expression(getattr(value, f.name), names)}" for f in fields]
        return f"{type(value).__name__}({', '.join(inside)})"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key!r}: {_expression(item, names)}' for key, item in value.items())}}}"
    if isinstance(value, tuple | list):
        return repr([_plain(item) for item in value]) if isinstance(value, list) else repr(tuple(map(_plain, value)))
    return repr(_plain(value))


def _is_explicit(owner: Any, field: Any) -> bool:
    value = getattr(owner, field.name)
    return field.name == "learning_rate" or field.default is dataclasses.MISSING or not same(value, field.default)


def _home(value: Rule | Schedule) -> str:
    """Where a person imports the class of a rule or schedule from."""
    if isinstance(value, Schedule):
        ours, home = getattr(schedules, type(value).__name__, None) is type(value), "descend.schedules"
    else:
        ours, home = type(value) in (*_own(RULES), *_own(WRAPPERS)), "descend.rules"
    if not ours:
        text = "{value} has no import to write into a script: it is not one of descend's own rules and schedules"
        raise BadValue(Message("no-import", text, value=value))
    return home


def _own(registry: Any) -> list[type]:
    return [cls for cls in registry.values() if cls.__module__.startswith("descend.rules.")]


def _plain(value: Any) -> Any:
    """A number as Python writes it."""
    return value.item() if hasattr(value, "item") else value
