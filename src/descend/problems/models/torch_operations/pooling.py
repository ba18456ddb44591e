"""Pooling over windows of one to three axes, and resizing."""

import itertools
import math
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp

from .table import operation

FEW = 64  # places of a window that are compared one by one, which is quick and quick to differentiate


def _windows(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Any:
    """Per axis: (length of a window, step, padding, distance in a window, number of windows, places missing at the end)."""
    axes = len(kernel)
    kernel, padding, dilation = ([*a] * axes if len(a) == 1 else [*a] for a in (kernel, padding or [0], dilation or [1]))
    stride = ([*stride] * axes if len(stride) == 1 else [*stride]) if stride else kernel
    parts = []
    for n, k, s, p, d in zip(x.shape[-axes:], kernel, stride, padding, dilation, strict=True):
        reach = d * (k - 1) + 1
        count = (n + 2 * p - reach + (s - 1 if ceil else 0)) // s + 1
        if ceil and (count - 1) * s >= n + p:  # a window must begin on a place or its left padding
            count -= 1
        parts.append((k, s, p, d, count, max((count - 1) * s + reach - n - 2 * p, 0)))
    return parts


def _spots(x: Any, parts: Any) -> Any:
    """For each place of a window, the numbers that stand there in all windows."""
    for spot in itertools.product(*(range(part[0]) for part in parts)):
        cut = [slice(at * d, at * d + (count - 1) * s + 1, s) for at, (_, s, _, d, count, _) in zip(spot, parts, strict=True)]
        yield x[(..., *cut)]


def _pad(x: Any, parts: Any, value: float) -> Any:
    widths = [(0, 0)] * (x.ndim - len(parts)) + [(p, p + missing) for _, _, p, _, _, missing in parts]
    return jnp.pad(x, widths, constant_values=value) if any(map(any, widths)) else x


@operation("max_pool1d.default", "max_pool2d.default", "max_pool3d.default")
def max_pool(x: Any, kernel: Any, stride: Any = (), padding: Any = (0,), dilation: Any = (1,), ceil: bool = False) -> Any:
    parts = _windows(x, kernel, stride, padding, dilation, ceil)
    padded = _pad(x, parts, -jnp.inf)
    if math.prod(part[0] for part in parts) <= FEW:
        return reduce(lambda a, b: jnp.where(b > a, b, a), _spots(padded, parts))  # of equals, the first has the slope
    ones = (1,) * (x.ndim - len(parts))
    sizes, steps, gaps = (ones + tuple(part[i] for part in parts) for i in (0, 1, 3))
    return jax.lax.reduce_window(padded, -jnp.inf, jax.lax.max, sizes, steps, "valid", window_dilation=gaps)


@operation("avg_pool1d.default", "avg_pool2d.default", "avg_pool3d.default")
def avg_pool(
    x: Any,
    kernel: Any,
    stride: Any = (),
    padding: Any = (0,),
    ceil: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    parts = _windows(x, kernel, stride, padding, (1,), ceil)
    total = sum(_spots(_pad(x, parts, 0.0), parts))
    if divisor_override:
        return total / divisor_override
    ends = [(p, p) if count_include_pad else (0, 0) for _, _, p, _, _, _ in parts]
    ones = jnp.pad(jnp.ones(x.shape[-len(parts) :], x.dtype), ends, constant_values=1.0)
    counted = jnp.pad(ones, [(p - e[0], p - e[1] + missing) for (_, _, p, _, _, missing), e in zip(parts, ends, strict=True)])
    return total / sum(_spots(counted, parts))


@operation("adaptive_avg_pool1d.default", "adaptive_avg_pool2d.default", "adaptive_avg_pool3d.default",
           "_adaptive_avg_pool2d.default", "_adaptive_avg_pool3d.default")  # fmt: skip
def adaptive_avg_pool(x: Any, sizes: Any) -> Any:
    return _adaptive(x, sizes, jnp.mean)


@operation("adaptive_max_pool1d.default", "adaptive_max_pool2d.default", "adaptive_max_pool3d.default")
def adaptive_max_pool(x: Any, sizes: Any) -> Any:
    return (_adaptive(x, sizes, jnp.max),)


def _adaptive(x: Any, sizes: Any, over: Any) -> Any:
    """Each axis in so many parts, as equal as whole places allow, which may share places."""
    for axis, size in zip(range(x.ndim - len(sizes), x.ndim), sizes, strict=True):
        n = x.shape[axis]
        if n % size == 0:
            parts = jnp.reshape(x, (*x.shape[:axis], size, n // size, *x.shape[axis + 1 :]))
            x = over(parts, axis + 1)
        else:
            bounds = [(i * n // size, -(-(i + 1) * n // size)) for i in range(size)]
            x = jnp.stack([over(jax.lax.slice_in_dim(x, low, high, axis=axis), axis) for low, high in bounds], axis)
    return x


@operation("upsample_nearest1d.vec", "upsample_nearest2d.vec", "upsample_nearest3d.vec")
def upsample_nearest(x: Any, sizes: Any, factors: Any = None) -> Any:
    axes = range(2, x.ndim)
    factors = factors or [size / x.shape[axis] for size, axis in zip(sizes, axes, strict=True)]
    sizes = sizes or [math.floor(x.shape[axis] * factor) for axis, factor in zip(axes, factors, strict=True)]
    for axis, size, factor in zip(axes, sizes, factors, strict=True):
        x = jnp.take(x, jnp.minimum((jnp.arange(size) / factor).astype(int), x.shape[axis] - 1), axis)
    return x


@operation("upsample_linear1d.vec", "upsample_bilinear2d.vec", "upsample_trilinear3d.vec")
def upsample_linear(x: Any, sizes: Any, corners: bool, factors: Any = None) -> Any:
    axes = range(2, x.ndim)
    sizes, factors = sizes or [None] * len(axes), factors or [None] * len(axes)
    for axis, size, factor in zip(axes, sizes, factors, strict=True):
        x = _stretch(x, axis, size or math.floor(x.shape[axis] * factor), corners, factor)
    return x


def _stretch(x: Any, axis: int, size: int, corners: bool, factor: float | None) -> Any:
    """Numbers along an axis at `size` places between its own, weighed by distance."""
    n = x.shape[axis]
    if corners:
        at = jnp.arange(size) * ((n - 1) / max(size - 1, 1))
    else:
        at = jnp.maximum((jnp.arange(size) + 0.5) * (1 / factor if factor else n / size) - 0.5, 0.0)
    low = jnp.clip(at.astype(int), 0, n - 1)
    share = jnp.reshape(at - low, (-1,) + (1,) * (x.ndim - axis - 1)).astype(x.dtype)
    below, above = jnp.take(x, low, axis), jnp.take(x, jnp.minimum(low + 1, n - 1), axis)
    return below * (1 - share) + above * share
