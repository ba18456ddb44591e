"""The float types of trees: rules run in 32 bits or more, whatever the parameters are kept in."""

from typing import Any

import jax
from array_api_compat import is_torch_array

from descend.core.numeric.arrays import Array, namespace


def to_type(x: Array, dtype: Any) -> Array:
    """The array x in another type."""
    return x.to(dtype) if is_torch_array(x) else x.astype(dtype)


def types(tree: Any) -> set[Any]:
    """The types of a tree's arrays, and the classes of its plain numbers."""
    return {getattr(x, "dtype", type(x)) for x in jax.tree.leaves(tree)}


def widen(tree: Any) -> Any:
    """A tree with float32 in place of each float of fewer bits, whose squares would underflow; anything else as it is."""
    if all(getattr(kind, "itemsize", 8) >= 4 for kind in types(tree)):  # plain numbers take the type of what they meet
        return tree
    return jax.tree.map(lambda x: to_type(x, namespace(x).float32) if _bytes(x) < 4 else x, tree)


def _bytes(x: Array) -> int:
    return x.dtype.itemsize if hasattr(x, "dtype") else 8


def in_types_of(tree: Any, other: Any) -> Any:
    """A tree with each array in the type of the one at its place in `other`; as it is where either is a plain number."""
    if len(types(tree) | types(other)) <= 1:
        return tree

    def match_type(x: Array, y: Array) -> Array:
        either = not (hasattr(x, "dtype") and hasattr(y, "dtype"))
        return x if either or x.dtype == y.dtype else to_type(x, y.dtype)

    return jax.tree.map(match_type, tree, other)
