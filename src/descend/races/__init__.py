"""Fair comparisons: who wins, how sure that is, and with which learning rate."""

from .plan import Plan, prepare
from .race import race, start
from .specs.spec import RaceSpec

__all__ = ["Plan", "RaceSpec", "prepare", "race", "start"]
