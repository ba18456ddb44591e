"""Rules and schedules as the plain values that Keras saves with a model, and back."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from descend.core.errors import BadValue
from descend.rules import RULES, WRAPPERS, Rule
from descend.schedules import SCHEDULES, Schedule

RULE, SCHEDULE = "descend_rule", "descend_schedule"  # what marks a dict that stands for one


def names(rule: Rule) -> list[str]:
    """The hyperparameters that the optimizer takes beside the learning rate, which is Keras' own."""
    return [field.name for field in dataclasses.fields(rule) if field.name != "learning_rate"]  # type: ignore[arg-type]


def hyperparameters(rule: Rule, default: Rule) -> dict[str, Any]:
    """Those of a rule as plain values, without what cannot be saved but is as in `default`, which the class brings along."""
    values = {}
    for name in names(rule):
        value = getattr(rule, name)
        try:
            values[name] = plain(value, f"{rule.name}: {name}")
        except BadValue:
            if value is not getattr(default, name):
                raise
    return values


def plain(value: Any, owner: str) -> Any:
    """A hyperparameter's value as JSON has it. Raises BadValue for what cannot be saved, such as a function."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, tuple | list):
        return [plain(part, owner) for part in value]
    if isinstance(value, Mapping):
        return {key: plain(part, owner) for key, part in value.items()}
    if isinstance(value, Rule) and type(value) in (*RULES.values(), *WRAPPERS.values()):
        return {RULE: value.name, **_fields(value)}
    if isinstance(value, Schedule) and type(value) in SCHEDULES.values():
        return {SCHEDULE: value.name, **_fields(value)}
    raise BadValue(f"{owner} is {value!r}, which Keras cannot save; give a number, or a registered schedule or rule")


def revive(value: Any) -> Any:
    """What `plain` was given; tuples for lists."""
    if isinstance(value, list | tuple):
        return tuple(revive(part) for part in value)
    if not isinstance(value, Mapping):
        return value
    fields = {key: revive(part) for key, part in value.items() if key not in (RULE, SCHEDULE)}
    if RULE in value:
        name = value[RULE]
        return (WRAPPERS if name in list(WRAPPERS) else RULES)[name](**fields)
    return SCHEDULES[value[SCHEDULE]](**fields) if SCHEDULE in value else fields


def _fields(made: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(made, field.name), f"{made.name}: {field.name}") for field in dataclasses.fields(made)}
