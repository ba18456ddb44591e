"""Values that depend on the step; any hyperparameter may be one."""

from .around import around
from .base import SCHEDULES, Schedule, schedule
from .constant import Constant
from .cosine import Cosine
from .exponential import Exponential
from .inverse_time import InverseTime
from .linear import Linear
from .one_cycle import OneCycle
from .piecewise_constant import PiecewiseConstant
from .warmup import Warmup
from .warmup_stable_decay import WarmupStableDecay

__all__ = [
    "SCHEDULES",
    "Constant",
    "Cosine",
    "Exponential",
    "InverseTime",
    "Linear",
    "OneCycle",
    "PiecewiseConstant",
    "Schedule",
    "Warmup",
    "WarmupStableDecay",
    "around",
    "schedule",
]
