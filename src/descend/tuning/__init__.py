"""Which optimizer, learning rate and schedule to train a model with, in a minute, with evidence."""

from .budget import Budget
from .schedule import SCHEDULES
from .tune import RULES, tune

__all__ = ["RULES", "SCHEDULES", "Budget", "tune"]
