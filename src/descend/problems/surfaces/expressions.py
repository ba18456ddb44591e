"""Formulas that a person types, as JAX functions: read by a grammar that knows what may stand in them, never run as Python.

sum      product + product - ...
product  power * power / ..., the * may be left out: 2x, 3(x+1), x sin(y)
power    operand ^ power; -x^2 is -(x^2)
operand  a number, a variable, a constant, (sum), |sum|, f(sum), f^2(sum), f x
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

import jax
import jax.numpy as jnp

from descend.core.language.messages import Message
from descend.core.numbers import LARGEST

from ..kinks import absolute
from .symbols import Token, Unreadable, tokens

LONGEST, PARTS, DEEPEST = 200, 80, 40  # characters, numbers and operations, and how deep they may be nested
TOO_DEEP = Message("formula-deep", "it is nested more than {most} deep", most=DEEPEST)
POWER = 64  # whole exponents up to it are products, defined for negative bases too
# The ways to call the two numbers, of which a formula takes one.
VARIABLES: tuple[dict[str, int], ...] = (
    {"x": 0, "y": 1, "x1": 0, "x2": 1},
    {"w": 0, "w1": 0, "w2": 1, "b": 1},
    {"θ": 0, "θ1": 0, "θ2": 1, "theta": 0, "theta1": 0, "theta2": 1},
)
NAMES = {name: number for family in VARIABLES for name, number in family.items()}
CONSTANTS = {"pi": jnp.pi, "e": jnp.e}


def flat_at_tips(f: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """f with slope 0 where its own is infinite, so that sqrt(x^2 + y^2), as |x|, has one at its tip, and a path can rest there."""
    held = jax.custom_jvp(f)

    @held.defjvp
    def _(at: Any, along: Any) -> Any:
        own = slope(*at)
        return f(*at), jnp.where(jnp.isinf(own), 0.0, own) * along[0]

    return held


FUNCTIONS: dict[str, tuple[int, Callable[..., Any]]] = {
    "sin": (1, jnp.sin), "cos": (1, jnp.cos), "tan": (1, jnp.tan), "exp": (1, jnp.exp), "log": (1, jnp.log), "ln": (1, jnp.log),
    "log2": (1, jnp.log2), "log10": (1, jnp.log10),
    "sqrt": (1, flat_at_tips(jnp.sqrt, lambda x: 0.5 / jnp.sqrt(x))),
    "cbrt": (1, flat_at_tips(jnp.cbrt, lambda x: 1 / (3 * jnp.cbrt(x) ** 2))),
    "abs": (1, absolute), "sinh": (1, jnp.sinh), "cosh": (1, jnp.cosh), "tanh": (1, jnp.tanh),
    "asin": (1, flat_at_tips(jnp.arcsin, lambda x: 1 / jnp.sqrt(1 - x**2))),
    "acos": (1, flat_at_tips(jnp.arccos, lambda x: -1 / jnp.sqrt(1 - x**2))),
    "atan": (1, jnp.arctan), "sigmoid": (1, jax.nn.sigmoid), "relu": (1, jax.nn.relu),
    "max": (2, jnp.maximum), "min": (2, jnp.minimum),
}  # fmt: skip
OTHER_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "tg": "tan", "lg": "log10", "√": "sqrt", "∛": "cbrt"}
CALLS = {**FUNCTIONS, **{other: FUNCTIONS[name] for other, name in OTHER_NAMES.items()}}
KNOWN = {*NAMES, *CONSTANTS, *CALLS}
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def _no_brackets(name: str, call: str) -> Message:
    return Message("formula-brackets", "brackets are missing after {name}: write {call}", name=name, call=call)


def _counts(name: str, count: int, given: int) -> Message:
    if count == 1:
        return Message("formula-one", "{name} takes 1 number, not {given}", name=name, given=given)
    return Message("formula-several", "{name} takes {count} numbers, not {given}", name=name, count=count, given=given)


@dataclass(frozen=True)
class Expression:
    """A formula read: of how many numbers it is (1, or 2 where y stands in it), and its function of a vector of them."""

    count: int
    function: Callable[[Any], Any]


@dataclass(frozen=True)
class Part:
    """A part of a formula: its function of the vector, and its value where that is a number."""

    function: Callable[[Any], Any]
    value: float | None = None


def parse(text: str) -> Expression:
    """The expression that a formula is. Raises ValueError, which says what is wrong and at which character, for anything else.

    It may hold numbers, x and y (or x1 and x2, w, w1 and w2, w and b, θ, θ1 and θ2), pi and e, + - * / ^, brackets, |x| and
    FUNCTIONS. At most 200 characters, 80 parts and 40 levels keep the time to read and to compile it short.
    """
    if len(text) > LONGEST:
        raise Unreadable(
            Message("formula-long", "it has {count} characters, and {most} are the most", count=len(text), most=LONGEST)
        )
    if not text.strip():
        raise Unreadable(Message("formula-empty", "it is empty"))
    reader = _Reader(tokens(text, KNOWN, CALLS))
    if equals := next((token for token in reader.tokens if token.text in ("=", "<", ">")), None):
        why = "'{sign}' has no meaning in it: write what is to be minimised alone"
        reader.refuse(Message("formula-equals", why, sign=equals.text), equals)
    function = reader.whole().function
    if not reader.names:
        raise Unreadable(Message("formula-constant", "neither x nor y is in it"))
    return Expression(1 + max(NAMES[name] for name in reader.names), lambda x: function(x) + 0.0 * x[0])


class _Reader:
    """Reads tokens from left to right; `names` are the variables met."""

    def __init__(self, read: list[Token]):
        self.tokens, self.place, self.parts, self.deep = read, 0, 0, 0
        self.names: list[str] = []
        self.in_bars = False  # whether the next | closes

    # Tokens

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def take(self, *texts: str) -> Token | None:
        """The next token, where it is one of these signs."""
        if self.next.kind != "sign" or self.next.text not in texts:
            return None
        self.place += 1
        return self.tokens[self.place - 1]

    def refuse(self, what: Message, token: Token | None = None) -> NoReturn:
        raise Unreadable(what, (token or self.next).at)

    # The grammar

    def whole(self) -> Part:
        found = self.sum()
        if self.next.kind != "end":
            self.refuse(self._explain_misplaced())
        return found

    def sum(self) -> Part:
        self.deep += 1
        if self.deep > DEEPEST:
            self.refuse(TOO_DEEP)
        found = self.product()
        while sign := self.take("+", "-"):
            found = self._binary(sign.text, found, self.product())
        self.deep -= 1
        return found

    def product(self) -> Part:
        part, divided = self.unary(), None
        while True:
            if sign := self.take("*", "/"):
                divided = sign if sign.text == "/" else None
                part = self._binary(sign.text, part, self.unary())
            elif self._starts_here():
                if divided:
                    self.refuse(Message("formula-ambiguous", "brackets are missing: 1/2x may be (1/2)*x or 1/(2*x)"))
                part = self._binary("*", part, self.power())
            else:
                return part

    def unary(self) -> Part:
        """A power with any number of signs before it."""
        if not (sign := self.take("+", "-")):
            return self.power()
        self.deep += 1
        if self.deep > DEEPEST:
            self.refuse(TOO_DEEP, sign)
        inner = self.unary()
        self.deep -= 1
        if sign.text == "+":
            return inner
        return self._part(lambda x: -inner.function(x), None if inner.value is None else -inner.value)

    def power(self) -> Part:
        base = self.operand()
        return self._power(base, self._exponent()) if self.take("^") else base

    def _exponent(self) -> Part:
        self.deep += 1
        if self.deep > DEEPEST:
            self.refuse(TOO_DEEP)
        found = self.unary()
        self.deep -= 1
        return found

    def operand(self) -> Part:
        token = self.next
        if token.kind == "number":
            self.place += 1
            return self._constant(float(token.text), token)
        if token.text in CALLS:
            self.place += 1
            return self._call(token)
        if token.kind == "name":
            self.place += 1
            return self._name(token)
        if self.take("("):
            return self._group(token, ")", in_bars=False)
        if self.take("|"):
            inner = self._group(token, "|", in_bars=True)
            return self._part(lambda x: FUNCTIONS["abs"][1](inner.function(x)))
        return self.refuse(self._explain_misplaced())

    def _group(self, opened: Token, sign: str, in_bars: bool) -> Part:
        """What stands up to the closing sign."""
        outer, self.in_bars = self.in_bars, in_bars
        found = self.sum()
        self.in_bars = outer
        self._close(opened, sign)
        return found

    def _close(self, opened: Token, sign: str) -> None:
        if self.take(sign):
            return
        if self.next.kind == "end":
            self.refuse(Message("formula-open", "'{sign}' is opened and never closed", sign=opened.text), opened)
        self.refuse(self._explain_misplaced())

    def _starts_here(self) -> bool:
        """Whether an operand that is multiplied begins here: a number cannot, as in x 2."""
        if self.next.kind == "number":
            self.refuse(Message("formula-no-sign", "a sign is missing before '{part}'", part=self.next.text))
        opens = self.next.text == "(" or (self.next.text == "|" and not self.in_bars)
        return self.next.kind == "name" or opens or self.next.text in CALLS

    # Functions

    def _call(self, token: Token) -> Part:
        name = token.text
        count, function = CALLS[name]
        raised = self._function_power(token) if self.take("^") else None
        if opened := self.take("("):
            arguments = self._arguments(opened)
        elif count > 1:
            self.refuse(_no_brackets(name, f"{name}(x, y)"), token)
        else:
            arguments = [self._bare(token)]
        if len(arguments) != count:
            self.refuse(_counts(name, count, len(arguments)), token)
        each = [argument.function for argument in arguments]
        part = self._part(lambda x: function(*(argument(x) for argument in each)))
        return part if raised is None else self._power(part, raised)

    def _function_power(self, token: Token) -> Part:
        """The exponent of sin^2(x)."""
        exponent = self._exponent()
        if exponent.value is None or exponent.value < 1 or exponent.value % 1:
            why = "{name}^ takes 2, 3, ...: write another power as ({name}(x))^a"
            self.refuse(Message("formula-power", why, name=token.text), token)
        return exponent

    def _arguments(self, opened: Token) -> list[Part]:
        outer, self.in_bars = self.in_bars, False
        found = [self.sum()]
        while self.take(",", ";"):
            found.append(self.sum())
        self.in_bars = outer
        self._close(opened, ")")
        return found

    def _bare(self, token: Token) -> Part:
        """The argument of sin x, sin 2x and ln sin x: numbers and variables, up to a sign or a function."""
        self.deep += 1
        if self.deep > DEEPEST:
            self.refuse(TOO_DEEP)
        missing = _no_brackets(token.text, f"{token.text}(x)")
        if self.next.kind not in ("number", "name") and self.next.text not in (*CALLS, "-", "|"):
            self.refuse(missing)
        minus, inside = self.take("-"), self.next.text in CALLS
        part = self.power()
        while not inside and self._starts_here() and self.next.text not in CALLS:
            if self.next.text in ("(", "|") or token.text in ("√", "∛"):
                self.refuse(missing, token)
            part = self._binary("*", part, self.power())
        self.deep -= 1
        return self._part(lambda x: -part.function(x)) if minus else part

    # What the parts do

    def _part(self, function: Callable[[Any], Any], value: float | None = None) -> Part:
        self.parts += 1
        if self.parts > PARTS:
            raise Unreadable(Message("formula-parts", "it has more than {most} parts", most=PARTS))
        return Part(function, value)

    def _constant(self, value: float, token: Token) -> Part:
        if value > LARGEST:
            self.refuse(Message("formula-number", "a number is too large"), token)
        return self._part(lambda x: jnp.asarray(value, x.dtype), value)

    def _name(self, token: Token) -> Part:
        name = token.text
        if name in CONSTANTS:
            return self._constant(CONSTANTS[name], token)
        if name not in NAMES:
            name = name[:20]
            if self.next.text == "(":
                why = "'{name}' is not a function here; there are {known}"
                self.refuse(Message("formula-function", why, name=name, known=", ".join(FUNCTIONS)), token)
            why = "'{name}' is not known; there are x, y, {known}, sin(x) and other functions"
            self.refuse(Message("formula-name", why, name=name, known=", ".join(CONSTANTS)), token)
        self.names.append(name)
        if not any(set(self.names) <= set(family) for family in VARIABLES):
            why = "'{name}' stands beside '{other}': call the two numbers x and y, or w1 and w2"
            self.refuse(Message("formula-names", why, name=name, other=self.names[0]), token)
        return self._part(lambda x: x[NAMES[name]])

    def _binary(self, sign: str, left: Part, right: Part) -> Part:
        apply = OPERATIONS[sign]
        a, b = left.value, right.value
        both = None if a is None or b is None or (sign == "/" and b == 0) else apply(a, b)
        return self._part(lambda x: apply(left.function(x), right.function(x)), both)

    def _power(self, base: Part, exponent: Part) -> Part:
        value = exponent.value
        if value is None:
            return self._part(lambda x: jnp.power(base.function(x), exponent.function(x)))
        if value % 1 == 0 and abs(value) <= POWER:
            return self._part(lambda x: base.function(x) ** int(value))
        root = flat_at_tips(lambda a: jnp.power(a, value), lambda a: value * jnp.power(a, value - 1))
        return self._part(lambda x: root(base.function(x)))

    def _explain_misplaced(self) -> Message:
        """What is wrong with the next token, which does not belong here."""
        sign, before = self.next.text, self.tokens[self.place - 1].text if self.place else ""
        if self.next.kind == "end":
            return Message("formula-after", "something is missing after '{part}'", part=before)
        if sign == ",":
            return Message("formula-comma", "',' stands between the numbers of max and min alone: write 0.5 for a half")
        if sign == ")" and not (before and before in "(+-*/^|,"):
            return Message("formula-close", "'{sign}' closes no bracket", sign=sign)
        if sign in (")", "+", "-", "*", "/", "^", "|"):
            return Message("formula-before", "something is missing before '{part}'", part=sign)
        return Message("formula-sign", "{sign} has no meaning in it", sign=repr(sign))
