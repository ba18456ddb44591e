"""The folder of a race to come: named, checked before hours are spent, kept from other races, given back at the end."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from filelock import FileLock, Timeout

from descend.core.errors import BadInput
from descend.core.system import leftovers

from .atomic import PARTS, failure
from .folder import FILES

RACES = Path("races")
MARK = ".race-under-way"  # the file whose lock says that a folder is claimed; the system frees it when the process ends


class Claim(NamedTuple):
    """What this process holds of a folder: the lock, and the folders that had to be made for it, outermost first."""

    lock: FileLock
    folders: list[Path]


_CLAIMS: dict[Path, Claim] = {}
_LOCK = RLock()  # or of two claims at once each makes a part of the path, and the one that lost leaves its part behind


class FolderTaken(BadInput):
    """The folder holds a race, or one that is under way will write to it."""


def claim(folder: str | Path) -> Path:
    """Make `folder` ready for a race: create it, check that it can be written to, and keep other races out until `release`.

    Raises FolderTaken where it holds a race or another has claimed it, BadInput where it is a file, and StoreError where it
    cannot be made or written to; then nothing is left behind (but an empty folder where two processes made it together).
    What a race that was killed has left there, or in its own folder beside, is cleared.
    """
    with _LOCK:
        return _claim(Path(folder))


def _claim(folder: Path) -> Path:
    folders: list[Path] = []
    try:
        _refuse_files(folder)
        abandoned = (folder / MARK).exists()  # by a race that was killed, if its lock is free
        if not abandoned:
            _refuse_race(folder)
        folders = _make(folder)
        lock = _lock(folder)
    except (OSError, ValueError) as error:  # the latter of names that no system takes
        _remove(folders)
        raise error if isinstance(error, BadInput) else failure(folder, error) from error
    _CLAIMS[folder.absolute()] = Claim(lock, folders)
    try:
        _clear(folder, abandoned)
        _refuse_race(folder)  # one that was finished before the lock
    except FolderTaken:
        release(folder)
        raise
    return folder


def claim_new(problem_title: str) -> Path:
    """Claim a folder of its own for a race: races/<problem>-<YYYYmmdd-HHMMSS>, with a number where that is taken.

    The name is safe on every file system. Raises as `claim` does, but for FolderTaken.
    """
    _clear_abandoned(RACES)
    for folder in _names(problem_title):
        if not folder.exists():
            with suppress(FolderTaken):  # by a race that began in the same second
                return claim(folder)
    raise AssertionError("names do not run out")


def release(folder: str | Path) -> None:
    """Let other races into a claimed folder, and remove those folders that its claim made and that are empty."""
    folder = Path(folder)
    claimed = _CLAIMS.pop(folder.absolute(), None)
    if claimed is None:
        return
    with suppress(OSError):
        (folder / MARK).unlink(missing_ok=True)  # while it is locked, so that nobody locks a file without a name
    claimed.lock.release()
    _remove(claimed.folders)


def _clear_abandoned(races: Path) -> None:
    """Remove the folders of races that were killed before they had written anything."""
    for mark in races.glob(f"*/{MARK}"):
        with suppress(OSError, BadInput), _LOCK:
            release(_claim(mark.parent))
            mark.parent.rmdir()


def _names(problem_title: str) -> Iterator[Path]:
    name = re.sub(r"[^\w.]+", "-", problem_title).strip("-._")[:48].rstrip("-._") or "race"
    stem = f"{name}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return (RACES / (stem if n == 1 else f"{stem}-{n}") for n in count(1))


def _refuse_files(folder: Path) -> None:
    for part in (folder, *folder.parents):
        if part.exists() and not part.is_dir():
            raise BadInput(f"{part} is a file, not a folder; choose another folder")


def _refuse_race(folder: Path) -> None:
    if any((folder / name).exists() for name in FILES):
        raise FolderTaken(f"{folder} already holds a race; choose another folder or delete it")


def _make(folder: Path) -> list[Path]:
    """Make the folder and those above it; the ones that were not there. Where it fails, none is left."""
    folders: list[Path] = []
    try:
        for part in reversed([folder, *folder.parents]):
            with suppress(FileExistsError):  # by another race, just now
                if not part.is_dir():
                    part.mkdir()
                    folders.append(part)
    except OSError:
        _remove(folders)
        raise
    return folders


def _lock(folder: Path) -> FileLock:
    """The lock of the folder's mark, which one claim alone can have; its file also shows that the folder can be written to."""
    mark = folder / MARK
    lock = FileLock(mark, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise FolderTaken(f"a race under way will be written to {folder}; choose another folder, or wait for its end") from None
    try:
        with mark.open("r+b") as file:
            file.write(b"a race is under way and will be written here\n")
    except OSError:
        with suppress(OSError):
            mark.unlink()
        lock.release()
        raise
    return lock


def _clear(folder: Path, abandoned: bool) -> None:
    """Remove what was left by a race that was killed while it held this folder: half-written files, and half of a race."""
    leftovers.clear(folder, PARTS, older=0)
    if abandoned and not (folder / FILES[-1]).exists():  # the last that is written
        for name in FILES:
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)


def _remove(made: list[Path]) -> None:
    for part in reversed(made):
        try:
            part.rmdir()
        except OSError:  # not empty: something of worth is in it
            return
