"""Steps of a quadratic model that a damping shortens, tried by the loss: the damping adapts to how well the model foretold."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax.numpy as jnp

from descend.core.numeric.linalg import eigh

from ..search.line import tolerance

MORE, LESS, FIRST = 10.0, 0.25, 1e-3  # the damping's factors, and its first value as a share of the largest curvature


class Model(NamedTuple):
    """A loss near w: its value, gradient (n,) and a symmetric matrix of curvatures (n, n)."""

    value: Any
    g: Any
    H: Any


class Trial(NamedTuple):
    """The step that was taken (n,), 0 where its trial was refused; the damping after it, and whether it was refused."""

    step: Any
    damping: Any
    refused: Any


def damped_step(at: Callable[[Any], Any], model: Model, damping: Any) -> Trial:
    """The trial of p = -V diag(1 / (|c| + damping)) V^T g, where H = V diag(c) V^T, by `at(p)`, the loss at w + p.

    Taken where the loss does not rise. Directions whose curvature is rounding are stepped in as if it were no less than that.
    """
    value, g, H = model
    sound = jnp.isfinite(H).all() & jnp.isfinite(g).all()
    c, V = eigh(jnp.where(sound, H, jnp.eye(g.size, dtype=g.dtype)))
    steep = jnp.max(abs(c), initial=0.0)
    along = V.T @ jnp.where(sound, g, 0)
    q = -along / jnp.maximum(abs(c) + damping, least(c))
    p, promised = V @ q, -(along @ q) - (q * abs(c)) @ q / 2
    fall = value - at(p)
    taken = sound & (fall >= -tolerance(value))
    r = fall / jnp.where(promised > 0, promised, 1)
    rough = promised > tolerance(value)  # elsewhere the ratio is rounding
    more = jnp.maximum(MORE * damping, FIRST * steep)
    after = jnp.where(~taken | (rough & (r < 0.25)), more, jnp.where(~rough | (r > 0.75), LESS * damping, damping))
    after = jnp.where(sound & jnp.isfinite(after), after, damping)
    return Trial(jnp.where(taken, p, 0), after, ~taken)


def least(c: Any) -> Any:
    """The smallest of curvatures (n,) that is more than their rounding."""
    kind = jnp.finfo(c.dtype)
    return jnp.maximum(kind.eps * jnp.max(abs(c), initial=0.0), kind.tiny)
