"""Operations number by number: arithmetic, comparisons, activations.

Where a function has a kink, its slope there is PyTorch's.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import special

from .table import OPERATIONS, Dtype, Operation, cast, operation

PLAIN = {
    **{name: getattr(jnp, name) for name in ("abs", "ceil", "cos", "cosh", "exp", "expm1", "floor", "isinf", "isnan", "log")},
    **{name: getattr(jnp, name) for name in ("log10", "log1p", "log2", "logical_not", "reciprocal", "round", "sign", "sin")},
    **{name: getattr(jnp, name) for name in ("sinh", "sqrt", "tan", "tanh", "trunc", "square", "exp2", "isfinite", "frac")
       if hasattr(jnp, name)},
    **{f"a{name}": getattr(jnp, f"arc{name}") for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")},
    "neg": jnp.negative,
    "rsqrt": jax.lax.rsqrt,
    "erf": special.erf,
    "erfc": special.erfc,
    "erfinv": special.erfinv,
    "lgamma": special.gammaln,
    "digamma": special.digamma,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "silu": jax.nn.silu,
    "softsign": jax.nn.soft_sign,
    "bitwise_not": jnp.bitwise_not,
    "alias": lambda x: x,
    "detach": jax.lax.stop_gradient,
    "lift_fresh_copy": lambda x: x,
}  # fmt: skip
for _name, _function in PLAIN.items():
    OPERATIONS[f"{_name}.default"] = Operation(_function)

PAIRS = {
    "mul": jnp.multiply,
    "eq": jnp.equal,
    "ne": jnp.not_equal,
    "lt": jnp.less,
    "le": jnp.less_equal,
    "gt": jnp.greater,
    "ge": jnp.greater_equal,
    "fmod": jnp.fmod,
    "remainder": jnp.remainder,
    "bitwise_and": jnp.bitwise_and,
    "bitwise_or": jnp.bitwise_or,
    "bitwise_xor": jnp.bitwise_xor,
    "floor_divide": jnp.floor_divide,
}
for _name, _function in PAIRS.items():
    for _kind in ("Tensor", "Scalar", "default"):
        OPERATIONS[f"{_name}.{_kind}"] = Operation(_function)
for _name in ("logical_and", "logical_or", "logical_xor", "maximum", "minimum"):
    OPERATIONS[f"{_name}.default"] = Operation(getattr(jnp, _name))
OPERATIONS["atan2.default"] = Operation(jnp.arctan2)
OPERATIONS["hypot.default"] = Operation(jnp.hypot)


@operation("add.Tensor", "add.Scalar")
def add(x: Any, y: Any, alpha: Any = 1) -> Any:
    return jnp.add(x, y if alpha == 1 else alpha * y)


@operation("sub.Tensor", "sub.Scalar")
def subtract(x: Any, y: Any, alpha: Any = 1) -> Any:
    return jnp.subtract(x, y if alpha == 1 else alpha * y)


@operation("rsub.Tensor", "rsub.Scalar")
def subtract_from(x: Any, y: Any, alpha: Any = 1) -> Any:
    return jnp.subtract(y, x if alpha == 1 else alpha * x)


@operation("div.Tensor", "div.Scalar", "div.Tensor_mode", "div.Scalar_mode")
def divide(x: Any, y: Any, rounding_mode: str | None = None) -> Any:
    if rounding_mode == "floor":
        return jnp.floor_divide(x, y)
    quotient = jnp.true_divide(x, y)
    return quotient if rounding_mode is None else jnp.trunc(quotient).astype(jnp.result_type(x, y))


@operation("pow.Tensor_Scalar", "pow.Tensor_Tensor", "pow.Scalar")
def power(x: Any, exponent: Any) -> Any:
    if isinstance(exponent, float) and exponent.is_integer() and abs(exponent) < 64:
        exponent = int(exponent)  # multiplied out: exact, and its slope at 0 is a number
    return jnp.power(x, exponent)


@operation("addcmul.default")
def add_product(x: Any, y: Any, z: Any, value: Any = 1) -> Any:
    return x + value * y * z


@operation("addcdiv.default")
def add_quotient(x: Any, y: Any, z: Any, value: Any = 1) -> Any:
    return x + value * y / z


@operation("clamp.default", "clamp.Tensor")
def clamp(x: Any, least: Any = None, most: Any = None, **named: Any) -> Any:
    least, most = named.get("min", least), named.get("max", most)
    if least is not None:
        x = jnp.where(x < least, least, x)
    return x if most is None else jnp.where(x > most, most, x)


@operation("hardtanh.default")
def hardtanh(x: Any, least: Any = -1.0, most: Any = 1.0) -> Any:
    return jnp.where(x <= least, least, jnp.where(x >= most, most, x))


@operation("leaky_relu.default")
def leaky_relu(x: Any, slope: Any = 0.01) -> Any:
    return jnp.where(x > 0, x, slope * x)


@operation("elu.default")
def elu(x: Any, alpha: Any = 1.0, scale: Any = 1.0, input_scale: Any = 1.0) -> Any:
    below = scale * alpha * jnp.expm1(input_scale * jnp.where(x > 0, 0.0, x))  # so that no exponential overflows
    return jnp.where(x > 0, scale * x, below)


@operation("gelu.default")
def gelu(x: Any, approximate: str = "none") -> Any:
    return jax.nn.gelu(x, approximate=approximate == "tanh")


@operation("softplus.default")
def softplus(x: Any, beta: Any = 1.0, threshold: Any = 20.0) -> Any:
    return jnp.where(beta * x > threshold, x, jax.nn.softplus(beta * x) / beta)


@operation("log_sigmoid.default")
def log_sigmoid(x: Any) -> Any:
    return jax.nn.log_sigmoid(x)


@operation("where.self", "where.ScalarOther", "where.ScalarSelf", "where.Scalar")
def where(condition: Any, x: Any, y: Any) -> Any:
    return jnp.where(condition, x, y)


@operation("masked_fill.Scalar", "masked_fill.Tensor")
def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    return jnp.where(mask, jnp.asarray(value, x.dtype), x)


@operation("_to_copy.default")
def to_copy(x: Any, dtype: Dtype | None = None) -> Any:
    return cast(x, dtype)


@operation("to.dtype")
def to_dtype(x: Any, dtype: Dtype, *_: Any) -> Any:
    return cast(x, dtype)


@operation("clone.default", "contiguous.default")
def same(x: Any, *_: Any) -> Any:
    return x


@operation("copy.default")
def copy(x: Any, source: Any, *_: Any) -> Any:
    return jnp.broadcast_to(source, x.shape).astype(x.dtype)


@operation("fill.Scalar", "fill.Tensor")
def fill(x: Any, value: Any) -> Any:
    return jnp.full_like(x, value)
