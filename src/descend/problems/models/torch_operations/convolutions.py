"""Convolutions of any number of axes as matrix products of kernels and gathered patches.

Under vmap over kernels a convolution becomes a grouped one, which XLA computes slowly on processors: as one batched matrix
product it takes about a twentieth of that time.
"""

import itertools
import math
from typing import Any

import jax
import jax.numpy as jnp

from .table import operation


@operation("convolution.default")
def convolution(x: Any, *arguments: Any) -> Any:
    """x (rows, channels, places...); the rest is that of `on_columns`."""
    return jnp.moveaxis(on_columns(jnp.moveaxis(x, 0, -1), *arguments), -1, 0)


def on_columns(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    output_padding: Any,
    groups: int,
) -> Any:
    """x (channels, places..., rows): rows last, so that a patch is a few long copies; the result likewise.

    weight (outputs, channels / groups, kernel...), or of a transposed convolution (channels, outputs / groups, kernel...).
    """
    axes = x.ndim - 2
    stride, padding, dilation, extra = (_each(a, axes) for a in (stride, padding, dilation, output_padding))
    if transposed:
        x, weight = _spread(x, stride, padding, dilation, extra, weight.shape[2:]), _mirror(weight, groups)
        stride = (1,) * axes
    else:
        x = jnp.pad(x, [(0, 0), *((p, p) for p in padding), (0, 0)])
    out = _convolve(x, weight, stride, dilation, groups)
    return out if bias is None else out + jnp.reshape(bias, (-1,) + (1,) * (axes + 1))


def _each(values: Any, axes: int) -> tuple[int, ...]:
    return tuple(values) * axes if len(values) == 1 else tuple(values)


def _spread(x: Any, stride: Any, padding: Any, dilation: Any, extra: Any, kernel: Any) -> Any:
    """What a convolution must see to be a transposed one: zeros between the places, and around them."""
    around = [d * (k - 1) - p for d, k, p in zip(dilation, kernel, padding, strict=True)]
    widths = [(0, 0, 0), *((a, a + e, s - 1) for a, e, s in zip(around, extra, stride, strict=True)), (0, 0, 0)]
    return jax.lax.pad(x, jnp.zeros((), x.dtype), widths)


def _mirror(weight: Any, groups: int) -> Any:
    """The kernel of a transposed convolution as that of a plain one."""
    inputs, outputs, *kernel = weight.shape
    parts = jnp.swapaxes(jnp.reshape(weight, (groups, inputs // groups, outputs, *kernel)), 1, 2)
    return jnp.flip(jnp.reshape(parts, (groups * outputs, inputs // groups, *kernel)), tuple(range(2, weight.ndim)))


def _convolve(x: Any, weight: Any, stride: Any, dilation: Any, groups: int) -> Any:
    channels, *sizes, rows = x.shape
    outputs, _, *kernel = weight.shape
    outs = [(n - d * (k - 1) - 1) // s + 1 for n, d, k, s in zip(sizes, dilation, kernel, stride, strict=True)]
    patches = gather_patches(x, kernel, stride, dilation, outs)  # (channels, places of the kernel, places..., rows)
    if groups == channels == outputs:  # one kernel a channel: no product sums over channels
        taps = jnp.reshape(weight, (outputs, math.prod(kernel)) + (1,) * (len(outs) + 1))
        return jnp.sum(taps * patches, 1)
    shape = (groups,) if groups > 1 else ()
    matrices = jnp.reshape(weight, (*shape, outputs // groups, -1))
    out = matrices @ jnp.reshape(patches, (*shape, -1, math.prod(outs) * rows))
    return jnp.reshape(out, (outputs, *outs, rows))


def gather_patches(columns: Any, kernel: Any, stride: Any, dilation: Any, outs: Any) -> Any:
    """What each place of a kernel meets in columns (channels, places..., rows)."""

    def patch(spot: tuple[int, ...]) -> Any:
        parts = zip(spot, dilation, stride, outs, strict=True)
        return columns[:, *(slice(at * d, at * d + (out - 1) * s + 1, s) for at, d, s, out in parts)]

    return jnp.stack([patch(spot) for spot in itertools.product(*map(range, kernel))], axis=1)
