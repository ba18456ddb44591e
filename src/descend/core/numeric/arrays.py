"""The few array functions that rules and schedules use, in the namespace of whatever array they are given.

The same line runs on NumPy, JAX and torch arrays, on TensorFlow's where core.tensorflow covers them, and on plain numbers
(through NumPy).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj, is_numpy_array, is_torch_array
from jax import lax
from jax.core import Tracer

Array = Any  # a NumPy, JAX or torch array, or a number: whatever carries the arithmetic


def namespace(*values: Array) -> Any:
    """The array-API module of the arrays among `values`; NumPy only where no other array is among them."""
    arrays = [v for v in values if is_array_api_obj(v) and not is_numpy_array(v)]
    return array_namespace(*arrays) if arrays else np


def zeros_like(x: Array) -> Array:
    """Zeros of x's shape, type and device."""
    return namespace(x).zeros_like(x)


def full_like(x: Array, value: Array) -> Array:
    """x's shape, type and device, filled with `value`, which may be a traced scalar."""
    return zeros_like(x) + value


def scalar_like(x: Array, value: Array) -> Array:
    """One number, of x's type and device: a slot that all of x's entries share."""
    return namespace(x).sum(zeros_like(x)) + value


def sqrt(x: Array) -> Array:
    """The elementwise square root."""
    return namespace(x).sqrt(x)


def norm(x: Array) -> Array:
    """The Euclidean norm over all entries, of any shape: one number, of x's type."""
    return sqrt(namespace(x).sum(x * x))


def cos(x: Array) -> Array:
    """The elementwise cosine of an angle in radians."""
    return namespace(x).cos(x)


def sign(x: Array) -> Array:
    """-1, 0 or 1, elementwise."""
    return namespace(x).sign(x)


def floor(x: Array) -> Array:
    """The largest whole number not above x, elementwise."""
    return namespace(x).floor(x)


def clip(x: Array, low: Array | None, high: Array | None) -> Array:
    """x held between two numbers, which may be traced (None: unbounded on that side)."""
    xp = namespace(x, low, high)
    x = x if xp is not np else np.asarray(x)
    return xp.clip(x, low, high)


def maximum(x: Array, y: Array) -> Array:
    """The larger of two arrays of one type, elementwise."""
    return namespace(x, y).maximum(x, y)


def where(condition: Array, yes: Array, no: Array) -> Array:
    """`yes` where the condition holds, `no` elsewhere."""
    if isinstance(condition, bool):
        return yes if condition else no
    xp = namespace(condition, yes, no)
    return xp.where(condition, yes, no)


def cond(flag: Array, then: Callable[..., Any], otherwise: Callable[..., Any], *operands: Any) -> Any:
    """`then(*operands)` where the flag, one number, holds, `otherwise(*operands)` elsewhere; the other is not computed.

    A flag that JAX or TensorFlow traces is decided as the program runs, and both functions must return the same shapes and
    types. Only a flag that vmap batches has both computed.
    """
    if isinstance(flag, Tracer):
        return lax.cond(flag, then, otherwise, *operands)
    if hasattr(flag, "cond"):  # core.tensorflow's arrays bring their own
        return flag.cond(then, otherwise, *operands)
    return then(*operands) if flag else otherwise(*operands)


def one_if_zero(x: Array) -> Array:
    """x with 1 in place of each zero: a divisor that makes 0 / 0 be 0."""
    if is_torch_array(x):  # whose arithmetic with truth values takes five times as long
        return x + x.detach().clone().eq_(0)
    return x + (x == 0)


def cast(x: Array, like: Array) -> Array:
    """x in the type of the array `like`; a plain number, which takes any type, as it is."""
    return namespace(like, x).astype(x, like.dtype) if is_array_api_obj(x) else x


def plain(x: Array) -> Array:
    """A NumPy scalar as a plain number, which, unlike it, never widens a float32 array; anything else as it is."""
    return x.item() if isinstance(x, (np.generic, np.ndarray)) and x.ndim == 0 else x
