"""A rule written out as Python, as plain text that needs no library."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Code:
    """An expression that makes a rule, such as "Adam(learning_rate=0.01)".

    - `imports`: by module, the names that the expression uses
    - `switches`: whether the weights to evaluate and ship differ from those that a framework trains
    """

    expression: str
    imports: dict[str, list[str]] = field(default_factory=dict)
    switches: bool = False


def import_lines(*wanted: Mapping[str, Iterable[str]]) -> list[str]:
    """The import statements that bring names by module; one for each module.

    >>> import_lines({"math": ["pi"]}, {"math": ["e"], "enum": ["Enum"]})
    ['from enum import Enum', 'from math import e, pi']
    """
    names: dict[str, set[str]] = {}
    for imports in wanted:
        for module, found in imports.items():
            names.setdefault(module, set()).update(found)
    return [f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())]
