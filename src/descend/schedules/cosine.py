from typing import Any

from descend.core.hyper import Positive, Real

from .base import Schedule, schedule
from .shapes import half_cosine, progress


@schedule("cosine")
class Cosine(Schedule):
    """Half a cosine from one value down to another, then constant.

    **Value**

        f(t) = end_value + (init_value - end_value) * (1 + cos(pi * a)) / 2,  a = min(t / transition_steps, 1)

    **Hyperparameters**

    - init_value: any number; the value at step 0
    - transition_steps: (0, inf)
    - end_value: any number, default 0; the value from step transition_steps on

    **Boundaries**

    The step transition_steps is the first with end_value, as in optax, Keras and PyTorch's `CosineAnnealingLR`.

    **Reference**

    Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), equation 5, without restarts.
    """

    init_value: Real
    transition_steps: Positive
    end_value: Real = 0.0

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        return cls(**{"init_value": learning_rate, "transition_steps": steps, **given})

    def __call__(self, step: Any) -> Any:
        return half_cosine(self.init_value, self.end_value, progress(step, self.transition_steps))
