"""An array of which only the place on a tape is known, and the tape, on which arithmetic with it is written."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

TINY = 1e-30  # what is no smaller is not rounded to zero, in any type


class Tape:
    """The operations written so far, and their numbers. What is written twice of the same arrays stands there once."""

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.operations: list[tuple[Any, ...]] = []
        self.numbers: list[float] = []
        self.known: dict[tuple[Any, ...], Tracer] = {}

    def write(self, name: str, *given: Any, least: float = -math.inf) -> "Tracer":
        """The result of an operation on arrays and numbers, of which nothing is below `least`."""
        line = (name, *[x.place if isinstance(x, Tracer) else self._put(x) for x in given])
        if line in self.known:
            return self.known[line]
        self.known[line] = result = Tracer(self, self.inputs + len(self.operations), least, (name, *given))
        self.operations.append(line)
        return result

    def by_number(self, name: str, x: "Tracer", number: Any, least: float) -> "Tracer":
        """The same for an array and a number, which is most of what is written."""
        self.operations.append((name, x.place, self._put(number)))
        return Tracer(self, self.inputs + len(self.operations) - 1, least, (name, x, number))

    def _put(self, number: Any) -> int:
        self.numbers.append(float(number))
        return -len(self.numbers)


class Tracer:
    """An array with the operators that rules use; its functions are in NAMESPACE. Truth values are 1 and 0."""

    __slots__ = ("least", "origin", "place", "tape")
    __array_ufunc__ = None  # NumPy's numbers leave arithmetic to this
    __hash__ = None  # type: ignore[assignment]
    dtype = None

    def __init__(self, tape: Tape, place: int, least: float = -math.inf, origin: tuple[Any, ...] = ("input",)) -> None:
        self.tape, self.place, self.least, self.origin = tape, place, least, origin

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return NAMESPACE

    def __bool__(self) -> bool:
        raise TypeError("an array that is being traced has no truth value")

    def __add__(self, other: Any) -> "Tracer":
        if isinstance(other, Tracer):
            return self.tape.write("add", self, other, least=self.least + other.least)
        if other == 0:
            return self
        if self._is_quotient():  # x / c + d = (x + c d) / c, which leaves a factor for what comes next
            _, x, c = self.origin
            return (x + c * other) / c
        return self.tape.by_number("add", self, other, self.least + float(other))

    def __sub__(self, other: Any) -> "Tracer":
        return self.tape.write("sub", self, other) if isinstance(other, Tracer) else self + -other

    def __rsub__(self, other: Any) -> "Tracer":
        return -self + other

    def __mul__(self, other: Any) -> "Tracer":
        if self is other:
            return self.tape.write("mul", self, self, least=0.0)
        if isinstance(other, Tracer):
            signed = self.least >= 0 and other.least >= 0
            return self.tape.write("mul", self, other, least=self.least * other.least if signed else -math.inf)
        return self.tape.by_number("mul", self, other, self.least * float(other) if self.least >= 0 and other >= 0 else -math.inf)

    def __truediv__(self, other: Any) -> "Tracer":
        if isinstance(other, Tracer):
            return self.tape.write("div", self, other, least=0.0 if self.least >= 0 and other.least >= 0 else -math.inf)
        inverse = 1 / float(other)  # zero is no matter for a tape
        least = self.least * inverse if self.least >= 0 and inverse > 0 else -math.inf
        return self.tape.by_number("div", self, other, least)

    def __rtruediv__(self, other: Any) -> "Tracer":
        return self.tape.write("div", other, self, least=0.0 if self.least >= 0 and other >= 0 else -math.inf)

    def __pow__(self, other: Any) -> "Tracer":
        if isinstance(other, Tracer) or other not in (2, 0.5):
            return self.tape.write("pow", self, other)
        return self * self if other == 2 else self.sqrt()

    def __rpow__(self, other: Any) -> "Tracer":
        return self.tape.write("pow", other, self)

    def __neg__(self) -> "Tracer":
        return self * -1.0

    def __abs__(self) -> "Tracer":
        return self.tape.write("abs", self, least=max(self.least, 0.0))

    def __eq__(self, other: Any) -> Any:
        never = not isinstance(other, Tracer) and other == 0 and self.least > TINY
        return 0.0 if never else self.tape.write("eq", self, other)

    def __ne__(self, other: Any) -> Any:
        return 1.0 - (self == other)

    def __gt__(self, other: Any) -> "Tracer":
        return self.tape.write("gt", self, other)

    def __ge__(self, other: Any) -> "Tracer":
        return self.tape.write("ge", self, other)

    def __lt__(self, other: Any) -> "Tracer":
        return self.tape.write("lt", self, other)

    def __le__(self, other: Any) -> "Tracer":
        return self.tape.write("le", self, other)

    __radd__, __rmul__ = __add__, __mul__
    __and__ = __rand__ = __mul__

    def sqrt(self) -> "Tracer":
        """The root; of a quotient by a number, a quotient."""
        if self._is_quotient() and self.origin[2] > 0:
            _, x, c = self.origin
            return x.sqrt() / math.sqrt(c)
        return self.tape.write("sqrt", self, least=math.sqrt(max(self.least, 0.0)))

    def _is_quotient(self) -> bool:
        """Whether it is another array divided by a number."""
        return self.origin[0] == "div" and isinstance(self.origin[1], Tracer) and not isinstance(self.origin[2], Tracer)


def _operation(name: str) -> Callable[..., Any]:
    def function(*given: Any) -> Any:
        return next(x for x in given if isinstance(x, Tracer)).tape.write(name, *given)

    return function


def _clip(x: Any, low: Any, high: Any) -> Any:
    x = x if low is None else NAMESPACE.maximum(x, low)
    return x if high is None else NAMESPACE.minimum(x, high)


FUNCTIONS = ("sign", "floor", "exp", "log", "cos", "tanh", "maximum", "minimum", "where")
NAMESPACE = SimpleNamespace(
    __name__=__name__,  # array_api_compat looks at it
    **{name: _operation(name) for name in FUNCTIONS},
    sqrt=Tracer.sqrt,
    abs=abs,
    clip=_clip,
    zeros_like=lambda x: 0.0,
    astype=lambda x, dtype: x,
)
