from typing import Any

from descend.core.hyper import NonNegative, Positive, Real, option
from descend.core.numeric.arrays import floor

from .base import Schedule, schedule


@schedule("exponential")
class Exponential(Schedule):
    """Exponential decay: multiplied by decay_rate every transition_steps steps, smoothly or in steps.

    **Value**

        f(t) = init_value * decay_rate^(t / transition_steps)
        staircase: the exponent is floor(t / transition_steps)

    **Hyperparameters**

    - init_value: any number; the value at step 0
    - decay_rate: [0, inf)
    - transition_steps: (0, inf), default 1
    - staircase: False or True

    **Boundaries**

    In stairs the value changes at the steps transition_steps, 2 transition_steps, ...: these steps have the new value
    already, as in Keras, optax and PyTorch's `StepLR`.

    **Reference**

    Goodfellow, Bengio, Courville, Deep Learning (2016), section 8.3; Keras `ExponentialDecay`.
    """

    init_value: Real
    decay_rate: NonNegative
    transition_steps: Positive = 1.0
    staircase: bool = option(False)

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        rate = 0.01 ** (given.get("transition_steps", 1.0) / steps)  # so that 1% is left at the end
        return cls(**{"init_value": learning_rate, "decay_rate": rate, **given})

    def __call__(self, step: Any) -> Any:
        exponent = step / self.transition_steps
        return self.init_value * self.decay_rate ** (floor(exponent) if self.staircase else exponent)
