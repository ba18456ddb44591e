"""Compiled programs of a picture, of which only the latest are kept: each formula that a person types needs its own."""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any

import jax

MOST = 48  # programs of one kind, of about a megabyte each: six pictures of eight rules


def compile_by_shape(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function(shape, *arrays)`, compiled anew for each problem `shape` and each structure of the arrays' trees.

    The programs used last are kept, MOST of them: what JAX itself compiles for a static argument it keeps for ever.
    """

    @lru_cache(maxsize=MOST)
    def program(shape: Any, structure: Any) -> Callable[..., Any]:
        return jax.jit(partial(function, shape))

    @wraps(function)
    def call(shape: Any, *arrays: Any) -> Any:
        return program(shape, jax.tree.structure(arrays))(*arrays)

    return call
