"""Batch normalisation of columns (units, ..., rows): by the batch in training, by running averages in evaluation.

Ioffe and Szegedy, Batch Normalization (2015), algorithms 1 and 2.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from descend.core.errors import BadValue

KEEP = 0.9  # of the running averages at each batch; PyTorch's momentum is 1 less this
REPEATS = "repeated_along_columns"  # the scope of matrix products that only repeat or sum numbers
EPS = 1e-5  # added to the variance, as PyTorch and the paper have it


class Norm(eqx.Module):
    """What is learned for each unit (units,): the deviation and the mean that normalised values are given."""

    scale: Any
    shift: Any


def norm(units: int) -> Norm:
    """Values as normalised, at the start."""
    return Norm(jnp.ones(units), jnp.zeros(units))


def start(norm: Norm) -> dict[str, Any]:
    """The running averages before the first batch: mean 0, variance 1."""
    return {"mean": jnp.zeros_like(norm.shift), "variance": jnp.ones_like(norm.scale)}


def by_batch(norm: Norm, columns: Any, averages: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The columns normalised by their own mean and variance, and the averages moved towards these.

        average <- KEEP * average + (1 - KEEP) * (mean, m / (m - 1) * variance),  m = numbers a unit

    BadValue where a unit has one number only, of which there is no variance.
    """
    count = columns[0].size
    if count < 2:
        raise BadValue("batch_norm is true, and a batch of 1 row has no variance: take batches of 2 rows or more")
    axes = tuple(range(1, columns.ndim))
    mean = jnp.mean(columns, axes)
    variance = jnp.mean((columns - _along(mean, columns)) ** 2, axes)
    seen = {"mean": mean, "variance": variance * count / (count - 1)}
    moved = {name: KEEP * averages[name] + (1 - KEEP) * seen[name] for name in averages}
    return _apply(norm, columns, mean, variance), moved


def by_averages(norm: Norm, columns: Any, averages: dict[str, Any]) -> Any:
    """The columns normalised by what was seen in training."""
    return _apply(norm, columns, averages["mean"], averages["variance"])


def _apply(norm: Norm, columns: Any, mean: Any, variance: Any) -> Any:
    factor = norm.scale / jnp.sqrt(variance + EPS)
    return (columns - _along(mean, columns)) * _along(factor, columns) + _along(norm.shift, columns)


def _along(units: Any, columns: Any) -> Any:
    """A number a unit (units,) in every place of its columns.

    As a matrix product with ones, so that its gradient is one too: as a sum over products, which it would be of numbers that
    are broadcast, it takes processors as long as all the rest of a step. Under REPEATS a traced program tells what it is.
    """
    ones = jnp.ones((1, columns[0].size), columns.dtype)
    with jax.named_scope(REPEATS):
        return jnp.matmul(units[:, None], ones, precision="highest").reshape(columns.shape)
