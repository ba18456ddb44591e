"""The Hessian's diagonal, estimated by one product with a vector of random signs (Bekas, Kokiopoulou and Saad, 2007)."""

from typing import Any

import jax
from jax.flatten_util import ravel_pytree

from ..oracle import Oracle, Usage


def diagonal(oracle: Oracle, params: Any, seed: int, t: Any) -> Any:
    """z * (H z) for signs z drawn for update t: a tree like params, right in expectation."""
    w, tree = ravel_pytree(params)
    signs = jax.random.rademacher(jax.random.fold_in(jax.random.key(seed), t), w.shape, w.dtype)
    z = tree(signs)
    return jax.tree.map(lambda a, b: a * b, z, oracle.hvp(params, z))


def now_and_then(oracle: Oracle, params: Any, slots: Any, t: Any, every: int, seed: int, averaged: Any) -> Any:
    """The slots, with `averaged(slots, estimate)` at updates 1, 1 + every, ... No product is computed at others."""

    def fresh(slots: Any) -> Any:
        return averaged(slots, diagonal(oracle, params, seed, t))

    return fresh(slots) if every == 1 else jax.lax.cond((t - 1) % every == 0, fresh, lambda slots: slots, slots)


def usage(steps: Any, every: int) -> Usage:
    """A gradient at each update, and a product at updates 1, 1 + every, ..."""
    return Usage(gradients=steps, hvps=(steps + every - 1) // every)
