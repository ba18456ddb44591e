from typing import Any

from descend.core.hyper import Inside, Positive, Real
from descend.core.numeric.arrays import where

from .base import Schedule, schedule
from .shapes import half_cosine, progress


@schedule("one_cycle")
class OneCycle(Schedule):
    """Up to a peak and down to almost 0, each along half a cosine.

    **Value**

        with T = transition_steps, p = pct_start, start = peak_value / div_factor, end = start / final_div_factor
        and h(x, y, a) = y + (x - y) * (1 + cos(pi * a)) / 2:
        f(t) = h(start, peak_value, t / (p * T))  for t < p * T
        f(t) = h(peak_value, end, (t - p * T) / (T - p * T))  from there to T, then end

    **Hyperparameters**

    - peak_value: any number; the value at step pct_start * transition_steps
    - transition_steps: (0, inf)
    - pct_start: (0, 1), default 0.3 (PyTorch, optax): the rise's share of the steps
    - div_factor: (0, inf), default 25 (PyTorch, optax)
    - final_div_factor: (0, inf), default 10000 (PyTorch, optax)

    **Boundaries**

    The step transition_steps is the first with the end value, as in optax. PyTorch's `OneCycleLR` of n steps has its peak
    and its end one step earlier: it is transition_steps = n - 1 with pct_start = (n * its pct_start - 1) / (n - 1).

    **Reference**

    Smith and Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates (2018),
    with cosines in the place of lines and without a third phase.
    """

    peak_value: Real
    transition_steps: Positive
    pct_start: Inside = 0.3
    div_factor: Positive = 25.0
    final_div_factor: Positive = 1e4

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        return cls(**{"peak_value": learning_rate, "transition_steps": steps, **given})

    def __call__(self, step: Any) -> Any:
        start = self.peak_value / self.div_factor
        top = self.pct_start * self.transition_steps
        rise = half_cosine(start, self.peak_value, progress(step, top))
        fall = half_cosine(self.peak_value, start / self.final_div_factor, progress(step - top, self.transition_steps - top))
        return where(step < top, rise, fall)
