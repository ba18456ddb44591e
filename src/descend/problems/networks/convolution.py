"""Convolutions of signals and images as matrix products, rows last: which is fast where every lane has its own kernels.

Under vmap over kernels a convolution becomes a grouped one, which XLA computes slowly on processors: as one batched
matrix product of kernels and gathered patches it takes about a twentieth of that time.
"""

import itertools
import math
import re
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

STRIDE = 2
SCOPE = re.compile(r"\bconvolution_(\d+(?:x\d+)*)\b")
KERNELS = {1: 5, 2: 3}  # places along each axis, of signals and of images


def convolution(axes: int, inputs: int, outputs: int, biased: bool) -> Any:
    """The shapes of an equinox Conv from `inputs` to `outputs` channels over signals (1 axis) or images (2)."""
    kernel, made = KERNELS[axes], eqx.nn.Conv
    return eqx.filter_eval_shape(
        lambda: made(axes, inputs, outputs, kernel, STRIDE, "SAME", use_bias=biased, key=jax.random.key(0))
    )


def left(shape: tuple[int, ...], layers: int) -> int:
    """How many places are left of a shape after so many convolutions, each of which halves every axis (rounded up)."""
    for _ in range(layers):
        shape = tuple(-(-n // STRIDE) for n in shape)
    return math.prod(shape)


def convolve(layer: Any, columns: Any) -> Any:
    """What the layer makes of columns (inputs, places..., rows): (outputs, fewer places..., rows).

    Padded with zeros so that each axis of n places becomes ceil(n / 2).
    """
    patches = _patches(columns, layer.kernel_size)
    with jax.named_scope(scope(layer.kernel_size)):
        product = layer.weight.reshape(len(layer.weight), -1) @ patches.reshape(-1, math.prod(patches.shape[2:]))
    out = product.reshape(-1, *patches.shape[2:])
    return out if layer.bias is None else out + layer.bias[..., None]


def scope(kernel: tuple[int, ...]) -> str:
    """By which name the matrix product that is a convolution is known in a traced program.

    >>> scope((3, 3)), parse_scope("network/convolution_3x3"), parse_scope("network")
    ('convolution_3x3', (3, 3), None)
    """
    return f"convolution_{'x'.join(map(str, kernel))}"


def parse_scope(names: str) -> tuple[int, ...] | None:
    """The kernel that such a name tells, among the `names` an equation stands under; None where there is none."""
    found = SCOPE.search(names)
    return found and tuple(map(int, found[1].split("x")))


def _patches(columns: Any, kernel: tuple[int, ...]) -> Any:
    """What each place of the kernel meets: (inputs, places of the kernel, places..., rows)."""
    sizes = columns.shape[1:-1]
    outs = [-(-n // STRIDE) for n in sizes]
    missing = [max((out - 1) * STRIDE + k - n, 0) for out, k, n in zip(outs, kernel, sizes, strict=True)]
    padded = jnp.pad(columns, [(0, 0), *((m // 2, m - m // 2) for m in missing), (0, 0)])

    def patch(spot: tuple[int, ...]) -> Any:
        return padded[:, *(slice(at, at + (out - 1) * STRIDE + 1, STRIDE) for at, out in zip(spot, outs, strict=True))]

    return jnp.stack([patch(spot) for spot in itertools.product(*map(range, kernel))], axis=1)
