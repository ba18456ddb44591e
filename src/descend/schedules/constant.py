from typing import Any

from descend.core.hyper import Real
from descend.core.numeric.arrays import full_like

from .base import Schedule, schedule


@schedule("constant")
class Constant(Schedule):
    """The same value at every step.

    **Value**

        f(t) = value

    **Hyperparameters**

    - value: any number

    **Boundaries**

    None.

    **Reference**

    Robbins and Monro, A Stochastic Approximation Method (1951), whose steps must shrink for noise to average out: the
    schedule to compare others with.
    """

    value: Real

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        return cls(**{"value": learning_rate, **given})

    def __call__(self, step: Any) -> Any:
        return full_like(step * 1.0, self.value)
