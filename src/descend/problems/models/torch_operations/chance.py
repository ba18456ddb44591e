"""Operations that draw from chance; without a key they give the mean of what they would draw."""

from typing import Any

import jax
import jax.numpy as jnp

from .table import Dtype, operation


@operation("dropout.default", draws=True)
def dropout(key: Any, x: Any, share: float, training: bool = True) -> Any:
    if key is None or not training or share == 0:
        return x
    kept = jax.random.bernoulli(key, 1 - share, x.shape)
    return jnp.where(kept, x / (1 - share) if share < 1 else 0.0, 0.0)


@operation("native_dropout.default", draws=True)
def native_dropout(key: Any, x: Any, share: float, training: bool | None = True) -> Any:
    return (dropout(key, x, share, training is not False),)


@operation("bernoulli.p", draws=True)
def bernoulli(key: Any, x: Any, share: float = 0.5, **_: Any) -> Any:
    mean = jnp.full(x.shape, share, x.dtype)
    return mean if key is None else jax.random.bernoulli(key, mean).astype(x.dtype)


@operation("bernoulli.default", draws=True)
def bernoulli_of(key: Any, shares: Any, **_: Any) -> Any:
    return shares if key is None else jax.random.bernoulli(key, jax.lax.stop_gradient(shares)).astype(shares.dtype)


@operation("rand.default", draws=True)
def uniform(key: Any, shape: Any, dtype: Dtype | None = None, **_: Any) -> Any:
    kind = (dtype or Dtype("float32")).here()
    return jnp.full(shape, 0.5, kind) if key is None else jax.random.uniform(key, shape, kind)


@operation("randn.default", draws=True)
def normal(key: Any, shape: Any, dtype: Dtype | None = None, **_: Any) -> Any:
    kind = (dtype or Dtype("float32")).here()
    return jnp.zeros(shape, kind) if key is None else jax.random.normal(key, shape, kind)


@operation("rand_like.default", draws=True)
def uniform_like(key: Any, x: Any, dtype: Dtype | None = None, **_: Any) -> Any:
    return uniform(key, x.shape, dtype).astype(dtype.here() if dtype else x.dtype)


@operation("randn_like.default", draws=True)
def normal_like(key: Any, x: Any, dtype: Dtype | None = None, **_: Any) -> Any:
    return normal(key, x.shape, dtype).astype(dtype.here() if dtype else x.dtype)
