"""What a rule may ask of a loss, and what that counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax
import jax.flatten_util
import jax.numpy as jnp

ROWS = 8  # of a Hessian that a processor computes at once: more leave its cache (measured: three times as fast for ten lanes)


class Usage(NamedTuple):
    """What updates have asked for: numbers, or arrays of one shape. A gradient comes with the value at its point."""

    values: Any = 0
    gradients: Any = 0
    hvps: Any = 0  # products of a Hessian or Gauss-Newton matrix and a vector
    hessians: Any = 0
    solves: Any = 0  # of linear systems in all parameters


@runtime_checkable
class Slope(Protocol):
    """The part of an oracle that first-order rules ask."""

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The loss at w, the new aux, and the gradient: a tree like w."""
        ...


@dataclass(frozen=True)
class Oracle:
    """A loss at any point, for one step's batch and noise: `loss(w)` gives the value and the new aux."""

    loss: Callable[[Any], tuple[Any, Any]]

    def value(self, w: Any) -> Any:
        """The loss at w."""
        return self.loss(w)[0]

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The loss at w, the new aux, and the gradient: a tree like w."""
        (value, aux), gradient = jax.value_and_grad(self.loss, has_aux=True)(w)
        return value, aux, gradient

    def hvp(self, w: Any, v: Any) -> Any:
        """The Hessian at w times v, trees alike, by the gradient's derivative along v (Pearlmutter, 1994)."""
        return jax.jvp(jax.grad(self.value), (w,), (v,))[1]

    def hessian(self, w: Any) -> Any:
        """The Hessian at w (n, n), parameters in the order of `ravel_pytree`."""
        vector, shape = jax.flatten_util.ravel_pytree(w)
        n = vector.size

        def value(x: Any) -> Any:
            return self.value(shape(x))

        if n <= ROWS or jax.default_backend() != "cpu":
            return jax.hessian(value)(vector)
        parts = -(-n // ROWS)
        product = jax.linearize(jax.grad(value), vector)[1]
        directions = jnp.eye(parts * ROWS, n, dtype=vector.dtype).reshape(parts, ROWS, n)
        return jax.lax.map(jax.vmap(product), directions).reshape(parts * ROWS, n)[:n]
