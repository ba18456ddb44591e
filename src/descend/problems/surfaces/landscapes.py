"""Surfaces with bent valleys and several minima."""

from typing import Any, ClassVar

import jax.numpy as jnp

from ..base import problem
from .base import Surface


@problem("rosenbrock")
class Rosenbrock(Surface):
    """A curved valley: easy to enter, slow to follow.

    **Function**

        f(x) = (1 - x1)^2 + 100 (x2 - x1^2)^2

    **Options**

    - start: two numbers, default (-1.2, 1), Rosenbrock's own

    **Reference**

    Rosenbrock, An automatic method for finding the greatest or least value of a function (1960); minimum 0 at (1, 1).
    """

    start: tuple[float, ...] = (-1.2, 1.0)
    view: ClassVar = ((-2.0, 2.0), (-1.0, 3.0))
    steps: ClassVar[int] = 2000

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (1.0, 1.0), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        return 1 - x[0], 10 * (x[1] - x[0] ** 2)

    def f(self, x: Any) -> Any:
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


@problem("beale")
class Beale(Surface):
    """A flat plain between steep walls, with its minimum in a narrow corner.

    **Function**

        f(x) = (1.5 - x1 (1 - x2))^2 + (2.25 - x1 (1 - x2^2))^2 + (2.625 - x1 (1 - x2^3))^2

    **Options**

    - start: two numbers, default (1, 1)

    **Reference**

    Beale, On an iterative method for finding a local minimum of a function of more than one variable (1958);
    minimum 0 at (3, 0.5).
    """

    start: tuple[float, ...] = (1.0, 1.0)
    view: ClassVar = ((-1.0, 4.5), (-1.5, 1.5))
    steps: ClassVar[int] = 500

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (3.0, 0.5), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        terms = ((1.5, 1), (2.25, 2), (2.625, 3))
        return tuple(constant - x[0] * (1 - x[1] ** power) for constant, power in terms)

    def f(self, x: Any) -> Any:
        return sum(root**2 for root in self.roots(x))


@problem("himmelblau")
class Himmelblau(Surface):
    """Four equal minima around one hill: where a rule ends depends on how it moves.

    **Function**

        f(x) = (x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2

    **Options**

    - start: two numbers, default (0, 0)

    **Reference**

    Himmelblau, Applied Nonlinear Programming (1972); minima 0 at (3, 2), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848).
    """

    start: tuple[float, ...] = (0.0, 0.0)
    view: ClassVar = ((-5.0, 5.0), (-5.0, 5.0))
    steps: ClassVar[int] = 200

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (3.0, 2.0), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        return x[0] ** 2 + x[1] - 11, x[0] + x[1] ** 2 - 7

    def f(self, x: Any) -> Any:
        return sum(root**2 for root in self.roots(x))


@problem("rastrigin")
class Rastrigin(Surface):
    """A bowl covered with regular dents: a local minimum near every pair of whole numbers.

    **Function**

        f(x) = 20 + x1^2 + x2^2 - 10 cos(2 pi x1) - 10 cos(2 pi x2)

    **Options**

    - start: two numbers, default (-2.2, 1.7)

    **Reference**

    Rastrigin, Systems of Extremal Control (1974); minimum 0 at (0, 0).
    """

    start: tuple[float, ...] = (-2.2, 1.7)
    view: ClassVar = ((-3.5, 3.5), (-3.5, 3.5))
    steps: ClassVar[int] = 200

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (0.0, 0.0), 0.0

    def f(self, x: Any) -> Any:
        return 20 + jnp.sum(x**2 - 10 * jnp.cos(2 * jnp.pi * x))
