"""Fair comparisons: who wins, how sure that is, and with which learning rate."""

from .race import prepare, race, start

__all__ = ["prepare", "race", "start"]
