"""The folder of a race to come: named, checked before hours are spent, kept from other races, given back at the end."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import RLock

from descend.core.errors import BadInput

from .atomic import failure
from .folder import FILES

MARK = ".race-under-way"  # the file that says a folder is claimed

_MADE: dict[Path, list[Path]] = {}  # the folders that each claim had to make, outermost first
_LOCK = RLock()  # or of two claims at once each makes a part of the path, and the one that lost leaves its part behind


class Taken(BadInput):
    """The folder holds a race, or one that is under way will write to it."""


def claim(folder: str | Path) -> Path:
    """Make `folder` ready for a race: create it, check that it can be written to, and keep other races out until `release`.

    Raises Taken where it holds a race or another has claimed it, BadInput where it is a file, and StoreError where it
    cannot be made or written to; then nothing is left behind (but an empty folder where two processes made it together).
    """
    with _LOCK:
        return _claim(Path(folder))


def _claim(folder: Path) -> Path:
    made: list[Path] = []
    try:
        _refuse_files(folder)
        _refuse_race(folder)
        made = _make(folder)
        _mark(folder)
    except OSError as error:
        _remove(made)
        raise failure(folder, error) from error
    _MADE[folder.absolute()] = made
    try:
        _refuse_race(folder)  # one that was finished between the first look and the mark
    except Taken:
        release(folder)
        raise
    return folder


def claim_new(problem_title: str) -> Path:
    """Claim a folder of its own for a race: races/<problem>-<YYYYmmdd-HHMMSS>, with a number where that is taken.

    The name is safe on every file system. Raises as `claim` does, but for Taken.
    """
    for folder in _names(problem_title):
        if not folder.exists():
            with suppress(Taken):  # by a race that began in the same second
                return claim(folder)
    raise AssertionError("names do not run out")


def release(folder: str | Path) -> None:
    """Let other races into a claimed folder, and remove those folders that its claim made and that are empty."""
    folder = Path(folder)
    made = _MADE.pop(folder.absolute(), None)
    if made is None:
        return
    with suppress(OSError):
        (folder / MARK).unlink(missing_ok=True)
    _remove(made)


def _names(problem_title: str) -> Iterator[Path]:
    name = re.sub(r"[^\w.]+", "-", problem_title).strip("-._")[:48].rstrip("-._") or "race"
    stem = f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return (Path("races") / (stem if n == 1 else f"{stem}-{n}") for n in count(1))


def _refuse_files(folder: Path) -> None:
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise BadInput(f"{part} is a file, not a folder; choose another --out")


def _refuse_race(folder: Path) -> None:
    if any((folder / name).exists() for name in FILES):
        raise Taken(f"{folder} already holds a race; choose another --out or delete it")


def _make(folder: Path) -> list[Path]:
    """Make the folder and those above it; the ones that were not there. Where it fails, none is left."""
    made: list[Path] = []
    try:
        for part in reversed([folder, *folder.parents]):
            with suppress(FileExistsError):  # by another race, just now
                if not part.is_dir():
                    part.mkdir()
                    made.append(part)
    except OSError:
        _remove(made)
        raise
    return made


def _mark(folder: Path) -> None:
    """Leave the mark, which one process alone can make; it also shows that the folder can be written to."""
    mark = folder / MARK
    try:
        with mark.open("xb") as file:
            try:
                file.write(b"a race is under way and will be written here\n")
                file.flush()
            except OSError:
                mark.unlink()
                raise
    except FileExistsError:
        raise Taken(f"a race under way will be written to {folder}; choose another --out, or delete {mark} if none is") from None


def _remove(made: list[Path]) -> None:
    for part in reversed(made):
        try:
            part.rmdir()
        except OSError:  # not empty: something of worth is in it
            return
