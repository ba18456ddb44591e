"""How a rule is written out for people: adam(b1=0.5), clip_by_global_norm(adam, max_norm=1)."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from descend.core import hyper


def signature(rule: Any) -> str:
    """The rule's name, and in brackets the fields that are not the defaults.

    What holds other rules puts them first and shows all of its own numbers, since they are what it adds.
    """
    fields = dataclasses.fields(rule)
    required = [f.name for f in fields if f.default is dataclasses.MISSING]
    parts = []
    for field in fields:
        value = getattr(rule, field.name)
        number = field.name in hyper.ranges(type(rule)) and value is not None
        if field.name in required:
            parts.append(_short(value))
        elif not same(value, field.default) or (required and number):
            parts.append(f"{field.name}={_short(value)}")
    return f"{rule.name}({', '.join(parts)})" if parts else rule.name


def same(value: Any, default: Any) -> bool:
    """Whether a field's value is its default."""
    return value is default or (isinstance(value, int | float | str | tuple) and value == default)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_short(item)}' for key, item in value.items())}}}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
