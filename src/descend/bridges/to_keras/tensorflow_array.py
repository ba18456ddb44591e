"""TensorFlow's tensors as the array API has them, eager or inside a tf.function, so that rules run on them.

A tf.Tensor has no array namespace and refuses arithmetic with numbers of another type. `TensorFlowArray` covers one: its
types are NumPy's, and a single number takes the type of the array that it meets, as in PyTorch. Import this module only
where TensorFlow is in use.
"""

import math
import operator
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np
import tensorflow as tf

NUMBERS = {bool: np.dtype("bool"), int: np.dtype("int32"), float: np.dtype("float64")}  # where nothing else decides


class TensorFlowArray:
    """One tensor with the operators and attributes that rules use; its functions are in NAMESPACE."""

    __array_ufunc__ = None  # NumPy leaves arithmetic between its arrays and this to this

    def __init__(self, tensor: Any):
        self.tensor: Any = tf.convert_to_tensor(tensor)
        self.shape = tuple(self.tensor.shape)
        self.dtype = np.dtype(self.tensor.dtype.as_numpy_dtype)
        self.ndim, self.size = len(self.shape), math.prod(self.shape)

    def __array_namespace__(self, api_version: str | None = None) -> Any:
        return NAMESPACE

    @property
    def T(self) -> "TensorFlowArray":
        """The transpose of a matrix."""
        return TensorFlowArray(tf.transpose(self.tensor))

    def astype(self, dtype: Any) -> "TensorFlowArray":
        """The numbers in another type of NumPy's."""
        return TensorFlowArray(tf.cast(self.tensor, dtype))

    def cond(self, then: Callable[..., Any], otherwise: Callable[..., Any], *operands: Any) -> Any:
        """`then(*operands)` where this single number holds, `otherwise(*operands)` elsewhere; the other is not computed."""
        return wrap(tf.cond(self.tensor, lambda: unwrap(then(*operands)), lambda: unwrap(otherwise(*operands))))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.tensor, dtype)

    def __bool__(self) -> bool:
        return bool(self.tensor)

    def __float__(self) -> float:
        return float(self.tensor)

    def __getitem__(self, place: Any) -> "TensorFlowArray":
        return TensorFlowArray(self.tensor[place])

    def __abs__(self) -> "TensorFlowArray":
        return TensorFlowArray(tf.abs(self.tensor))

    def __neg__(self) -> "TensorFlowArray":
        return TensorFlowArray(-self.tensor)

    def __pow__(self, exponent: Any) -> "TensorFlowArray":
        quick = {2: tf.square, 0.5: tf.sqrt}.get(exponent) if isinstance(exponent, int | float) else None
        return TensorFlowArray(quick(self.tensor)) if quick and _rank(self.dtype) == 2 else _pair(tf.pow, self, exponent)

    def __rpow__(self, base: Any) -> "TensorFlowArray":
        return _pair(tf.pow, base, self)


def wrap(tree: Any) -> Any:
    """A tree with each tensor covered; anything else as it is."""
    return jax.tree.map(lambda x: TensorFlowArray(x) if tf.is_tensor(x) else x, tree)


def unwrap(tree: Any) -> Any:
    """A tree with the tensors of its covers; anything else as it is."""
    return jax.tree.map(lambda x: x.tensor if isinstance(x, TensorFlowArray) else x, tree)


def _rank(dtype: np.dtype) -> int:
    """Truth values before whole numbers before floats, NumPy's own or those of ml_dtypes."""
    return {"b": 0, "i": 1, "u": 1}.get(dtype.kind, 2)


def _of_one_type(*values: Any) -> list[Any]:
    """Tensors of one type: floats decide it before whole numbers, then arrays with axes before single ones, then plain numbers."""
    types = [v.dtype if hasattr(v, "dtype") else NUMBERS[type(v)] for v in values]
    orders = [(_rank(kind), v.ndim > 0 if hasattr(v, "dtype") else -1) for v, kind in zip(values, types, strict=True)]
    chosen = np.result_type(*(kind for kind, order in zip(types, orders, strict=True) if order == max(orders)))
    return [_tensor(v, chosen) for v in values]


def _tensor(value: Any, dtype: np.dtype) -> Any:
    if not isinstance(value, TensorFlowArray):
        return tf.constant(np.asarray(value, dtype))
    return value.tensor if value.dtype == dtype else tf.cast(value.tensor, dtype)


def _pair(function: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    return TensorFlowArray(function(*_of_one_type(x, y)))


def _wrap_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of TensorFlow's as one of covers."""
    return lambda *given, **named: wrap(function(*unwrap(given), **named))


def _where(condition: Any, yes: Any, no: Any) -> TensorFlowArray:
    return TensorFlowArray(tf.where(_tensor(condition, NUMBERS[bool]), *_of_one_type(yes, no)))


def _clip(x: Any, low: Any, high: Any) -> Any:
    x = x if low is None else _pair(tf.maximum, x, low)
    return x if high is None else _pair(tf.minimum, x, high)


def _moveaxis(x: TensorFlowArray, source: int, destination: int) -> TensorFlowArray:
    order = [axis for axis in range(x.ndim) if axis != source]
    order.insert(destination, source)
    return TensorFlowArray(tf.transpose(x.tensor, order))


def _give_operators() -> None:
    """The operators of two values, those of arithmetic also with the array on the right."""
    functions = {name: getattr(operator, name) for name in ("add", "sub", "mul", "mod", "matmul")}
    functions |= {"truediv": tf.truediv, "and": tf.logical_and, "or": tf.logical_or}
    compared = {"lt": tf.less, "le": tf.less_equal, "gt": tf.greater, "ge": tf.greater_equal, "eq": tf.equal, "ne": tf.not_equal}
    for name, function in (functions | compared).items():
        setattr(TensorFlowArray, f"__{name}__", lambda x, y, f=function: _pair(f, x, y))
    for name, function in functions.items():
        setattr(TensorFlowArray, f"__r{name}__", lambda x, y, f=function: _pair(f, y, x))


_give_operators()

NAMESPACE = SimpleNamespace(
    __name__=__name__,  # array_api_compat looks at it
    **{name: _wrap_function(getattr(tf, name)) for name in ("zeros_like", "sign", "floor", "tensordot")},
    **{name: _wrap_function(getattr(tf.math, name)) for name in ("sqrt", "cos")},
    sum=_wrap_function(tf.reduce_sum),
    mean=_wrap_function(tf.reduce_mean),
    all=_wrap_function(tf.reduce_all),
    isfinite=_wrap_function(tf.math.is_finite),
    maximum=lambda x, y: _pair(tf.maximum, x, y),
    where=_where,
    clip=_clip,
    moveaxis=_moveaxis,
    flip=lambda x, axis: TensorFlowArray(tf.reverse(x.tensor, [axis])),
    tril=_wrap_function(lambda x: tf.linalg.band_part(x, -1, 0)),
    triu=_wrap_function(lambda x: tf.linalg.band_part(x, 0, -1)),
    astype=lambda x, dtype: TensorFlowArray(_tensor(x, np.dtype(dtype))),
    result_type=np.result_type,
    finfo=np.finfo,
    int32=np.dtype("int32"),
    float32=np.dtype("float32"),
    linalg=SimpleNamespace(
        eigh=_wrap_function(tf.linalg.eigh),
        qr=_wrap_function(tf.linalg.qr),
        diagonal=_wrap_function(tf.linalg.diag_part),
    ),
)
