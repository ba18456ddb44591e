"""What one equation of a traced program costs, from its shapes: multiply-accumulates, or elementwise operations."""

import math
from typing import Any

import jax.numpy as jnp
import numpy as np

from descend.problems.networks.batch_norm import REPEATS

# Numbers are only moved, picked, repeated or renamed: no arithmetic.
MOVES = {
    "bitcast_convert_type", "broadcast_in_dim", "concatenate", "convert_element_type", "copy", "copy_p", "debug_callback",
    "debug_print", "device_put", "dynamic_slice", "dynamic_update_slice", "empty", "expand_dims", "gather", "iota",
    "layout_constraint", "name", "optimization_barrier", "pad", "pvary", "reshape", "reshard", "rev", "scatter",
    "sharding_constraint", "slice", "split", "squeeze", "stack", "stop_gradient", "tile", "transpose", "unstack", "zeros_like",
}  # fmt: skip
# One operation for every number that goes in.
REDUCTIONS = {
    "argmax", "argmin", "cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum", "reduce", "reduce_max", "reduce_min",
    "reduce_prod", "reduce_sum", "select_and_scatter_add",
}  # fmt: skip
SCATTERS = {"scatter-add", "scatter_add", "scatter-mul", "scatter_mul", "scatter_sub", "scatter-min", "scatter-max"}
# Of the shape of their input, and yet not elementwise.
ALGORITHMS = {
    "cholesky", "custom_linear_solve", "eig", "eigh", "fft", "householder_product", "lu", "qr", "schur", "sort", "svd",
    "triangular_solve", "tridiagonal_solve",
}  # fmt: skip


def macs(equation: Any) -> int | None:
    """The multiply-accumulates of a matrix product or a convolution; None for any other equation.

    A product with ones that stands for repeating numbers, or in its gradient for their sum, is none.
    """
    name = equation.primitive.name
    if REPEATS in str(equation.source_info.name_stack):
        return None
    if name == "dot_general":
        return _dot(equation)
    return _convolution(equation) if name == "conv_general_dilated" else None


def operations(equation: Any) -> int | None:
    """The elementwise operations on floats of an equation that is no product; None where they cannot be told from shapes."""
    name = equation.primitive.name
    if name == "dot_general" and REPEATS in str(equation.source_info.name_stack):
        return max(v.aval.size for v in equation.invars) if _inner_size(equation) > 1 else 0
    if name in MOVES or not any(_float(v) for v in (*equation.invars, *equation.outvars)):
        return 0
    if name in REDUCTIONS:
        return equation.invars[0].aval.size
    if name in SCATTERS:
        return equation.invars[2].aval.size
    if name.startswith("reduce_window"):
        return equation.outvars[0].aval.size * math.prod(equation.params["window_dimensions"])
    return None if name in ALGORITHMS or not _elementwise(equation) else equation.outvars[0].aval.size


def _elementwise(equation: Any) -> bool:
    """Whether its inputs, repeated along lengths of 1, have the shape of its one result."""
    shapes = [v.aval.shape for v in (*equation.invars, *equation.outvars) if hasattr(v.aval, "shape")]
    try:
        return len(equation.outvars) == 1 and np.broadcast_shapes(*shapes) == shapes[-1]
    except ValueError:
        return False


def _float(variable: Any) -> bool:
    return jnp.issubdtype(getattr(variable.aval, "dtype", bool), jnp.floating)


def _dot(equation: Any) -> int:
    return equation.outvars[0].aval.size * _inner_size(equation)


def _inner_size(equation: Any) -> int:
    """How many products a matrix product sums for each number of its result."""
    (contracted, _), _ = equation.params["dimension_numbers"]
    return math.prod(equation.invars[0].aval.shape[i] for i in contracted)


def _convolution(equation: Any) -> int:
    """Products with padding and with the holes of a dilated input are not counted: they are 0 whatever the input is.

    So a convolution and the two of its gradients cost the same; XLA's cost analysis counts in this way.
    """
    params, (lhs, rhs) = equation.params, (v.aval.shape for v in equation.invars)
    inputs, kernel, output = params["dimension_numbers"]
    taps = 1
    for i, (stride, padding, holes, dilation) in enumerate(
        zip(params["window_strides"], params["padding"], params["lhs_dilation"], params["rhs_dilation"], strict=True)
    ):
        places = np.arange(equation.outvars[0].aval.shape[output[2 + i]]) * stride - padding[0]
        length = (lhs[inputs[2 + i]] - 1) * holes + 1
        taps *= _taps(places, np.arange(rhs[kernel[2 + i]]) * dilation, length, holes)
    return taps * (lhs[inputs[0]] // params["batch_group_count"]) * rhs[kernel[0]] * rhs[kernel[1]]


def _taps(places: np.ndarray, offsets: np.ndarray, length: int, holes: int) -> int:
    """How many pairs of a window's place and an offset in it meet a number of the input."""
    few, many = sorted((places, offsets), key=len)
    met = 0
    for i in few:
        at = many + i
        met += int(((at >= 0) & (at < length) & (at % holes == 0)).sum())
    return met
