"""What a rule may ask of a loss, and what that counts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, runtime_checkable

import jax
import jax.flatten_util
import jax.numpy as jnp

from descend.core.errors import BadValue

ROWS = 8  # of a Hessian that a processor computes at once: more leave its cache (measured: three times as fast for ten lanes)


class Usage(NamedTuple):
    """What updates have asked for: numbers, or arrays of one shape. A gradient comes with the value at its point."""

    values: Any = 0
    gradients: Any = 0
    hvps: Any = 0  # products of a Hessian or Gauss-Newton matrix and a vector
    hessians: Any = 0  # or Gauss-Newton matrices
    solves: Any = 0  # of linear systems in all parameters


@runtime_checkable
class Slope(Protocol):
    """The part of an oracle that first-order rules ask."""

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The loss at w, the new aux, and the gradient: a tree like w."""
        ...


@runtime_checkable
class Objective(Protocol):
    """What an oracle needs of a problem; the arguments after the parameters are the problem's own: aux, batch and key."""

    @property
    def loss(self) -> Callable[..., tuple[Any, Any]]:
        """Of the parameters and the rest: the loss, and the new aux."""
        ...

    @property
    def outputs(self) -> Callable[..., Any]:
        """Of the same: the outputs, a tree, and the convex function of them that the loss is; None where there are none."""
        ...


@dataclass(frozen=True)
class Oracle:
    """A loss at any point, for one step's batch and noise: `loss(w)` gives the value and the new aux.

    `outputs(w)`, where there is one, gives a tree of outputs and the convex function of them that the loss is.
    """

    loss: Callable[[Any], tuple[Any, Any]]
    outputs: Callable[[Any], Any] | None = None

    @classmethod
    def of(cls, problem: Objective, *rest: Any) -> "Oracle":
        """The oracle of a problem, for its aux, a batch and a key."""
        return cls(lambda w: problem.loss(w, *rest), lambda w: problem.outputs(w, *rest))

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

    def hessian_products(self, w: Any) -> Callable[[Any], Any]:
        """Products with the Hessian at w, which is worked out once for many vectors; trees alike."""
        return jax.linearize(jax.grad(self.value), w)[1]

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

    def gauss_newton(self, w: Any) -> Callable[[Any], Any]:
        """Products at w, J^T H J v: J the outputs' Jacobian, H the curvature of the loss at the outputs; trees alike.

        Raises BadValue where the loss has no outputs.
        """
        parts = None if self.outputs is None else self.outputs(w)
        if self.outputs is None or parts is None:
            raise BadValue("this loss has neither residuals nor outputs, which Gauss-Newton products need")
        inner, outer = self.outputs, parts[1]
        outputs, push = jax.linearize(lambda w: inner(w)[0], w)
        pull = jax.linear_transpose(push, w)
        return lambda v: pull(jax.jvp(jax.grad(outer), (outputs,), (push(v),))[1])[0]

    def gauss_newton_matrix(self, w: Any) -> Any:
        """J^T H J at w (n, n), parameters in the order of `ravel_pytree`."""
        vector, shape = jax.flatten_util.ravel_pytree(w)
        product = self.gauss_newton(w)
        return jax.vmap(lambda v: jax.flatten_util.ravel_pytree(product(shape(v)))[0])(jnp.eye(vector.size, dtype=vector.dtype))
