"""Dialects: the defaults and the form that a framework, or the paper, gives a rule.

A rule states them in its table `dialects`: for each dialect it has, the hyperparameters that differ from the rule's own.
"""

import dataclasses
from typing import Any

from descend.core.errors import BadValue, UnknownName

DIALECTS = ("keras", "torch", "optax", "tf1", "paper")  # Keras 3, PyTorch, optax, TensorFlow 1, the rule's reference


def settings(cls: Any, dialect: str, given: dict[str, Any]) -> dict[str, Any]:
    """The hyperparameters of rule class `cls` in a dialect that differ from its defaults; those `given` come first.

    Raises UnknownName for a dialect or hyperparameter that nothing has, BadValue for a dialect that this rule lacks.
    """
    if dialect not in DIALECTS:
        raise UnknownName("dialect", dialect, DIALECTS)
    if dialect not in cls.dialects:
        offered = ", ".join(cls.dialects)
        remedy = f"it has: {offered}" if offered else "it has none"
        raise BadValue(f"{getattr(cls, 'name', cls.__name__)} has no dialect '{dialect}'; {remedy}")
    known = [field.name for field in dataclasses.fields(cls)]
    for name in given:
        if name not in known:
            raise UnknownName(f"hyperparameter of {cls.name}", name, known)
    return cls.dialects[dialect] | given


def dialects_of(cls: Any) -> list[str]:
    """The dialects of a rule class, in the order of DIALECTS."""
    return [dialect for dialect in DIALECTS if dialect in cls.dialects]


def table(cls: Any) -> dict[str, list[Any]]:
    """The hyperparameters that differ somewhere: each with its own default, then its value in each offered dialect."""
    columns: list[dict[str, Any]] = [{}, *(cls.dialects[dialect] for dialect in dialects_of(cls))]
    differ = [field for field in dataclasses.fields(cls) if any(field.name in column for column in columns)]
    return {field.name: [column.get(field.name, field.default) for column in columns] for field in differ}
