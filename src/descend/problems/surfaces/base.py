"""Functions of one or two numbers: the start, the loss and nothing else."""

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue, must_be
from descend.core.language.messages import Message
from descend.core.system.process import own_settings

from ..base import Bounds, Problem
from ..options import settle


class Surface(Problem):
    """A function f(x) of a vector x of one or two numbers, descended from a fixed start without noise.

    Subclasses give `f`, the field `start`, `view` (the part worth drawing: (low, high) a coordinate) and `optimum`
    (a minimum nothing lies below and the value there; None where f has none). Another number of coordinates in
    `start` than in `view` raises BadValue, and so does a start at which f is not finite.
    """

    random_start: ClassVar[bool] = False
    movable: ClassVar[bool] = True
    view: ClassVar[Bounds]
    start: tuple[float, ...]

    @own_settings()
    def __post_init__(self) -> None:
        settle(self)
        if len(self.start) != len(self.view):
            count = len(self.view)
            need = Message("numbers", "{count} numbers", count=count) if count > 1 else Message("one-number", "1 number")
            raise must_be(f"{self.name}: start", str(self.start), need)
        if not bool(jnp.isfinite(value := self.f(jnp.array(self.start, float)))):
            text = "{surface}: start is {start}, where the loss is {loss}: start where it is finite"
            raise BadValue(Message("not-finite", text, surface=self.name, start=self.start, loss=value))

    @property
    def bounds(self) -> Bounds:
        """What to draw: the view, widened where the start lies outside it."""
        margins = [0.05 * (high - low) for low, high in self.view]
        each = zip(self.view, self.start, margins, strict=True)
        return tuple((min(low, x - margin), max(high, x + margin)) for (low, high), x, margin in each)

    @property
    def optimum(self) -> tuple[tuple[float, ...], float] | None:
        """A lowest point and the value there."""
        return None

    def plane(self) -> tuple[Bounds, tuple[int, ...]]:
        return self.bounds, tuple(range(len(self.bounds)))

    def f(self, x: Any) -> Any:
        """The value at x, a vector of len(start) numbers."""
        raise NotImplementedError

    def roots(self, x: Any) -> tuple[Any, ...] | None:
        """Numbers whose squares add up to f(x); None where f is no such sum."""
        return None

    def residuals(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Any:
        return self.roots(params)

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return jnp.array(self.start, float), ()

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        return self.f(params), aux

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return {"loss": self.f(params)}
