"""Arrays whose rows lie last, as convolutions and dense layers make them: the axis that processors vectorise.

PyTorch's rows lie first. Between two layers nothing asks where they lie, so what stands there is done on columns too, and rows go
back to the front only where an operation asks for them: a training step of a small convnet then takes about 0.6 of its time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from . import convolutions, elementwise, layers
from .table import OPERATIONS, Operation


@dataclass(frozen=True)
class Columns:
    """An array (channels, places..., rows), standing for (rows, channels, places...)."""

    values: Any

    @property
    def rows(self) -> Any:
        """The array with its rows first."""
        return jnp.moveaxis(self.values, -1, 0)


def rows_first(tree: Any) -> Any:
    """A tree of arguments or results with plain arrays in place of columns."""
    if isinstance(tree, Columns):
        return tree.rows
    if isinstance(tree, list | tuple):
        parts = [rows_first(part) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return {name: rows_first(part) for name, part in tree.items()} if isinstance(tree, dict) else tree


ONE_BY_ONE = {f"{name}.default" for name in elementwise.PLAIN} | {
    *("hardtanh.default", "leaky_relu.default", "elu.default", "gelu.default", "softplus.default", "log_sigmoid.default"),
    *("clone.default", "contiguous.default", "dropout.default"),
}  # of the first argument's numbers; all others are plain numbers
PAIRS = {f"{name}.{kind}" for name in ("add", "sub", "mul", "div") for kind in ("Tensor", "Scalar")}
WINDOWS = {f"{kind}_pool{axes}d.default" for kind in ("max", "avg", "adaptive_avg", "_adaptive_avg") for axes in (1, 2, 3)}


def apply(name: str, operation: Operation, key: tuple[Any, ...], arguments: Any, named: Any) -> Any:
    """What an operation gives, on columns where it can; `key` is empty for one that draws nothing."""
    first, others = arguments[0] if arguments else None, (*arguments[1:], *named.values())
    if name in STARTING:
        done = STARTING[name](first, *arguments[1:], **named)
        if done is not None:
            return done
    if isinstance(first, Columns):
        if name in ONE_BY_ONE or (name in PAIRS and all(isinstance(a, int | float) for a in others)):
            return Columns(operation.function(*key, first.values, *arguments[1:], **named))
        if name in PAIRS and isinstance(others[0], Columns) and others[0].values.shape == first.values.shape:
            return Columns(operation.function(first.values, others[0].values, *arguments[2:], **named))
        if name in WINDOWS:
            return Columns(jax.vmap(lambda row: operation.function(row, *arguments[1:], **named), -1, -1)(first.values))
        if name in ON_COLUMNS:
            done = ON_COLUMNS[name](*key, first.values, *arguments[1:], **named)
            if done is not None:
                return done
    return operation.function(*key, *rows_first(arguments), **rows_first(named))


def _convolution(x: Any, weight: Any, bias: Any, *options: Any) -> Any:
    columns = x.values if isinstance(x, Columns) else jnp.moveaxis(x, 0, -1)
    return Columns(convolutions.on_columns(columns, weight, bias, *options))


def _linear(x: Any, weight: Any, bias: Any = None) -> Any:
    """Of rows that are vectors; else None."""
    if (x.values if isinstance(x, Columns) else x).ndim != 2 or isinstance(weight, Columns):
        return None
    out = weight @ (x.values if isinstance(x, Columns) else x.T)
    return Columns(out if bias is None else out + bias[:, None])


STARTING: dict[str, Callable[..., Any]] = {"convolution.default": _convolution, "linear.default": _linear}


def _reshape(values: Any, shape: Any) -> Any:
    rows = values.shape[-1]
    if len(shape) < 2 or shape[0] != rows:
        return None
    return Columns(jnp.reshape(values, (*shape[1:], rows)))


def _flatten(values: Any, first: int = 0, last: int = -1) -> Any:
    if first % values.ndim != 1 or last % values.ndim != values.ndim - 1:
        return None
    return Columns(jnp.reshape(values, (-1, values.shape[-1])))


def _squeeze(values: Any, dims: Any) -> Any:
    dims = [d % values.ndim for d in ([dims] if isinstance(dims, int) else dims)]
    return None if 0 in dims else Columns(jnp.squeeze(values, tuple(d - 1 for d in dims if values.shape[d - 1] == 1)))


def _unsqueeze(values: Any, dim: int) -> Any:
    dim %= values.ndim + 1
    return Columns(jnp.expand_dims(values, dim - 1)) if dim else None


def _mean(values: Any, dims: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    dims = [d % values.ndim for d in ([dims] if isinstance(dims, int) else dims or [0])]
    return None if 0 in dims or dtype else Columns(jnp.mean(values, tuple(d - 1 for d in dims), keepdims=keepdim))


def _dropout(key: Any, values: Any, share: float, training: bool | None = True) -> Any:
    return (Columns(OPERATIONS["dropout.default"].function(key, values, share, training is not False)),)


def _batch_norm(values: Any, weight: Any, bias: Any, mean: Any, var: Any, training: bool, momentum: float, eps: float) -> Any:
    out, *others = layers.batch_norm(values, weight, bias, mean, var, training, momentum, eps, channel=0)
    return Columns(out), *others


def _batch_norm_by_averages(values: Any, *arguments: Any) -> Any:
    return (Columns(layers.batch_norm_by_averages(values, *arguments, channel=0)[0]),)


ON_COLUMNS: dict[str, Callable[..., Any]] = {
    **{f"{name}.default": _reshape for name in ("view", "reshape", "_unsafe_view")},
    "flatten.using_ints": _flatten,
    "squeeze.dim": _squeeze,
    "squeeze.dims": _squeeze,
    "unsqueeze.default": _unsqueeze,
    "mean.dim": _mean,
    "native_dropout.default": _dropout,
    "_native_batch_norm_legit_functional.default": _batch_norm,
    "_native_batch_norm_legit_no_training.default": _batch_norm_by_averages,
}
