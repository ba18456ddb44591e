"""A finished race on its way to its folder, or to another one where that cannot be written."""

import contextlib
import sys
import tempfile
from pathlib import Path
from typing import Any

from descend.core.errors import BadInput, StoreError

from .streams import tell


def save(race: Any, folder: Path) -> tuple[Path | None, StoreError | None]:
    """The folder that the race is in, and what kept it from the one that was asked for.

    A person at a terminal is asked for another folder; elsewhere the race goes to a folder of its own among the temporary ones.
    """
    try:
        return _write(race, folder), None
    except StoreError as error:
        at_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()
        other = _ask_for_folder(race, folder, error) if at_terminal else _temporary(race)
        if other is None or at_terminal:
            return other, None if other else error
        return other, StoreError(f"{error}; saved this race in {other} instead: move it from there")


def _write(race: Any, folder: Path) -> Path:
    from descend import report

    return report.save(race, folder, tell)


def _ask_for_folder(race: Any, folder: Path, error: StoreError) -> Path | None:
    """Ask until the race is written; None where the person has no other folder."""
    while True:
        tell(f"{error}; or name another folder here (Enter: try {folder} again; Ctrl-D: discard this race)")
        answer = sys.stdin.readline()
        if not answer:
            return None
        try:
            return _write_claimed(race, Path(answer.strip())) if answer.strip() else _write(race, folder)
        except (StoreError, BadInput) as again:
            error = StoreError(str(again))


def _write_claimed(race: Any, folder: Path) -> Path:
    from descend.store import claim, release

    claim(folder)
    try:
        return _write(race, folder)
    finally:
        release(folder)


def _temporary(race: Any) -> Path | None:
    folder = None
    with contextlib.suppress(OSError):  # a StoreError is one
        folder = Path(tempfile.mkdtemp(prefix="descend-race-"))
        return _write(race, folder)
    if folder:
        with contextlib.suppress(OSError):
            folder.rmdir()
    return None
