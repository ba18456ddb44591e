"""Whether a rule converges on a quadratic: how much one update, or many, enlarge the distance to the minimum."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np

from descend import rules
from descend.core import hyper
from descend.core.errors import BadValue, UnknownName
from descend.core.numbers import real, whole
from descend.rules import Rule

SOLID = 1e-9  # by how much two linearisations may differ and still be one
ROUNDING, HOVERING = 1e-6, 2e-2
HIGHEST = 1e6  # learning rates above are not tried


@dataclass(frozen=True)
class Stability:
    """How a rule behaves near a quadratic's minimum, over a grid of its hyperparameters.

    - `growth`: by which factor each update changes the distance in the long run, [0, inf]; above 1 it diverges. Of the shape
      of the grid: one axis for each of `axes`, in their order
    - `axes`: the hyperparameters' values by name
    - `linear`: True where growth is the spectral radius of one update; False where it was measured over many
    """

    growth: np.ndarray
    axes: dict[str, np.ndarray]
    linear: bool

    @property
    def edge(self) -> float:
        """The largest growth of a rule that does not diverge: 1 and rounding; where measured, what one that hovers shows."""
        return 1 + (ROUNDING if self.linear else HOVERING)

    @property
    def diverges(self) -> np.ndarray:
        """Where the growth is above the edge."""
        return self.growth > self.edge


def stability(rule: Any, *, curvature: Any = 1.0, steps: int = 200, **axes: Any) -> Stability:
    """The growth of a rule (or its name) on sum(curvature / 2 * w^2), over every combination of the hyperparameters in `axes`.

    `curvature` is one number above 0, or one for each direction. Where an update is a linear map that is the same at every
    step, the growth is the spectral radius of its Jacobian, taken from the rule's own code in float64. For other rules it
    is measured: `steps` updates from w = 1, the root of the last quarter's largest distance over the second quarter's.
    Polyak, Some methods of speeding up the convergence of iteration methods (1964); Goodfellow et al. (2016), section 4.3.

    Raises UnknownName for a hyperparameter that the rule does not have, BadValue for a value outside its range.
    """
    rule, steep = rules.find(rule), _curvatures(curvature)
    whole("steps", steps, 8, 100_000)
    grid = {name: _axis(rule, name, values) for name, values in axes.items()}
    each = [np.ravel(a) for a in np.meshgrid(*grid.values(), indexing="ij")] if grid else []
    count = math.prod(len(a) for a in grid.values())
    with jax.enable_x64(True):
        base = jax.tree.map(lambda leaf: np.asarray(leaf, float), rule)
        lanes = dict(zip(grid, each, strict=True)) or {"": np.zeros(1)}
        linear = _is_linear(base, steep)
        growth = _radius(base, steep, lanes) if linear else _rates(np.asarray(_distances(base, steep, lanes, steps)))
    assert growth.size == count
    return Stability(growth.reshape([len(a) for a in grid.values()]), grid, linear)


def limit(rule: Any, curvature: Any = 1.0) -> float | None:
    """The largest learning rate at which a rule does not diverge on a quadratic; None for one that is not linear, or has none.

    On a curvature c it is 2 / c for gradient descent and 2 (1 + momentum) / c for the heavy ball.
    """
    rule = rules.find(rule)
    if not isinstance(rule.rate, int | float) or "learning_rate" not in hyper.ranges(type(rule)):
        return None
    low, high = 1e-6, HIGHEST
    for _ in range(5):
        found = stability(rule, curvature=curvature, learning_rate=np.geomspace(low, high, 33))
        unstable = np.flatnonzero(found.diverges)
        if not found.linear or not unstable.size or unstable[0] == 0:
            return None
        low, high = found.axes["learning_rate"][unstable[0] - 1 : unstable[0] + 1]
    return float(low)


def _curvatures(curvature: Any) -> np.ndarray:
    each = np.array([real("curvature", c) for c in (curvature if isinstance(curvature, Sequence | np.ndarray) else [curvature])])
    if not each.size or not (each > 0).all():
        raise BadValue(f"curvature is {curvature}, must be above 0")
    return each


def _axis(rule: Rule, name: str, values: Any) -> np.ndarray:
    """The values of a hyperparameter, checked."""
    known = hyper.ranges(type(rule))
    if name not in known:
        raise UnknownName(f"hyperparameter of {rule.name}", name, known)
    found = np.atleast_1d(np.asarray(values, float))
    hyper.check_field(type(rule), name, found)
    return found


def _state(rule: Rule, steep: Any) -> tuple[Any, Any]:
    w = jnp.ones(len(steep))
    return w, rule.init_tree(w)


def _update(rule: Rule, steep: Any, state: Any, t: Any) -> Any:
    """One update on the quadratic."""
    w, slots = state
    at = rule.probe_tree(w, slots, t) if rule.probes else w
    change, slots = rule.update_tree(steep * at, slots, w, t)
    return w + change, slots


def _moved(rule: Rule, steep: Any, point: Any, t: Any) -> Any:
    """Where an update takes w and slots, as one vector (n,)."""
    unflat = jax.flatten_util.ravel_pytree(_state(rule, steep))[1]
    return jax.flatten_util.ravel_pytree(_update(rule, steep, unflat(point), t))[0]


def _jacobian(rule: Rule, steep: Any, point: Any, t: Any) -> Any:
    """The derivative (n, n) of an update by w and slots, as one vector."""
    return jax.jacfwd(lambda z: _moved(rule, steep, z, t))(point)


@jax.jit
def _probed(rule: Rule, steep: Any) -> Any:
    """The Jacobian at a few states and steps, and how far an update there is from that linear map."""
    size = jax.flatten_util.ravel_pytree(_state(rule, steep))[0].size
    points = 0.3 + jnp.arange(3.0 * size).reshape(3, size) % 1.7
    times = jnp.array([1.0, 2.0, 9.0])
    found = jax.vmap(partial(_jacobian, rule, steep))(points, times)
    moved = jax.vmap(partial(_moved, rule, steep))(points, times)
    return found, moved - jnp.einsum("pij,pj->pi", found, points)


def _is_linear(rule: Rule, steep: Any) -> bool:
    """Whether an update is one linear map at every state and step; one by the gradient's sign is flat, and yet is not."""
    maps, beside = jax.device_get(_probed(rule, steep))
    same = np.isfinite(maps).all() and np.allclose(maps, maps[0], rtol=SOLID, atol=SOLID)
    return bool(same and np.allclose(beside, 0.0, atol=SOLID))


@jax.jit
def _jacobians(rule: Rule, steep: Any, lanes: Mapping[str, Any]) -> Any:
    point = jax.flatten_util.ravel_pytree(_state(rule, steep))[0]
    return jax.vmap(lambda one: _jacobian(_at(rule, one), steep, point, 1.0))(lanes)


def _radius(rule: Rule, steep: Any, lanes: Mapping[str, Any]) -> np.ndarray:
    maps = np.asarray(_jacobians(rule, steep, lanes))
    return np.abs(np.linalg.eigvals(maps)).max(axis=-1)


@partial(jax.jit, static_argnames="steps")
def _distances(rule: Rule, steep: Any, lanes: Mapping[str, Any], steps: int) -> Any:
    """The distance to the minimum (lanes, steps + 1) after each update."""

    def way(one: Any) -> Any:
        chosen = _at(rule, one)

        def body(state: Any, t: Any) -> Any:
            state = _update(chosen, steep, state, t)
            return state, jnp.linalg.norm(state[0])

        first = _state(chosen, steep)
        return jnp.concatenate([jnp.linalg.norm(first[0])[None], jax.lax.scan(body, first, jnp.arange(1.0, steps + 1))[1]])

    return jax.vmap(way)(lanes)


def _at(rule: Rule, values: Mapping[str, Any]) -> Rule:
    return hyper.replace(rule, **{name: value for name, value in values.items() if name})


def _rates(distances: np.ndarray) -> np.ndarray:
    """The growth of each row: from its second quarter to its last, or up to where it is no number any more."""
    found = np.empty(len(distances))
    for i, row in enumerate(distances):
        kept = row[: int(np.argmin(np.isfinite(row)))] if not np.isfinite(row).all() else row
        quarter = len(kept) // 4
        if quarter < 1:
            found[i] = np.inf
            continue
        early, late = kept[quarter : 2 * quarter].max(), kept[-quarter:].max()
        found[i] = (max(late, 1e-300) / max(early, 1e-300)) ** (1 / (len(kept) - 2 * quarter))
    return found
