"""Learning rates as Keras takes them, and descend's schedules as Keras' own."""

from typing import Any

import keras

from descend.core.errors import BadValue
from descend.rules import Rule
from descend.schedules import Schedule

from . import backend, checks, config


@keras.saving.register_keras_serializable("descend")
class DescendSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of one of descend's schedules, given as such or as its config, at each of Keras' iterations."""

    def __init__(self, schedule: Schedule | dict[str, Any]):
        made = config.revive(schedule)
        if not isinstance(made, Schedule):
            raise BadValue(f"{schedule!r} is not a schedule of descend's; give one such as Cosine(1e-3, 1000)")
        self.schedule = made

    def __call__(self, step: Any) -> Any:
        """The learning rate, a tensor of Keras' floatx, at iteration `step` = 0, 1, ..."""
        value = self.schedule(backend.number(keras.ops.cast(step, keras.config.floatx())))
        return keras.ops.convert_to_tensor(backend.native(value), keras.config.floatx())

    def get_config(self) -> dict[str, Any]:
        """The schedule as plain values."""
        return {"schedule": config.plain(self.schedule, "learning_rate")}


def rate(rule: Rule, given: Any) -> Any:
    """The learning rate as Keras takes it; 1 where the rule has none."""
    if rule.rate is None:
        checks.no_rate(rule, given)
        return 1.0
    value = rule.rate if given is None else given
    if isinstance(value, Schedule):
        return DescendSchedule(value)
    return value if callable(value) else checks.learning_rate(rule, value)
