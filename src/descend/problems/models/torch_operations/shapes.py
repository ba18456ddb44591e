"""Operations that move numbers without changing them, and arrays made from nothing but a shape."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from .table import Dtype, cast, operation


@operation("view.default", "reshape.default", "_unsafe_view.default")
def reshape(x: Any, shape: Any) -> Any:
    return jnp.reshape(x, shape)


@operation("flatten.using_ints")
def flatten(x: Any, first: int = 0, last: int = -1) -> Any:
    if not x.ndim:
        return jnp.reshape(x, (1,))
    first, last = first % x.ndim, last % x.ndim
    return jnp.reshape(x, (*x.shape[:first], -1, *x.shape[last + 1 :]))


@operation("unflatten.int")
def unflatten(x: Any, dim: int, sizes: Any) -> Any:
    dim %= x.ndim
    if -1 in sizes:
        known = -int(np.prod(sizes))
        sizes = [x.shape[dim] // known if size == -1 else size for size in sizes]
    return jnp.reshape(x, (*x.shape[:dim], *sizes, *x.shape[dim + 1 :]))


@operation("permute.default")
def permute(x: Any, dims: Any) -> Any:
    return jnp.transpose(x, dims)


@operation("transpose.int")
def transpose(x: Any, one: int, other: int) -> Any:
    return jnp.swapaxes(x, one, other) if x.ndim else x


@operation("t.default")
def matrix_transpose(x: Any) -> Any:
    return jnp.transpose(x)


@operation("expand.default")
def expand(x: Any, shape: Any, **_: Any) -> Any:
    own = (1,) * (len(shape) - x.ndim) + x.shape
    return jnp.broadcast_to(x, [mine if size == -1 else size for mine, size in zip(own, shape, strict=True)])


@operation("unsqueeze.default")
def unsqueeze(x: Any, dim: int) -> Any:
    return jnp.expand_dims(x, dim)


@operation("squeeze.default")
def squeeze_all(x: Any) -> Any:
    return jnp.squeeze(x)


@operation("squeeze.dim", "squeeze.dims")
def squeeze(x: Any, dims: Any) -> Any:
    dims = [dims] if isinstance(dims, int) else dims
    return jnp.squeeze(x, tuple(d % x.ndim for d in dims if x.shape[d] == 1)) if x.ndim else x


@operation("slice.Tensor")
def slice_axis(x: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Any:
    return x[(slice(None),) * (dim % x.ndim) + (slice(start, end, step),)]


@operation("slice_scatter.default")
def slice_scatter(x: Any, source: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1) -> Any:
    return x.at[(slice(None),) * (dim % x.ndim) + (slice(start, end, step),)].set(source)


@operation("select.int")
def select(x: Any, dim: int, index: int) -> Any:
    return x[(slice(None),) * (dim % x.ndim) + (index,)]


@operation("select_scatter.default")
def select_scatter(x: Any, source: Any, dim: int, index: int) -> Any:
    return x.at[(slice(None),) * (dim % x.ndim) + (index,)].set(source)


@operation("cat.default")
def concatenate(parts: Any, dim: int = 0) -> Any:
    return jnp.concatenate([part for part in parts if part.shape != (0,)], dim)  # PyTorch lets an empty vector join anything


@operation("stack.default")
def stack(parts: Any, dim: int = 0) -> Any:
    return jnp.stack(parts, dim)


@operation("split_with_sizes.default")
def split_sizes(x: Any, sizes: Any, dim: int = 0) -> Any:
    return jnp.split(x, np.cumsum(sizes)[:-1].tolist(), dim)


@operation("split.Tensor")
def split(x: Any, size: int, dim: int = 0) -> Any:
    return jnp.split(x, list(range(size, x.shape[dim], size)), dim)


@operation("chunk.default")
def chunk(x: Any, count: int, dim: int = 0) -> Any:
    return split(x, -(-x.shape[dim] // count), dim)


@operation("unbind.int")
def unbind(x: Any, dim: int = 0) -> Any:
    return [part.squeeze(dim) for part in jnp.split(x, x.shape[dim], dim)]


@operation("flip.default")
def flip(x: Any, dims: Any) -> Any:
    return jnp.flip(x, tuple(dims))


@operation("roll.default")
def roll(x: Any, shifts: Any, dims: Any = ()) -> Any:
    return jnp.roll(x, tuple(shifts), tuple(dims)) if dims else jnp.roll(x.reshape(-1), shifts[0]).reshape(x.shape)


@operation("repeat.default")
def repeat(x: Any, counts: Any) -> Any:
    return jnp.tile(x, counts)


@operation("constant_pad_nd.default")
def pad(x: Any, widths: Any, value: Any = 0.0) -> Any:
    """Widths come in pairs from the last axis on; a negative one cuts."""
    pairs = [(0, 0)] * (x.ndim - len(widths) // 2) + [(widths[i], widths[i + 1]) for i in range(len(widths) - 2, -1, -2)]
    for axis, (before, after) in enumerate(pairs):
        x = slice_axis(x, axis, max(-before, 0), x.shape[axis] - max(-after, 0))
    return jnp.pad(x, [(max(before, 0), max(after, 0)) for before, after in pairs], constant_values=value or 0)


@operation("diagonal.default")
def diagonal(x: Any, offset: int = 0, one: int = 0, other: int = 1) -> Any:
    return jnp.diagonal(x, offset, one, other)


@operation("tril.default")
def lower_triangle(x: Any, diagonal: int = 0) -> Any:
    return jnp.tril(x, diagonal)


@operation("triu.default")
def upper_triangle(x: Any, diagonal: int = 0) -> Any:
    return jnp.triu(x, diagonal)


@operation("arange.start_step", "arange.start", "arange.default")
def arange(*bounds: Any, dtype: Dtype | None = None) -> Any:
    return cast(jnp.arange(*bounds), dtype)


@operation("full.default")
def full(shape: Any, value: Any, dtype: Dtype | None = None) -> Any:
    return cast(jnp.full(shape, value), dtype)


@operation("full_like.default")
def full_like(x: Any, value: Any, dtype: Dtype | None = None) -> Any:
    return jnp.full(x.shape, value, dtype.here() if dtype else x.dtype)


@operation("new_full.default")
def new_full(x: Any, shape: Any, value: Any, dtype: Dtype | None = None) -> Any:
    return jnp.full(shape, value, dtype.here() if dtype else x.dtype)


@operation("zeros.default", "empty.memory_format")
def zeros(shape: Any, dtype: Dtype | None = None) -> Any:
    return full(shape, 0.0, dtype)


@operation("ones.default")
def ones(shape: Any, dtype: Dtype | None = None) -> Any:
    return full(shape, 1.0, dtype)


@operation("zeros_like.default", "empty_like.default")
def zeros_like(x: Any, dtype: Dtype | None = None) -> Any:
    return full_like(x, 0, dtype)


@operation("ones_like.default")
def ones_like(x: Any, dtype: Dtype | None = None) -> Any:
    return full_like(x, 1, dtype)


@operation("new_zeros.default", "new_empty.default")
def new_zeros(x: Any, shape: Any, dtype: Dtype | None = None) -> Any:
    return new_full(x, shape, 0, dtype)


@operation("new_ones.default")
def new_ones(x: Any, shape: Any, dtype: Dtype | None = None) -> Any:
    return new_full(x, shape, 1, dtype)


@operation("scalar_tensor.default")
def scalar(value: Any, dtype: Dtype | None = None) -> Any:
    return cast(jnp.asarray(value), dtype)


@operation("sym_size.int", "size.int")
def size(x: Any, dim: int) -> int:
    return x.shape[dim]


@operation("sym_numel.default")
def numel(x: Any) -> int:
    return x.size
