"""Layers but convolutions: products, normalisation, softmax, attention."""

import math
from typing import Any

import jax
import jax.numpy as jnp

from .chance import dropout
from .reductions import norm
from .table import Dtype, cast, operation


@operation("linear.default")
def linear(x: Any, weight: Any, bias: Any = None) -> Any:
    out = x @ weight.T
    return out if bias is None else out + bias


@operation("mm.default", "bmm.default", "matmul.default", "mv.default", "dot.default")
def matmul(x: Any, y: Any) -> Any:
    return x @ y


@operation("addmm.default", "baddbmm.default", "addmv.default")
def add_matmul(start: Any, x: Any, y: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    product = x @ y if alpha == 1 else alpha * (x @ y)
    return product + (start if beta == 1 else beta * start)


@operation("_trilinear.default")
def trilinear(x: Any, y: Any, z: Any, for_x: Any, for_y: Any, for_z: Any, summed: Any, _: int = 1) -> Any:
    """The product of three arrays, each with new axes, summed over some."""
    x, y, z = (jnp.expand_dims(a, tuple(new)) for a, new in ((x, for_x), (y, for_y), (z, for_z)))
    return jnp.sum(x * y * z, tuple(summed))


@operation("_cdist_forward.default")
def distances(x: Any, y: Any, order: float, _: Any = None) -> Any:
    """The distance of each row of x to each row of y."""
    return norm(x[..., :, None, :] - y[..., None, :, :], order, [-1])


@operation("softmax.int", "special_softmax.default", "_safe_softmax.default")
def softmax(x: Any, dim: int, dtype: Dtype | None = None) -> Any:
    return jax.nn.softmax(cast(x, dtype), dim)


@operation("log_softmax.int", "special_log_softmax.default")
def log_softmax(x: Any, dim: int, dtype: Dtype | None = None) -> Any:
    return jax.nn.log_softmax(cast(x, dtype), dim)


@operation("_softmax.default")
def raw_softmax(x: Any, dim: int, half: bool) -> Any:
    return jax.nn.softmax(x, dim)


@operation("_log_softmax.default")
def raw_log_softmax(x: Any, dim: int, half: bool) -> Any:
    return jax.nn.log_softmax(x, dim)


def _normal(x: Any, axes: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    """x with mean 0 and variance 1 over axes; the mean; one by the deviation."""
    mean = jnp.mean(x, axes, keepdims=True)
    scale = jax.lax.rsqrt(jnp.mean(jnp.square(x - mean), axes, keepdims=True) + eps)
    return (x - mean) * scale, mean, scale


@operation("layer_norm.default")
def layer_norm(x: Any, shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5, *_: Any) -> Any:
    return native_layer_norm(x, shape, weight, bias, eps)[0]


@operation("native_layer_norm.default")
def native_layer_norm(x: Any, shape: Any, weight: Any, bias: Any, eps: float) -> Any:
    out, mean, scale = _normal(x, tuple(range(x.ndim - len(shape), x.ndim)), eps)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias, mean, scale


@operation("rms_norm.default")
def rms_norm(x: Any, shape: Any, weight: Any = None, eps: float | None = None) -> Any:
    axes = tuple(range(x.ndim - len(shape), x.ndim))
    eps = float(jnp.finfo(x.dtype).eps) if eps is None else eps
    out = x * jax.lax.rsqrt(jnp.mean(jnp.square(x), axes, keepdims=True) + eps)
    return out if weight is None else out * weight


def _by_channel(values: Any, x: Any, channel: int) -> Any:
    """One number a channel, to go with x, whose axis `channel` they lie along."""
    return jnp.reshape(values, [-1 if axis == channel else 1 for axis in range(x.ndim)])


def _affine(x: Any, weight: Any, bias: Any, channel: int = 1) -> Any:
    x = x if weight is None else x * _by_channel(weight, x, channel)
    return x if bias is None else x + _by_channel(bias, x, channel)


def _others(x: Any, channel: int = 1) -> tuple[int, ...]:
    """All axes but that of the channels."""
    return tuple(axis for axis in range(x.ndim) if axis != channel)


@operation("group_norm.default")
def group_norm(x: Any, groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5, *_: Any) -> Any:
    parts = jnp.reshape(x, (len(x), groups, -1))
    return _affine(jnp.reshape(_normal(parts, (2,), eps)[0], x.shape), weight, bias)


@operation("native_group_norm.default")
def native_group_norm(x: Any, weight: Any, bias: Any, n: int, channels: int, places: int, groups: int, eps: float) -> Any:
    return (group_norm(x, groups, weight, bias, eps),)


@operation("_native_batch_norm_legit_functional.default")
def batch_norm(
    x: Any, weight: Any, bias: Any, mean: Any, var: Any, training: bool, momentum: float, eps: float, channel: int = 1
) -> Any:
    """The rows normalised; two values nobody uses; the running mean and variance after them, which is that of a sample."""
    if not training:
        return batch_norm_by_averages(x, weight, bias, mean, var, momentum, eps, channel)[0], None, None, mean, var
    out, here, _ = _normal(x, _others(x, channel), eps)
    count = x.size // x.shape[channel]
    spread = jnp.mean(jnp.square(x - here), _others(x, channel)) * (count / max(count - 1, 1))
    new_mean = (1 - momentum) * mean + momentum * jnp.reshape(here, -1)
    return _affine(out, weight, bias, channel), None, None, new_mean, (1 - momentum) * var + momentum * spread


@operation("_native_batch_norm_legit.no_stats")
def batch_norm_without_averages(x: Any, weight: Any, bias: Any, training: bool, momentum: float, eps: float) -> Any:
    return (_affine(_normal(x, _others(x), eps)[0], weight, bias),)


@operation("_native_batch_norm_legit_no_training.default")
def batch_norm_by_averages(
    x: Any, weight: Any, bias: Any, mean: Any, var: Any, momentum: float, eps: float, channel: int = 1
) -> Any:
    out = (x - _by_channel(mean, x, channel)) * _by_channel(jax.lax.rsqrt(var + eps), x, channel)
    return (_affine(out, weight, bias, channel),)


@operation("scaled_dot_product_attention.default", draws=True)
def attention(
    key: Any,
    query: Any,
    keys: Any,
    values: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    if enable_gqa:
        keys, values = (jnp.repeat(a, query.shape[-3] // a.shape[-3], -3) for a in (keys, values))
    scores = (query @ jnp.swapaxes(keys, -1, -2)) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = jnp.tril(jnp.ones(scores.shape[-2:], bool))
    if attn_mask is not None:
        scores = jnp.where(attn_mask, scores, -jnp.inf) if attn_mask.dtype == bool else scores + attn_mask
    return dropout(key, _softmax_or_nothing(scores, attn_mask is not None), dropout_p, True) @ values


def _softmax_or_nothing(scores: Any, masked: bool) -> Any:
    """Shares over the last axis; zeros, without slopes, where everything is masked."""
    if not masked:
        return jax.nn.softmax(scores, -1)
    nothing = jnp.all(scores == -jnp.inf, -1, keepdims=True)
    return jnp.where(nothing, 0.0, jax.nn.softmax(jnp.where(nothing, 0.0, scores), -1))
