"""The folder of the user's in which descend keeps what takes long to make or to fetch."""

import tempfile
from pathlib import Path

import platformdirs


def folder() -> Path | None:
    """The folder, which need not be there yet; None where the user has no home folder, as in many containers."""
    try:
        found = Path(platformdirs.user_cache_dir("descend"))
    except (RuntimeError, KeyError, OSError):
        return None
    return found if found.is_absolute() else None  # without a home "~" stays as it is


def writable(part: str) -> Path | None:
    """A part of the folder, made where missing; None where nothing can be kept in it."""
    home = folder()
    if home is None:
        return None
    try:
        (home / part).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home / part):
            return home / part
    except OSError:
        return None
