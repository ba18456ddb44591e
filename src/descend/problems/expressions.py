"""Formulas that a person types, as JAX functions: parsed to a list of what may stand in them, never evaluated as Python."""

import ast
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from descend.core.numbers import LARGEST

from .kinks import absolute

LONGEST, PARTS, DEEPEST = 200, 80, 40  # characters, numbers and operations, and how deep they may be nested
POWER = 64  # whole exponents up to it are products, defined for negative bases too
VARIABLES = {"x": 0, "y": 1, "x1": 0, "x2": 1}
CONSTANTS = {"pi": jnp.pi, "e": jnp.e}
FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "sin": (1, jnp.sin), "cos": (1, jnp.cos), "tan": (1, jnp.tan), "exp": (1, jnp.exp), "log": (1, jnp.log),
    "sqrt": (1, jnp.sqrt), "abs": (1, absolute), "sinh": (1, jnp.sinh), "cosh": (1, jnp.cosh), "tanh": (1, jnp.tanh),
    "atan": (1, jnp.arctan), "sigmoid": (1, jax.nn.sigmoid), "relu": (1, jax.nn.relu),
    "max": (2, jnp.maximum), "min": (2, jnp.minimum),
}  # fmt: skip
OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}


@dataclass(frozen=True)
class Expression:
    """A formula read: of how many numbers it is (1, or 2 where y stands in it), and its function of a vector of them."""

    count: int
    function: Callable[[Any], Any]


def parsed(text: str) -> Expression:
    """The expression that a formula of x and y is. Raises ValueError, which says what is wrong, for anything else.

    It may hold numbers, x and y (or x1 and x2), pi and e, + - * / ^, brackets and FUNCTIONS. At most 200 characters, 80
    parts and 40 levels keep the time to read and to compile it short.
    """
    if len(text) > LONGEST:
        raise ValueError(f"it has {len(text)} characters, and {LONGEST} are the most")
    if odd := re.search(r"[^A-Za-z0-9_.,+\-*/^() \t]", text):
        raise ValueError(f"{odd.group()!r} has no meaning in it")
    if not text.strip():
        raise ValueError("it is empty")
    if joined := re.search(r"(?<![A-Za-z0-9_.])\d+(\.\d*)?\s*(?=[A-Za-z(])(?![eE][+\-\d])", text):
        raise ValueError(f"a sign is missing after '{joined.group().strip()}': write 2*x for twice x")
    try:
        tree = ast.parse(text.strip().replace("^", "**"), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        raise ValueError("it cannot be read: look for a bracket or a sign too many or too few") from None
    if sum(isinstance(node, ast.expr) for node in ast.walk(tree)) > PARTS:
        raise ValueError(f"it has more than {PARTS} parts")
    names: set[str] = set()
    function = _function(tree, names, 0)
    used = {VARIABLES[name] for name in names}
    if not used:
        raise ValueError("neither x nor y is in it")
    return Expression(1 + max(used), lambda x: function(x) + 0.0 * x[0])


def _function(node: ast.expr, names: set[str], depth: int) -> Callable[[Any], Any]:
    """A part of the formula as a function of the vector; variables that it meets are added to `names`."""
    if depth > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} deep")

    def inner(part: ast.expr) -> Callable[[Any], Any]:
        return _function(part, names, depth + 1)

    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _constant(value)
        case ast.Name(id=name):
            return _name(name, names)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return (lambda part: lambda x: -part(x))(inner(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return inner(operand)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(inner(left), right, inner)
        case ast.BinOp(left=left, op=operation, right=right) if type(operation) in OPERATIONS:
            return (lambda apply, a, b: lambda x: apply(a(x), b(x)))(OPERATIONS[type(operation)], inner(left), inner(right))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, [inner(argument) for argument in arguments])
    raise ValueError("only numbers, x, y, + - * / ^, brackets and functions may stand in it")


def _constant(value: int | float) -> Callable[[Any], Any]:
    if value > LARGEST:
        raise ValueError("a number in it is too large")
    number = float(value)
    return lambda x: jnp.asarray(number, x.dtype)


def _name(name: str, names: set[str]) -> Callable[[Any], Any]:
    if name in CONSTANTS:
        return _constant(CONSTANTS[name])
    if name in FUNCTIONS:
        raise ValueError(f"brackets are missing after {name}: write {name}(x)")
    if name not in VARIABLES:
        raise ValueError(f"'{name}' is not known; there are x, y, {', '.join([*CONSTANTS, *FUNCTIONS])}")
    names.add(name)
    return lambda x: x[VARIABLES[name]]


def _power(base: Callable[[Any], Any], right: ast.expr, inner: Callable[[ast.expr], Callable[[Any], Any]]) -> Callable[[Any], Any]:
    sign, plain = (-1, right.operand) if isinstance(right, ast.UnaryOp) and isinstance(right.op, ast.USub) else (1, right)
    if isinstance(plain, ast.Constant) and isinstance(plain.value, int | float) and plain.value in range(POWER + 1):
        whole = sign * int(plain.value)
        return lambda x: base(x) ** whole
    exponent = inner(right)
    return lambda x: jnp.power(base(x), exponent(x))


def _call(name: str, arguments: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    if name not in FUNCTIONS:
        raise ValueError(f"'{name}' is not a function here; there are {', '.join(FUNCTIONS)}")
    count, function = FUNCTIONS[name]
    if len(arguments) != count:
        raise ValueError(f"{name} takes {count} number{'s' if count > 1 else ''}, not {len(arguments)}")
    return lambda x: function(*(argument(x) for argument in arguments))
