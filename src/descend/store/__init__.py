"""Races as tables and folders."""

from .claim import claim, claim_new, release
from .folder import load, write
from .leaderboard import Interval, Leaderboard, Line
from .result import RaceResult
from .schema import check_version
from .tuning import Plateau, Setting, TuneResult

__all__ = [
    "Interval",
    "Leaderboard",
    "Line",
    "Plateau",
    "RaceResult",
    "Setting",
    "TuneResult",
    "check_version",
    "claim",
    "claim_new",
    "load",
    "release",
    "write",
]
