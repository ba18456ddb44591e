from typing import Any

from descend.core.hyper import Positive, Real

from .base import Schedule, schedule
from .shapes import line, progress


@schedule("linear")
class Linear(Schedule):
    """A straight line from one value to another, then constant.

    **Value**

        f(t) = (1 - a) * init_value + a * end_value,  a = min(t / transition_steps, 1)

    **Hyperparameters**

    - init_value: any number; the value at step 0
    - end_value: any number; the value from step transition_steps on
    - transition_steps: (0, inf)

    **Boundaries**

    The step transition_steps is the first with end_value, as in optax and PyTorch's `LinearLR`.

    **Reference**

    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 8.14.
    """

    init_value: Real
    end_value: Real
    transition_steps: Positive

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        return cls(**{"init_value": learning_rate, "end_value": 0.01 * learning_rate, "transition_steps": steps, **given})

    def __call__(self, step: Any) -> Any:
        return line(self.init_value, self.end_value, progress(step, self.transition_steps))
