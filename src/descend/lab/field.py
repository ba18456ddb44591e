"""What lies under the paths: a function of two numbers on a grid with its contour levels, or of one number as a curve."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue
from descend.problems import Problem
from descend.problems.base import Bounds
from descend.report.figures.path_data import levels

from .programs import compile_by_structure
from .state import as_leaves

SIDE, FINE = 121, 481  # points of an axis in two dimensions, in one


@dataclass(frozen=True)
class Field:
    """A function over `bounds`, a (low, high) for each of its 1 or 2 axes.

    - `values` (n, n), x2 along the rows, or (n,): NaN where the function has no finite value
    - `levels`: rising contour levels
    - `columns`: which of the parameters the axes are
    """

    bounds: Bounds
    values: np.ndarray
    levels: np.ndarray
    columns: tuple[int, ...]


def field(problem: Problem, side: int = SIDE) -> Field:
    """The loss of a problem over the plane that it says is worth drawing."""
    bounds, columns = view(problem)
    axes = [np.linspace(low, high, side if len(bounds) == 2 else FINE, dtype=np.float32) for low, high in bounds]
    batch = problem.data.train if problem.data else None
    values = np.array(_values(as_leaves(problem), batch, axes))
    values[~np.isfinite(values)] = np.nan
    return Field(bounds, values, levels(values).astype(np.float32), columns)


def view(problem: Problem) -> tuple[Bounds, tuple[int, ...]]:
    """What part of a problem is drawn: the bounds, and which parameters its axes are."""
    plane = problem.plane()
    if plane is None:
        raise BadValue(f"{problem.name} has no plane to draw: give its class the methods plane and on_plane")
    return plane


@compile_by_structure
def _values(problem: Problem, batch: Any, axes: list[Any]) -> Any:
    def value(*x: Any) -> Any:
        return problem.loss(problem.on_plane(jnp.stack(x)), (), batch, jax.random.key(0))[0]

    if len(axes) == 1:
        return jax.vmap(value)(axes[0])
    return jax.vmap(lambda y: jax.vmap(lambda x: value(x, y))(axes[0]))(axes[1])
