"""A person's own function as a problem."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue, short

from .base import Problem
from .surfaces.base import Bounds


@dataclass(frozen=True, eq=False)
class Function(Problem):
    """A JAX function of a start's shape (a number, a vector or a tree of arrays), descended without noise.

    BadValue where f does not give one finite real number at the start, or the start or bounds do not fit.
    """

    name: ClassVar[str] = "function"
    random_start: ClassVar[bool] = False

    f: Callable[[Any], Any]
    start: Any
    bounds: Bounds | None = None

    def __post_init__(self) -> None:
        leaves = jax.tree.leaves(self._start())
        if not leaves or not all(leaf.size and bool(jnp.all(jnp.isfinite(leaf))) for leaf in leaves):
            raise BadValue(f"function: start is {short(self.start)}, must be finite numbers in float32")
        self._check_value()
        if self.bounds is not None:
            _check_bounds(self.bounds, sum(leaf.size for leaf in leaves))

    def _check_value(self) -> None:
        if not callable(self.f):
            raise BadValue(f"function: f is {short(self.f)}, must be a function of the start")
        try:
            value = jax.eval_shape(self.f, self._start())
        except (jax.errors.TracerArrayConversionError, jax.errors.TracerIntegerConversionError, jax.errors.ConcretizationTypeError):
            raise BadValue(
                f"function: {self.title} cannot be traced by JAX: use jax.numpy for numpy and math, and jax.numpy.where for if"
            ) from None
        except Exception as error:
            fault = f"raised {type(error).__name__}: {short(error, str)}; its own traceback is above"
            raise BadValue(f"function: {self.title} {fault}") from error
        if getattr(value, "shape", None) != () or not jnp.issubdtype(value.dtype, jnp.floating):
            raise BadValue(f"function: {self.title} gives {_kind(value)}, must give one real number")
        if not bool(jnp.isfinite(value := self.f(self._start()))):
            raise BadValue(f"function: {self.title} is {value} at the start {short(self.start)}: start where it is finite")

    @property
    def title(self) -> str:
        return getattr(self.f, "__name__", self.name)

    def _start(self) -> Any:
        """The start as float arrays; lists and tuples of numbers are vectors."""
        numbers = isinstance(self.start, list | tuple) and not any(jnp.ndim(part) for part in jax.tree.leaves(self.start))
        try:
            with np.errstate(over="ignore"):  # what overflows is infinite, and refused
                return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), jnp.array(self.start, float) if numbers else self.start)
        except (TypeError, ValueError, OverflowError):
            raise BadValue(f"function: start is {short(self.start)}, must be finite numbers") from None

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return self._start(), ()

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        return self.f(params), aux

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return {"loss": self.f(params)}


def _kind(value: Any) -> str:
    return f"{value.dtype} of shape {value.shape}" if hasattr(value, "shape") else f"a {type(value).__name__}"


def function(f: Callable[[Any], Any], start: Any, bounds: Any = None) -> Function:
    """A problem from a JAX function and a start.

    `start` is a number, numbers, or a tree of arrays; `f` takes the same as float arrays and gives one number;
    `bounds` is a (low, high) for each number, for drawing. BadValue says which of them does not fit.

    >>> function(lambda x: (x[0] - 3) ** 2, start=[0.0]).title
    '<lambda>'
    """
    return Function(f, start, None if bounds is None else _pairs(bounds))


def _pairs(bounds: Any) -> Bounds:
    try:
        return tuple((float(low), float(high)) for low, high in bounds)
    except (TypeError, ValueError, OverflowError):
        raise BadValue(f"function: bounds is {short(bounds)}, must be a pair (low, high) for each number of the start") from None


def _check_bounds(bounds: Bounds, count: int) -> None:
    if len(bounds) != count:
        raise BadValue(f"function: bounds is {short(bounds)}, must be {count} pair{'s' if count > 1 else ''} (low, high)")
    for i, pair in enumerate(bounds):
        if not all(map(math.isfinite, pair)):
            raise BadValue(f"function: bounds[{i}] is {pair}, must be finite numbers")
        if not pair[0] < pair[1]:
            raise BadValue(f"function: bounds[{i}] is {pair}, must be (low, high) with low below high")
