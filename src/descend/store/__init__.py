"""Races as tables and folders."""

from .claim import claim, claim_new, release
from .folder import read, write
from .race import Race

__all__ = ["Race", "claim", "claim_new", "read", "release", "write"]
