"""The folder of a race to come: named, checked before hours are spent, given back where the race fails."""

import re
import tempfile
from datetime import datetime
from itertools import count
from pathlib import Path

from descend.core.errors import BadInput

from .atomic import failure
from .folder import FILES

_MADE: dict[Path, list[Path]] = {}  # the folders that each claim had to make, outermost first


def claim(folder: str | Path) -> Path:
    """Make `folder` ready for a race: create it, and check that it can be written to.

    Raises BadInput where it holds a race or is a file, and StoreError where it cannot be made or written to; then
    nothing is left behind.
    """
    folder = Path(folder)
    made: list[Path] = []
    try:
        _refuse(folder)
        for part in reversed([folder, *folder.parents]):
            if not part.is_dir():
                part.mkdir()
                made.append(part)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"descend")
            file.flush()
    except OSError as error:
        _remove(made)
        raise failure(folder, error) from error
    _MADE[folder.absolute()] = made
    return folder


def release(folder: str | Path) -> None:
    """Remove the folders that `claim(folder)` made, as far as they are empty: the race failed and wrote nothing."""
    _remove(_MADE.pop(Path(folder).absolute(), []))


def default_folder(problem_title: str) -> Path:
    """races/<problem>-<YYYYmmdd-HHMMSS>: a folder that does not exist yet, with a name safe on every file system."""
    name = re.sub(r"[^\w.]+", "-", problem_title).strip("-._")[:48].rstrip("-._") or "race"
    stem = f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    tries = (Path("races") / (stem if n == 1 else f"{stem}-{n}") for n in count(1))
    return next(path for path in tries if not path.exists())


def _refuse(folder: Path) -> None:
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise BadInput(f"{part} is a file, not a folder; choose another --out")
    if any((folder / name).exists() for name in FILES):
        raise BadInput(f"{folder} already holds a race; choose another --out or delete it")


def _remove(made: list[Path]) -> None:
    for part in reversed(made):
        try:
            part.rmdir()
        except OSError:  # not empty: something of worth is in it
            return
