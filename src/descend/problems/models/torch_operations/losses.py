"""Losses of class numbers; all others are made of smaller operations.

The score of the true class is taken by a comparison, not by an index: an index's gradient is slow where every lane has its own.
"""

from typing import Any

import jax
import jax.numpy as jnp

from .table import operation

MEAN, SUM = 1, 2  # how PyTorch numbers its reductions; 0 keeps every row


@operation("cross_entropy_loss.default")
def cross_entropy(
    scores: Any, target: Any, weight: Any = None, reduction: int = MEAN, ignore: int = -100, smoothing: float = 0.0
) -> Any:
    axis = 1 if scores.ndim > 1 else 0
    logs = jax.nn.log_softmax(scores, axis)
    if jnp.issubdtype(target.dtype, jnp.floating):
        return _of_shares(logs, target, weight, reduction, smoothing, axis)
    if not smoothing:
        return nll_loss(logs, target, weight, reduction, ignore)
    weights = _row_weights(target, weight, ignore, logs.shape[axis], axis, logs.dtype)
    counted = (target != ignore).astype(logs.dtype)
    spread = -jnp.sum(logs if weight is None else logs * _along(weight, logs, axis), axis) * counted / logs.shape[axis]
    plain = _picked(logs, target, axis) * weights
    rows = (1 - smoothing) * plain + smoothing * spread
    return jnp.sum(rows) / jnp.sum(weights) if reduction == MEAN else _reduce(rows, reduction)


def _of_shares(logs: Any, target: Any, weight: Any, reduction: int, smoothing: float, axis: int) -> Any:
    """The loss of a target that gives each class a share."""
    if smoothing:
        target = target * (1 - smoothing) + smoothing / logs.shape[axis]
    rows = -jnp.sum(logs * target if weight is None else logs * target * _along(weight, logs, axis), axis)
    return jnp.sum(rows) / max(logs.size // logs.shape[axis], 1) if reduction == MEAN else _reduce(rows, reduction)


@operation("nll_loss.default", "nll_loss_nd.default", "nll_loss2d.default")
def nll_loss(logs: Any, target: Any, weight: Any = None, reduction: int = MEAN, ignore: int = -100) -> Any:
    axis = 1 if logs.ndim > 1 else 0
    weights = _row_weights(target, weight, ignore, logs.shape[axis], axis, logs.dtype)
    rows = _picked(logs, target, axis) * weights
    return jnp.sum(rows) / jnp.sum(weights) if reduction == MEAN else _reduce(rows, reduction)


def _hits(target: Any, classes: int, axis: int) -> Any:
    """Where each class is the target."""
    return jnp.expand_dims(target, axis) == jnp.reshape(jnp.arange(classes), (-1,) + (1,) * (target.ndim - axis))


def _picked(logs: Any, target: Any, axis: int) -> Any:
    """Minus the logarithm at the target's class; 0 for a target that is no class."""
    return -jnp.sum(jnp.where(_hits(target, logs.shape[axis], axis), logs, 0.0), axis)


def _row_weights(target: Any, weight: Any, ignore: int, classes: int, axis: int, dtype: Any) -> Any:
    kept = (target != ignore).astype(dtype)
    if weight is None:
        return kept
    mine = jnp.sum(jnp.where(_hits(target, classes, axis), jnp.reshape(weight, (-1,) + (1,) * (target.ndim - axis)), 0.0), axis)
    return kept * mine


def _along(weight: Any, logs: Any, axis: int) -> Any:
    return jnp.reshape(weight, (-1,) + (1,) * (logs.ndim - axis - 1))


def _reduce(rows: Any, reduction: int) -> Any:
    return jnp.sum(rows) if reduction == SUM else rows
