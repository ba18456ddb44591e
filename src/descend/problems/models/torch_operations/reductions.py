"""Sums, means, extremes, orders: operations that take an axis together."""

from typing import Any

import jax
import jax.numpy as jnp

from .table import Dtype, axes, cast, operation


@operation("sum.default", "sum.dim_IntList")
def total(x: Any, dims: Any = None, keepdim: bool = False, dtype: Dtype | None = None) -> Any:
    return jnp.sum(cast(x, dtype), axes(dims, x), keepdims=keepdim)


@operation("mean.default", "mean.dim")
def mean(x: Any, dims: Any = None, keepdim: bool = False, dtype: Dtype | None = None) -> Any:
    return jnp.mean(cast(x, dtype), axes(dims, x), keepdims=keepdim)


@operation("prod.default")
def product(x: Any, dtype: Dtype | None = None) -> Any:
    return jnp.prod(cast(x, dtype))


@operation("prod.dim_int")
def product_over(x: Any, dim: int, keepdim: bool = False, dtype: Dtype | None = None) -> Any:
    return jnp.prod(cast(x, dtype), dim, keepdims=keepdim)


@operation("var.correction", "var.dim", "var.default")
def variance(x: Any, dims: Any = None, unbiased: Any = None, keepdim: bool = False, correction: Any = None) -> Any:
    if isinstance(dims, bool):  # var.default takes no axes
        dims, unbiased = None, dims
    lost = correction if correction is not None else (1 if unbiased is None else int(unbiased))
    return jnp.var(x, axes(dims, x), ddof=lost, keepdims=keepdim)


@operation("std.correction", "std.dim", "std.default")
def deviation(*arguments: Any, **named: Any) -> Any:
    return jnp.sqrt(variance(*arguments, **named))


@operation("var_mean.correction")
def variance_and_mean(x: Any, dims: Any = None, correction: Any = None, keepdim: bool = False) -> Any:
    return variance(x, dims, None, keepdim, correction), mean(x, dims, keepdim)


@operation("linalg_vector_norm.default")
def norm(x: Any, order: Any = 2, dims: Any = None, keepdim: bool = False, dtype: Dtype | None = None) -> Any:
    x = cast(x, dtype)
    if order == 2:
        squares = jnp.sum(x * x, axes(dims, x), keepdims=keepdim)
        return jnp.where(squares == 0, 0.0, jnp.sqrt(jnp.where(squares == 0, 1.0, squares)))  # its slope at 0 is 0, as PyTorch's
    size = jnp.abs(x)
    if order in (float("inf"), float("-inf")):
        return (jnp.max if order > 0 else jnp.min)(size, axes(dims, x), keepdims=keepdim)
    return jnp.sum(size**order, axes(dims, x), keepdims=keepdim) ** (1 / order)


@operation("logsumexp.default")
def logsumexp(x: Any, dims: Any, keepdim: bool = False) -> Any:
    return jax.nn.logsumexp(x, axes(dims, x), keepdims=keepdim)


@operation("amax.default")
def largest(x: Any, dims: Any = None, keepdim: bool = False) -> Any:
    return jnp.max(x, axes(dims, x), keepdims=keepdim)


@operation("amin.default")
def smallest(x: Any, dims: Any = None, keepdim: bool = False) -> Any:
    return jnp.min(x, axes(dims, x), keepdims=keepdim)


@operation("max.default")
def largest_of_all(x: Any) -> Any:
    return jnp.max(x)


@operation("min.default")
def smallest_of_all(x: Any) -> Any:
    return jnp.min(x)


@operation("max.dim")
def largest_and_place(x: Any, dim: int, keepdim: bool = False) -> Any:
    return _extreme(x, jnp.argmax(x, dim, keepdims=True), dim, keepdim)


@operation("min.dim")
def smallest_and_place(x: Any, dim: int, keepdim: bool = False) -> Any:
    return _extreme(x, jnp.argmin(x, dim, keepdims=True), dim, keepdim)


def _extreme(x: Any, places: Any, dim: int, keepdim: bool) -> Any:
    """The values at places along an axis, and the places: only these have a slope."""
    values = jnp.take_along_axis(x, places, dim)
    return (values, places) if keepdim else (jnp.squeeze(values, dim), jnp.squeeze(places, dim))


@operation("argmax.default")
def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    return jnp.argmax(x, dim, keepdims=keepdim)


@operation("argmin.default")
def argmin(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    return jnp.argmin(x, dim, keepdims=keepdim)


@operation("any.default", "any.dim", "any.dims")
def any_true(x: Any, dims: Any = None, keepdim: bool = False) -> Any:
    return jnp.any(x, axes(dims, x), keepdims=keepdim)


@operation("all.default", "all.dim", "all.dims")
def all_true(x: Any, dims: Any = None, keepdim: bool = False) -> Any:
    return jnp.all(x, axes(dims, x), keepdims=keepdim)


@operation("cumsum.default")
def running_total(x: Any, dim: int, dtype: Dtype | None = None) -> Any:
    return jnp.cumsum(cast(x, dtype), dim)


@operation("cumprod.default")
def running_product(x: Any, dim: int, dtype: Dtype | None = None) -> Any:
    return jnp.cumprod(cast(x, dtype), dim)


@operation("sort.default")
def sort(x: Any, dim: int = -1, descending: bool = False) -> Any:
    order = jnp.argsort(x, dim, descending=descending)
    return jnp.take_along_axis(x, order, dim), order


@operation("topk.default")
def top(x: Any, k: int, dim: int = -1, most: bool = True, *_: Any, **named: Any) -> Any:
    order = jnp.argsort(x, dim, descending=named.get("largest", most))
    first = jax.lax.slice_in_dim(order, 0, k, axis=dim % x.ndim)
    return jnp.take_along_axis(x, first, dim), first
