"""Arithmetic on trees of arrays, and single numbers kept beside them: NumPy, JAX and torch alike."""

from typing import Any

import jax
import numpy as np
from array_api_compat import is_torch_array

from .arrays import Array, cast, namespace, plain, sqrt, where, zeros_like


def zeros(tree: Any) -> Any:
    """A tree like `tree`, filled with zeros."""
    return jax.tree.map(zeros_like, tree)


def select(condition: Array, yes: Any, no: Any) -> Any:
    """Every array of `yes` where the single condition holds, of `no`, a tree of the same form, elsewhere."""
    return jax.tree.map(lambda a, b: where(condition, a, b), yes, no)


def scale(factor: Array, tree: Any) -> Any:
    """Every array times one number, in the array's own type."""
    return jax.tree.map(lambda a: cast(factor, a) * a, tree)


def dot(one: Any, other: Any) -> Array:
    """The sum of the products over two trees of the same form: a single number (0.0 for trees without arrays)."""
    pairs = zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True)
    return total([namespace(a, b).sum(a * b) for a, b in pairs])


def norm(tree: Any) -> Array:
    """The Euclidean norm over all numbers of a tree."""
    return sqrt(dot(tree, tree))


def size(tree: Any) -> int:
    """Bytes of a tree's arrays, which may be shapes alone; keys of random numbers count as nothing."""
    return sum(a.size * a.dtype.itemsize for a in jax.tree.leaves(tree) if hasattr(a.dtype, "itemsize"))


def total(numbers: list[Array]) -> Array:
    """The sum of single numbers; 0.0 where there are none."""
    return sum(numbers[1:], numbers[0]) if numbers else 0.0


def scalar(tree: Any, value: Array = 0.0) -> Array:
    """A number to keep beside a tree: of its arrays' kind and widest type, float32 or wider, on their device."""
    zero = _beside(tree, "float32")
    return zero + cast(value, zero)


def counter(tree: Any) -> Array:
    """A 0 to count up from beside a tree: a 32-bit whole number of its arrays' kind, on their device."""
    return _beside(tree, None)


def _beside(tree: Any, least: str | None) -> Array:
    leaves = jax.tree.leaves(tree)
    if not leaves:
        return np.zeros((), least or "int32")
    xp = namespace(*leaves)
    widest = xp.result_type(*{a.dtype for a in leaves}, getattr(xp, least)) if least else xp.int32
    return xp.astype(xp.sum(zeros_like(leaves[0])), widest)


def update_number(count: Array, tree: Any) -> Array:
    """A count as a rule takes its t: a number of which powers may be taken without changing the type of the tree's arrays."""
    count = plain(count)
    return count + scalar(tree) if is_torch_array(count) else count


def where_like(flags: Any, yes: Any, no: Any) -> Any:
    """`no`, with the arrays of `yes` wherever `flags`, a list or dict of truth values, is true.

    Both are dicts that hold, at any depth, lists or dicts with an entry for each flag, such as trees of parameters.
    """
    if isinstance(no, list) and isinstance(flags, list) and len(no) == len(flags):
        return [y if flag else n for flag, y, n in zip(flags, yes, no, strict=True)]
    if not isinstance(no, dict):
        return no
    if isinstance(flags, dict) and flags.keys() == no.keys():
        return type(no)((key, (yes if flags[key] else no)[key]) for key in no)
    return type(no)((key, where_like(flags, yes[key], part)) for key, part in no.items())
