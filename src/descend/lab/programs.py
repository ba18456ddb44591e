"""Compiled programs of a picture, of which only the latest are kept: each formula that a person types needs its own."""

from collections.abc import Callable
from functools import lru_cache, partial, wraps
from typing import Any

import jax

MOST = 48  # programs of one kind, of about a megabyte each: six pictures of eight rules


def compile_by_structure(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function(*trees)`, compiled anew for each structure of the trees: of a problem, its class and what is no number.

    The programs used last are kept, MOST of them: what JAX itself compiles for a static argument it keeps for ever.
    """

    @lru_cache(maxsize=MOST)
    def program(structure: Any) -> Callable[..., Any]:
        return jax.jit(partial(function))  # a function of its own, with a cache of its own

    @wraps(function)
    def call(*trees: Any) -> Any:
        return program(jax.tree.structure(trees))(*trees)

    return call
