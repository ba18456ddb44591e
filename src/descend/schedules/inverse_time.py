from typing import Any

from descend.core.hyper import NonNegative, Positive, Real, option
from descend.core.numeric.arrays import floor

from .base import Schedule, schedule


@schedule("inverse_time")
class InverseTime(Schedule):
    """Inverse-time decay: divided by a number that grows linearly with the steps, smoothly or in steps.

    **Value**

        f(t) = init_value / (1 + decay_rate * t / transition_steps)
        staircase: floor(t / transition_steps) in the place of t / transition_steps

    With transition_steps = 1, decay_rate is the `decay` that Keras' optimizers once had, counted in updates.

    **Hyperparameters**

    - init_value: any number; the value at step 0
    - decay_rate: [0, inf)
    - transition_steps: (0, inf), default 1
    - staircase: False or True

    **Boundaries**

    In stairs the value changes at the steps transition_steps, 2 transition_steps, ...: these steps have the new value
    already, as in Keras.

    **Reference**

    Bottou, Stochastic Gradient Descent Tricks (2012), section 5.2; Keras `InverseTimeDecay`.
    """

    init_value: Real
    decay_rate: NonNegative
    transition_steps: Positive = 1.0
    staircase: bool = option(False)

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        rate = 99 * given.get("transition_steps", 1.0) / steps  # so that 1% is left at the end
        return cls(**{"init_value": learning_rate, "decay_rate": rate, **given})

    def __call__(self, step: Any) -> Any:
        passed = step / self.transition_steps
        return self.init_value / (1 + self.decay_rate * (floor(passed) if self.staircase else passed))
