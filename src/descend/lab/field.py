"""What lies under the paths: a function of two numbers on a grid with its contour levels, or of one number as a curve."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.problems import Bivariate, Problem, Surface
from descend.report.figures.path_data import levels

from .programs import compiled
from .trace import parts

SIDE, FINE = 121, 481  # points of an axis in two dimensions, in one
Bounds = tuple[tuple[float, float], ...]


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
    """The field of a surface, or of the bivariate regression: its loss over the two weights, the bias following the second
    as gradient descent moves it, by half as much."""
    bounds, columns = view(problem)
    shape, numbers = parts(problem)
    axes = [np.linspace(low, high, side if len(bounds) == 2 else FINE, dtype=np.float32) for low, high in bounds]
    batch = problem.data.train if problem.data else None
    values = np.array(_values(shape, numbers, batch, axes))
    values[~np.isfinite(values)] = np.nan
    return Field(bounds, values, levels(values).astype(np.float32), columns)


def view(problem: Problem) -> tuple[Bounds, tuple[int, ...]]:
    """What part of a problem is drawn: the bounds, and which parameters its axes are."""
    if isinstance(problem, Bivariate):
        return ((-1.5, 5.0), (-3.0, 8.0)), (1, 2)  # parameters are the bias, then the two weights
    assert isinstance(problem, Surface)
    return problem.bounds, tuple(range(len(problem.bounds)))


@compiled
def _values(shape: Problem, numbers: Any, batch: Any, axes: list[Any]) -> Any:
    problem = shape.at(numbers)

    def value(*x: Any) -> Any:
        point = jnp.stack(x)
        params = {"w": point, "b": (point[1] - 0.1) / 2} if isinstance(problem, Bivariate) else point
        return problem.loss(params, (), batch, jax.random.key(0))[0]

    if len(axes) == 1:
        return jax.vmap(value)(axes[0])
    return jax.vmap(lambda y: jax.vmap(lambda x: value(x, y))(axes[0]))(axes[1])
