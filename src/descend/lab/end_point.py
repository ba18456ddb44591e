"""What the surface is like where a path ends: whether the slope is 0 there, on what it stands, and how deep it goes from there."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np

from descend.problems import Problem

from .programs import compile_by_structure

NEAR = 1e-2  # of a path's extent: how far round its end one looks
SEARCH, AGAIN = 60, 2  # steps of a search for the bottom, and how often it is taken up again from beside its end
STIFF = 1e9  # a damping at which a search stands still
TINY = 1e-12  # of a value: what is no difference
FAR, DEEP = 1e6, 1e12  # in units of the extent, of the start's loss: a search that comes so far has found no bottom


@dataclass(frozen=True)
class EndPoint:
    """The surface at a path's end.

    - `low`: the lowest value that ways down from there, and from the path's start, lead to; -inf where the way has no end
    - `on`: "bottom", "maximum", "saddle" or "level", where the slope is 0; "slope" elsewhere
    - `value`: at the first point where the path has no finite loss, the value in double precision; NaN where the surface has none
    """

    low: float
    on: str
    value: float = np.nan


def end_point(problem: Problem, start: Any, points: np.ndarray, losses: np.ndarray) -> EndPoint:
    """The surface at a path's (n + 1, P) last point where its loss (n + 1,) is finite."""
    finite = np.isfinite(losses) & np.isfinite(points).all(axis=1)
    last = len(losses) - 1 if finite.all() else int(np.argmin(finite)) - 1
    extent = float(np.ptp(points[: last + 1], axis=0).max(initial=0.0))
    batch = problem.data.train if problem.data else None
    with jax.enable_x64(True):
        wide = jax.tree.map(lambda a: np.asarray(a, float), (start, problem, batch))
        ends = np.array([points[last], points[min(last + 1, len(points) - 1)], points[0]], float)
        survey = _survey(*wide, ends, max(extent, 0.1) * NEAR)
    here, slope, round_it, slopes, searches, value = jax.device_get(survey)
    below, first = (
        float(low)
        if low > -DEEP * (1 + abs(float(losses[0]))) and np.abs(end - points[last]).max() <= FAR * max(extent, 1.0)
        else -np.inf
        for end, low in searches
    )
    return EndPoint(min(below, first) if np.isfinite(first) else below, _kind(here, slope, round_it, slopes), float(value))


def _kind(here: np.ndarray, slope: np.ndarray, round_it: np.ndarray, slopes: np.ndarray) -> str:
    """What a point stands on, from its value and slope, and the values and slopes round it."""
    if not np.linalg.norm(slope) <= 0.2 * np.nanmax(np.linalg.norm(slopes, axis=1)):
        return "slope"
    rise = round_it - here
    tiny = TINY * (1 + abs(here))
    lower, higher = bool((rise < -tiny).any()), bool((rise > tiny).any())
    if lower and higher:
        return "saddle" if len(slope) > 1 else "level"
    return "maximum" if lower else "bottom" if higher else "level"


@compile_by_structure
def _survey(start: Any, problem: Problem, batch: Any, ends: Any, near: Any) -> Any:
    unflat = jax.flatten_util.ravel_pytree(start)[1]

    def loss(x: Any) -> Any:
        return problem.loss(unflat(x), (), batch, jax.random.key(0))[0]

    point, beyond, first = ends
    each = point + near * _round(point.size)
    down, value = jax.value_and_grad(loss), loss(beyond)
    searches = [_search(loss, point, near), _search(loss, first, near)]
    here, slope = down(point)
    values, slopes = jax.vmap(down)(each)
    return here, slope, values, slopes, searches, value


def _round(count: int) -> np.ndarray:
    """Directions: sixteen in a plane, else along the axes."""
    if count != 2:
        return np.concatenate([np.eye(count), -np.eye(count)])
    turns = np.arange(16) * np.pi / 8
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


def _search(loss: Any, point: Any, near: Any) -> Any:
    """The bottom below a point, and the value there."""
    end, low = _bottom(loss, point)
    for _ in range(AGAIN):
        end, low = _beside(loss, end, low, near)
    return end, low


def _beside(loss: Any, end: Any, low: Any, near: Any) -> Any:
    """A search taken up again where it is lower beside its end, as on a saddle and in the middle of x^3, which hold it up."""
    points = end + near * jnp.asarray(_round(end.size))
    values = jax.vmap(loss)(points)
    lowest = jnp.argmin(jnp.where(jnp.isnan(values), jnp.inf, values))
    lower = values[lowest] < low - TINY * (1 + jnp.abs(low))
    return jax.lax.cond(lower, lambda: _bottom(loss, points[lowest]), lambda: (end, low))


def _bottom(loss: Any, point: Any) -> Any:
    """Where damped Newton steps, down also where the surface bends down, lead from a point, and the value there.

    Dauphin et al., Identifying and attacking the saddle point problem (2014), with Levenberg's damping.
    """

    def step(state: Any) -> Any:
        count, x, value, slope, damping = state
        bend = jax.hessian(loss)(x)
        bends, axes = jnp.linalg.eigh(jnp.where(jnp.isfinite(bend).all(), bend, 0.0))
        trial = x - axes @ ((axes.T @ slope) / (jnp.abs(bends) + damping))
        there, anew = jax.value_and_grad(loss)(trial)
        better = there < value
        best = jnp.where(better, trial, x), jnp.where(better, there, value), jnp.where(better, anew, slope)
        return count + 1, *best, damping * jnp.where(better, 0.25, 8.0)

    def unfinished(state: Any) -> Any:
        count, _, value, slope, damping = state
        return (count < SEARCH) & (jnp.abs(slope).max() > 1e-12 * (1 + jnp.abs(value))) & (damping < STIFF)

    value, slope = jax.value_and_grad(loss)(point)
    return jax.lax.while_loop(unfinished, step, (0, point, value, slope, jnp.asarray(1e-2, point.dtype)))[1:3]
