"""Operations that take or put numbers by index."""

from typing import Any

import jax
import jax.numpy as jnp

from .table import operation


@operation("embedding.default")
def embedding(table: Any, indices: Any, padding: int = -1, *_: Any, **__: Any) -> Any:
    rows = table[indices]
    if padding < 0:
        return rows
    return jnp.where((indices == padding)[..., None], jax.lax.stop_gradient(rows), rows)  # the padding's row is not trained


@operation("index.Tensor", "_unsafe_index.Tensor")
def index(x: Any, indices: Any) -> Any:
    return x[_places(indices)]


@operation("index_put.default", "_unsafe_index_put.default")
def index_put(x: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    if len(indices) == 1 and indices[0].dtype == bool and jnp.ndim(values) == 0:
        mask = jnp.reshape(indices[0], indices[0].shape + (1,) * (x.ndim - indices[0].ndim))
        return jnp.where(mask, x + values if accumulate else values, x)
    at = x.at[_places(indices)]
    return at.add(values) if accumulate else at.set(values)


def _places(indices: Any) -> Any:
    if any(i is not None and i.dtype == bool for i in indices):
        raise NotImplementedError("a mask as an index gives arrays of no fixed length: use torch.where")
    return tuple(slice(None) if i is None else i for i in indices)


@operation("index_select.default")
def index_select(x: Any, dim: int, indices: Any) -> Any:
    return jnp.take(x, indices, dim)


@operation("gather.default")
def gather(x: Any, dim: int, indices: Any, **_: Any) -> Any:
    return jnp.take_along_axis(x[_corner(x, dim, indices)], indices, dim)


def _corner(x: Any, dim: int, indices: Any) -> Any:
    """The part of x that indices reach: of every other axis as much as they are long."""
    return tuple(slice(None) if d == dim % x.ndim else slice(0, n) for d, n in enumerate(indices.shape))


def _spots(dim: int, indices: Any) -> Any:
    spots = list(jnp.indices(indices.shape, sparse=True))
    spots[dim % indices.ndim] = indices
    return tuple(spots)


@operation("scatter.value")
def scatter_value(x: Any, dim: int, indices: Any, value: Any) -> Any:
    return x.at[_spots(dim, indices)].set(value)


@operation("scatter.src")
def scatter(x: Any, dim: int, indices: Any, source: Any) -> Any:
    return x.at[_spots(dim, indices)].set(source[tuple(slice(0, n) for n in indices.shape)])


@operation("scatter_add.default")
def scatter_add(x: Any, dim: int, indices: Any, source: Any) -> Any:
    return x.at[_spots(dim, indices)].add(source[tuple(slice(0, n) for n in indices.shape)])


@operation("one_hot.default")
def one_hot(x: Any, classes: int = -1) -> Any:
    if classes < 0:
        raise NotImplementedError("one_hot without num_classes depends on the data: name the number of classes")
    return jax.nn.one_hot(x, classes, dtype=int)
