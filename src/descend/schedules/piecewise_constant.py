from typing import Any

import numpy as np

from descend.core.errors import BadValue, must_be, short
from descend.core.hyper import Positive, Real
from descend.core.language.messages import Message
from descend.core.numeric.arrays import full_like, where

from .base import Schedule, schedule


@schedule("piecewise_constant")
class PiecewiseConstant(Schedule):
    """A value held until a given step, then the next one.

    **Value**

        f(t) = values[number of boundaries <= t]

    **Hyperparameters**

    - boundaries: a tuple of steps in increasing order, each (0, inf)
    - values: a tuple of numbers, one more than there are boundaries

    BadValue is raised where the lengths or the order do not fit.

    **Boundaries**

    The step boundaries[i] has values[i + 1] already, as in optax and PyTorch's `MultiStepLR`. Keras'
    `PiecewiseConstantDecay` changes one step later: its boundaries plus 1 are these.

    **Reference**

    He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition (2016), section 4.2.
    """

    boundaries: Positive
    values: Real

    def validate(self) -> None:
        for name, value in vars(self).items():
            if not hasattr(value, "__len__"):
                raise must_be(f"{self.name}: {name}", short(value), Message("tuple-of-numbers", "a tuple of numbers"))
        steps, values = len(self.boundaries), len(self.values)
        if values != steps + 1:
            raise BadValue(
                f"{self.name}: boundaries has {steps} numbers and values {values}: values must have one more than boundaries"
            )
        if all(isinstance(b, int | float | np.generic) for b in self.boundaries) and np.any(np.diff(self.boundaries) <= 0):
            raise BadValue(f"{self.name}: boundaries is {self.boundaries}, must be in increasing order")

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        boundaries = given.get("boundaries", (0.5 * steps, 0.75 * steps))
        values = tuple(learning_rate / 10**i for i in range(np.size(boundaries) + 1))
        return cls(**{"boundaries": boundaries, "values": values, **given})

    def __call__(self, step: Any) -> Any:
        value = full_like(step * 1.0, self.values[0])
        for boundary, later in zip(self.boundaries, self.values[1:], strict=True):
            value = where(step >= boundary, later, value)
        return value
