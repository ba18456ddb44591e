"""A schedule from its name, a learning rate and a number of steps: what the command line offers."""

import dataclasses
from typing import Any

from descend.core.errors import BadValue, UnknownName
from descend.core.hyper import check_field, ranges
from descend.core.language.messages import Message

from .base import SCHEDULES, Schedule


def around(name: str, learning_rate: Any, steps: int | float, **settings: Any) -> Schedule:
    """The schedule `name` with learning_rate as its constant, starting or peak value, spread over `steps` steps.

    Unless `settings` (its fields) say otherwise: exponential, linear and inverse_time end at 1 %, piecewise_constant drops to
    10 % at half and to 1 % at three quarters, cosine ends at 0, one_cycle peaks at 30 %, warmup rises over the first tenth
    and warmup_stable_decay also falls over the last fifth. In warmup, `then` may be the name of a schedule.

    learning_rate may be traced or an array (one a lane). Raises UnknownName for a schedule or setting that does not exist,
    BadValue for a setting outside its range or for steps below 1.
    """
    cls = SCHEDULES[name]
    if steps < 1:
        raise BadValue(f"{name}: steps is {steps}, must be 1 or more")
    fields = [field.name for field in dataclasses.fields(cls)]
    for setting, value in settings.items():
        if setting not in fields:
            raise UnknownName(Message("kind-schedule-setting", "{schedule} setting", schedule=name), setting, fields)
        if setting in ranges(cls):
            check_field(cls, setting, value)
    return cls.around(learning_rate, steps, **settings)
