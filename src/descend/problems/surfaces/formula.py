"""A formula of one's own as a surface."""

from functools import cached_property
from typing import Annotated, Any, ClassVar

from descend.core.errors import BadValue
from descend.core.hyper import Range
from descend.core.language.messages import Message

from ..base import problem
from ..options import settle
from .base import Bounds, Surface
from .expressions import Expression, parse

START = (2.0, 1.5)


@problem("formula")
class Formula(Surface):
    """Your own formula of x, or of x and y.

    **Function**

        f(x) = whatever `text` says

    The formula may hold numbers, x and y (or x1 and x2, w1 and w2, w and b, θ1 and θ2), pi and e, + - * / ^, brackets, |x|, and
    the functions sin, cos, tan, exp, log or ln, log2, log10, sqrt, cbrt, abs, sinh, cosh, tanh, asin, acos, atan, sigmoid, relu,
    max and min. It may be written as in a book: 100(y - x²)², 3 sin 2x, sin²x, √x. Where its slope is infinite, as that of
    sqrt(x^2) at 0, it counts as 0. It is read by a parser of its own, never run as Python.

    **Options**

    - text: the formula, default x^2/4 + y^2 + sin(3*x)
    - start: a number for each variable, default 2 for x and 1.5 for y
    - reach: how far from 0 each axis is drawn, (0, inf), default 3

    **Reference**

    Its gradient is worked out by JAX (Griewank and Walther, Evaluating Derivatives, 2008).
    """

    text: str = "x^2/4 + y^2 + sin(3*x)"
    start: tuple[float, ...] = ()  # of as many as there are variables: START
    reach: Annotated[float, Range(0.0, 1e30, open_low=True)] = 3.0
    steps: ClassVar[int] = 100

    def __post_init__(self) -> None:
        settle(self)
        try:
            parse(self.text)
        except ValueError as error:
            text = "formula: text is {text}, must be a formula of x and y such as x^2 + 2*sin(y): {why}"
            raise BadValue(Message("formula", text, text=repr(self.text[:40]), why=error.args[0])) from None
        object.__setattr__(self, "start", self.start or START[: self.expression.count])
        super().__post_init__()

    @cached_property
    def expression(self) -> Expression:
        """The formula, read."""
        return parse(self.text)

    @property
    def view(self) -> Bounds:  # type: ignore[override]
        """As far as `reach` on each axis."""
        return ((-self.reach, self.reach),) * self.expression.count

    @property
    def title(self) -> str:
        return self.text

    def f(self, x: Any) -> Any:
        return self.expression.function(x)
