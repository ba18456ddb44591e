"""Surfaces of constant curvature, on which every rule can be worked out by hand."""

import math
from typing import Annotated, Any, ClassVar

import jax.numpy as jnp

from descend.core.hyper import Range

from ..base import problem
from .base import Bounds, Surface


@problem("parabola")
class Parabola(Surface):
    """A parabola in one number, by default x^2 from 1.

    **Function**

        f(x) = curvature / 2 * (x - center)^2

    **Options**

    - curvature: the second derivative, (0, inf), default 2; (w + 1)^2 is center=-1, and w^2 / 2 is curvature=1
    - center: where the minimum lies, default 0
    - start: one number, default 1

    **Reference**

    Gradient descent multiplies the distance to the center by 1 - learning_rate * curvature at every step: it oscillates
    beyond 1 / curvature and diverges beyond 2 / curvature (Goodfellow, Bengio, Courville, Deep Learning, 2016, section 4.3).
    """

    curvature: Annotated[float, Range(0.0, math.inf, open_low=True)] = 2.0
    center: float = 0.0
    start: tuple[float, ...] = (1.0,)
    view: ClassVar = ((-1.5, 1.5),)
    steps: ClassVar[int] = 20
    numbers: ClassVar[tuple[str, ...]] = ("curvature", "center")
    sliders: ClassVar = {"curvature": (0.1, 10.0, "log"), "center": (-2.0, 2.0, "linear")}

    @property
    def bounds(self) -> Bounds:
        reach = 1.5 * abs(self.start[0] - self.center) or 1.0
        return ((self.center - reach, self.center + reach),)

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (self.center,), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        return ((self.curvature / 2) ** 0.5 * (x[0] - self.center),)

    def f(self, x: Any) -> Any:
        return self.curvature / 2 * (x[0] - self.center) ** 2


@problem("bowl")
class Bowl(Surface):
    """A bowl that is 20 times steeper across than along.

    **Function**

        f(x) = 0.1 x1^2 + 2 x2^2

    **Options**

    - start: two numbers, default (-5, -2)

    **Reference**

    Gradient descent diverges beyond a learning rate of 2 / 4 = 0.5, the steepest curvature being 4
    (Goodfellow, Bengio, Courville, Deep Learning, 2016, section 4.3).
    """

    start: tuple[float, ...] = (-5.0, -2.0)
    view: ClassVar = ((-5.5, 3.0), (-3.0, 3.0))
    steps: ClassVar[int] = 50

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (0.0, 0.0), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        return 0.1**0.5 * x[0], 2**0.5 * x[1]

    def f(self, x: Any) -> Any:
        return 0.1 * x[0] ** 2 + 2 * x[1] ** 2


@problem("ravine")
class Ravine(Surface):
    """A long narrow valley at an angle to the axes, so no rule can treat its coordinates separately.

    **Function**

        u = x1 cos(angle) + x2 sin(angle),  v = x2 cos(angle) - x1 sin(angle)
        f(x) = (u^2 + condition * v^2) / 2

    **Options**

    - condition: how many times steeper across than along, [1, inf), default 100
    - angle: of the valley floor to the first axis, in degrees, default 30
    - start: two numbers, default (-4, -1)

    **Reference**

    Gradient descent needs steps in proportion to the condition number, momentum to its root
    (Nocedal and Wright, Numerical Optimization, 2006, section 3.3).
    """

    condition: Annotated[float, Range(1.0, math.inf)] = 100.0
    angle: float = 30.0
    start: tuple[float, ...] = (-4.0, -1.0)
    view: ClassVar = ((-5.0, 5.0), (-4.0, 4.0))
    steps: ClassVar[int] = 200
    numbers: ClassVar[tuple[str, ...]] = ("condition", "angle")
    sliders: ClassVar = {"condition": (1.0, 1000.0, "log"), "angle": (0.0, 90.0, "linear")}

    @property
    def optimum(self) -> tuple[tuple[float, ...], float]:
        return (0.0, 0.0), 0.0

    def roots(self, x: Any) -> tuple[Any, ...]:
        u, v = self._turned(x)
        return 0.5**0.5 * u, (self.condition / 2) ** 0.5 * v

    def f(self, x: Any) -> Any:
        u, v = self._turned(x)
        return (u**2 + self.condition * v**2) / 2

    def _turned(self, x: Any) -> tuple[Any, Any]:
        cos, sin = jnp.cos(jnp.radians(self.angle)), jnp.sin(jnp.radians(self.angle))
        return x[0] * cos + x[1] * sin, x[1] * cos - x[0] * sin


@problem("saddle")
class Saddle(Surface):
    """A saddle, entered almost along its ridge: the gradient nearly vanishes before the way down opens.

    **Function**

        f(x) = x1^2 - x2^2

    It has no minimum: a rule that escapes goes down for as long as it runs.

    **Options**

    - start: two numbers, default (-1.5, 0.001), slightly off the ridge x2 = 0, on which the gradient never leaves it

    **Reference**

    Dauphin et al., Identifying and attacking the saddle point problem in high-dimensional non-convex optimization (2014).
    """

    start: tuple[float, ...] = (-1.5, 0.001)
    view: ClassVar = ((-2.0, 2.0), (-2.0, 2.0))
    steps: ClassVar[int] = 60

    def f(self, x: Any) -> Any:
        return x[0] ** 2 - x[1] ** 2
