"""A rule written out as Python, as plain text that needs no library; and such text read, never run."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import short

LONGEST = 10_000  # characters of an expression
CONSTANTS = (int, float, str, bool, type(None))


@dataclass(frozen=True)
class Code:
    """An expression that makes a rule, such as "Adam(learning_rate=0.01)".

    - `imports`: by module, the names that the expression uses
    - `switches`: whether the weights to evaluate and ship differ from those that a framework trains
    - `needs_oracle`: whether the rule asks for more than one gradient at each update
    - `refused`: by framework, why it cannot carry the rule
    """

    expression: str
    imports: dict[str, list[str]] = field(default_factory=dict)
    switches: bool = False
    needs_oracle: bool = False
    refused: dict[str, str] = field(default_factory=dict)


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


def build(expression: str, makers: Mapping[str, Callable[..., Any]]) -> Any:
    """What an expression makes: calls of the makers, by name, with literals and such calls as arguments; nothing else is run.

    ValueError says what else it holds; the makers' own errors pass.

    >>> build("Pair(1, second=[2, -3.5])", {"Pair": lambda first, second: (first, second)})
    (1, [2, -3.5])
    """
    if len(expression) > LONGEST:
        raise ValueError(f"an expression of {len(expression):,} characters, more than {LONGEST:,}")
    try:
        tree = ast.parse(expression, mode="eval")
        return _build(tree.body, makers)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"{short(expression, str)} is no expression") from None


def _build(node: ast.AST, makers: Mapping[str, Callable[..., Any]]) -> Any:
    match node:
        case ast.Constant(value) if isinstance(value, CONSTANTS):
            return value
        case ast.UnaryOp(ast.USub(), ast.Constant(value)) if isinstance(value, int | float) and not isinstance(value, bool):
            return -value
        case ast.Tuple(parts):
            return tuple(_build(part, makers) for part in parts)
        case ast.List(parts):
            return [_build(part, makers) for part in parts]
        case ast.Dict(keys, values) if None not in keys:
            return {_key(key): _build(value, makers) for key, value in zip(keys, values, strict=True)}
        case ast.Call(ast.Name(name), parts, words) if name in makers and all(word.arg for word in words):
            named = {str(word.arg): _build(word.value, makers) for word in words}
            return makers[name](*(_build(part, makers) for part in parts), **named)
    raise ValueError(f"{short(ast.unparse(node), str)} is no literal, and no call of {', '.join(sorted(makers)) or 'anything'}")


def _key(node: Any) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError("a key that is no text")
