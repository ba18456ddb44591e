"""The growth of a rule whose update on a quadratic is one linear map: the spectral radius of its Jacobian.

Polyak, Some methods of speeding up the convergence of iteration methods (1964); Goodfellow et al. (2016), section 4.3.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np

from descend.rules import Rule

from . import quadratic

SOLID = 1e-9  # by how much two linearisations may differ and still be one


def is_linear(rule: Rule, steep: Any) -> bool:
    """Whether an update is one linear map at every state and step; one by the gradient's sign is flat, and yet is not."""
    maps, beside = jax.device_get(_sample_jacobians(rule, steep))
    same = np.isfinite(maps).all() and np.allclose(maps, maps[0], rtol=SOLID, atol=SOLID)
    return bool(same and np.allclose(beside, 0.0, atol=SOLID))


def radius(rule: Rule, steep: Any, lanes: Mapping[str, Any]) -> np.ndarray:
    """The spectral radius (lanes,) of an update, for a rule with each lane's values of some hyperparameters."""
    maps = np.asarray(_jacobians(rule, steep, lanes))
    return np.abs(np.linalg.eigvals(maps)).max(axis=-1)


@jax.jit
def _jacobians(rule: Rule, steep: Any, lanes: Mapping[str, Any]) -> Any:
    point = jax.flatten_util.ravel_pytree(quadratic.start(rule, steep))[0]
    return jax.vmap(lambda one: _jacobian(quadratic.with_values(rule, one), steep, point, 1.0))(lanes)


@jax.jit
def _sample_jacobians(rule: Rule, steep: Any) -> Any:
    """The Jacobian at a few states and steps, and how far an update there is from that linear map."""
    size = jax.flatten_util.ravel_pytree(quadratic.start(rule, steep))[0].size
    points = 0.3 + jnp.arange(3.0 * size).reshape(3, size) % 1.7
    times = jnp.array([1.0, 2.0, 9.0])
    found = jax.vmap(partial(_jacobian, rule, steep))(points, times)
    moved = jax.vmap(partial(_apply_update, rule, steep))(points, times)
    return found, moved - jnp.einsum("pij,pj->pi", found, points)


def _jacobian(rule: Rule, steep: Any, point: Any, t: Any) -> Any:
    """The derivative (n, n) of an update by w and slots, as one vector."""
    return jax.jacfwd(lambda z: _apply_update(rule, steep, z, t))(point)


def _apply_update(rule: Rule, steep: Any, point: Any, t: Any) -> Any:
    """Where an update takes w and slots, as one vector (n,)."""
    unflat = jax.flatten_util.ravel_pytree(quadratic.start(rule, steep))[1]
    return jax.flatten_util.ravel_pytree(quadratic.update(rule, steep, unflat(point), t))[0]
