"""Functions of one number at many points: which points, and the values and slopes there."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np


def evenly(count: int, most: int) -> np.ndarray:
    """At most `most` of the places 0 to count - 1, evenly spread, with both ends.

    >>> evenly(3, 10).tolist(), evenly(101, 5).tolist()
    ([0, 1, 2], [0, 25, 50, 75, 100])
    """
    return np.unique(np.linspace(0, count - 1, min(most, count)).round().astype(int))


def with_slope(f: Callable[[Any], Any], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The values of f and of its derivative, by JAX, at each x (n,): (n,) each."""
    y, slope = jax.jit(jax.vmap(jax.value_and_grad(f)))(x)
    return np.asarray(y, dtype=float), np.asarray(slope, dtype=float)
