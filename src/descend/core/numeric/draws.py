"""Chance that a seed draws alike in single and double precision: drawn in single, then in JAX's current one."""

from collections.abc import Sequence

import jax
import jax.numpy as jnp


def normal(key: jax.Array, shape: Sequence[int]) -> jax.Array:
    """Numbers of mean 0 and variance 1, of the given shape."""
    return jax.random.normal(key, tuple(shape), jnp.float32).astype(float)


def uniform(key: jax.Array, shape: Sequence[int], limit: float) -> jax.Array:
    """Numbers from -limit to limit, of the given shape."""
    return jax.random.uniform(key, tuple(shape), jnp.float32, -limit, limit).astype(float)


def orthogonal(key: jax.Array, shape: tuple[int, int], gain: float) -> jax.Array:
    """A matrix of the given shape whose rows or columns, whichever are fewer, are orthogonal and of length `gain`."""
    return jax.nn.initializers.orthogonal(gain)(key, shape, jnp.float32).astype(float)
