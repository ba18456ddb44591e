from typing import Any

from descend.core.errors import must_be, short
from descend.core.hyper import Positive, Real, is_schedule
from descend.core.language.messages import Message
from descend.core.numeric.arrays import clip, where

from .base import SCHEDULES, Schedule, schedule
from .shapes import line, progress


@schedule("warmup")
class Warmup(Schedule):
    """A linear ramp to the initial value of another schedule, then that schedule, counted from 0.

    **Value**

        f(t) = (1 - a) * init_value + a * then(0),  a = t / transition_steps,  for t < transition_steps
        f(t) = then(t - transition_steps)  from there on

    **Hyperparameters**

    - then: a schedule
    - transition_steps: (0, inf)
    - init_value: any number, default 0; the value at step 0

    BadValue is raised where `then` is not a schedule.

    **Boundaries**

    The step transition_steps has the value of `then` at its step 0, as where optax joins schedules. With init_value 0
    the first update moves nothing.

    **Reference**

    Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour (2017), section 2.2.
    """

    then: Any
    transition_steps: Positive
    init_value: Real = 0.0

    def validate(self) -> None:
        if not is_schedule(self.then):
            raise must_be(f"{self.name}: then", short(self.then), Message("a-schedule", "a schedule, such as Constant(0.1)"))

    @classmethod
    def around(cls, learning_rate: Any, steps: int | float, **given: Any) -> Schedule:
        """A tenth of the steps; `then` may also be a schedule's name, for that schedule around the rest."""
        length = given.setdefault("transition_steps", 0.1 * steps)
        then = given.pop("then", "constant")
        if isinstance(then, str):
            then = SCHEDULES[then].around(learning_rate, max(steps - length, 1))
        return cls(**{"then": then, **given})

    def __call__(self, step: Any) -> Any:
        rise = line(self.init_value, self.then(step * 0), progress(step, self.transition_steps))
        return where(step < self.transition_steps, rise, self.then(clip(step * 1.0 - self.transition_steps, 0.0, None)))
