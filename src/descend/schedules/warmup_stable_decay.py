from typing import Any

from descend.core.hyper import NonNegative, Positive, Real
from descend.core.numeric.arrays import where

from .base import Schedule, schedule
from .shapes import line, progress


@schedule("warmup_stable_decay")
class WarmupStableDecay(Schedule):
    """A linear ramp to a peak, a plateau, and a linear decay.

    **Value**

        with W = warmup_steps, T = W + stable_steps:
        f(t) = (1 - a) * init_value + a * peak_value,  a = t / W,  for t < W
        f(t) = peak_value  from W to T
        f(t) = (1 - a) * peak_value + a * end_value,  a = min((t - T) / decay_steps, 1)  from T on

    **Hyperparameters**

    - peak_value: any number; the value on the plateau
    - warmup_steps: (0, inf)
    - stable_steps: [0, inf)
    - decay_steps: (0, inf)
    - init_value: any number, default 0; the value at step 0
    - end_value: any number, default 0; the value from step warmup_steps + stable_steps + decay_steps on

    **Boundaries**

    Steps warmup_steps to warmup_steps + stable_steps, both included, have peak_value.

    **Reference**

    Hu et al., MiniCPM: Unveiling the Potential of Small Language Models with Scalable Training Strategies (2024), section
    4, with a line as the decay.
    """

    peak_value: Real
    warmup_steps: Positive
    stable_steps: NonNegative
    decay_steps: Positive
    init_value: Real = 0.0
    end_value: Real = 0.0

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        """A tenth of the steps up, a fifth down, the rest on the plateau."""
        rise, fall = given.get("warmup_steps", 0.1 * steps), given.get("decay_steps", 0.2 * steps)
        lengths = {"warmup_steps": rise, "stable_steps": max(steps - rise - fall, 0.0), "decay_steps": fall}
        return cls(**{"peak_value": learning_rate, **lengths, **given})

    def __call__(self, step: Any) -> Any:
        rise = line(self.init_value, self.peak_value, progress(step, self.warmup_steps))
        plateau_end = self.warmup_steps + self.stable_steps
        fall = line(self.peak_value, self.end_value, progress(step - plateau_end, self.decay_steps))
        return where(step < self.warmup_steps, rise, fall)
