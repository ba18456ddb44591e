"""Functions with a kink, whose slope there is the one that PyTorch has; JAX has others."""

from typing import Any

import jax
import jax.numpy as jnp


def absolute(x: Any) -> Any:
    """|x|, of slope 0 at 0."""
    return x * jnp.sign(x)


def leaky(x: Any, slope: float) -> Any:
    """x where x > 0, slope * x elsewhere, of that slope at 0 too."""
    return jnp.where(x > 0, x, slope * x)


def sides(x: Any, below: Any, above: Any) -> Any:
    """`above` times x where x > 0, `below` times -x where x < 0, of slope 0 at 0."""
    return above * jax.nn.relu(x) + below * jax.nn.relu(-x)
