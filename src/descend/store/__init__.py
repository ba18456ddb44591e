"""Races as tables and folders."""

from .claim import claim, default_folder, release
from .folder import read, write
from .race import Race

__all__ = ["Race", "claim", "default_folder", "read", "release", "write"]
