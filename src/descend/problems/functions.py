"""A person's own function as a problem."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue

from .base import Problem
from .surfaces import Bounds


@dataclass(frozen=True, eq=False)
class Function(Problem):
    """A JAX function of a start's shape (a number, a vector or a tree of arrays), descended without noise.

    BadValue where f does not give one real number at the start, or the start or bounds do not fit.
    """

    name: ClassVar[str] = "function"
    random_start: ClassVar[bool] = False

    f: Callable[[Any], Any]
    start: Any
    bounds: Bounds | None = None

    def __post_init__(self) -> None:
        leaves = jax.tree.leaves(self._start())
        if not leaves or not all(leaf.size and bool(jnp.all(jnp.isfinite(leaf))) for leaf in leaves):
            raise BadValue(f"function: start is {self.start!r}, must be finite numbers")
        value = jax.eval_shape(self.f, self._start())
        if getattr(value, "shape", None) != () or not jnp.issubdtype(value.dtype, jnp.floating):
            raise BadValue(f"function: {self.title} gives {_kind(value)}, must give one real number")
        count = sum(leaf.size for leaf in leaves)
        if self.bounds is not None and (len(self.bounds) != count or any(not low < high for low, high in self.bounds)):
            raise BadValue(f"function: bounds is {self.bounds!r}, must be {count} pairs (low, high)")

    @property
    def title(self) -> str:
        return getattr(self.f, "__name__", self.name)

    def _start(self) -> Any:
        """The start as float arrays; lists and tuples of numbers are vectors."""
        numbers = isinstance(self.start, list | tuple) and not any(jnp.ndim(part) for part in jax.tree.leaves(self.start))
        try:
            return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), jnp.array(self.start, float) if numbers else self.start)
        except (TypeError, ValueError):
            raise BadValue(f"function: start is {self.start!r}, must be finite numbers") from None

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
    return Function(f, start, None if bounds is None else tuple((float(low), float(high)) for low, high in bounds))
