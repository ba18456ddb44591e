"""A race saved for people: its tables, its pictures and its report."""

import importlib
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from descend.core.calls import check_calls
from descend.core.errors import BadValue, StoreError, short
from descend.store import RaceResult, TuneResult, atomic
from descend.store.folder import contents, write_files

PICTURES = ("curves", "risk", "rates", "sensitivity", "boundaries", "confusion", "health", "paths", "functions")
REPORT = "report.html"


@check_calls
def save(race: RaceResult | TuneResult, folder: str | Path, say: Callable[[str], object] = warnings.warn) -> Path:
    """Write the race's tables, then its pictures (curves.png and so on) and report.html; return the folder.

    The folder is made where missing, and a race that is there is replaced. The tables are written whole or, where any fails, none
    of them; so are the pictures with the report. What cannot be drawn is left out, and `say` is told what and why: it warns,
    unless told otherwise. Of what `descend.tune` gives it is the race, which has the tuning in its summary. Raises StoreError, and
    BadValue for what is no race or no folder, and for a tuning that was stopped before its race.
    """
    if isinstance(race, TuneResult):
        if race.race is None:
            raise BadValue("this tuning was stopped before its race, so that there is nothing to save: tune again")
        race = race.race
    if not isinstance(race, RaceResult) or not isinstance(folder, str | Path) or not str(folder).strip():
        what, value, must = (
            ("folder", folder, "the name of a folder") if isinstance(race, RaceResult) else ("race", race, "a finished race")
        )
        raise BadValue(f"{what} is {short(value)}, must be {must}")
    old = [REPORT, *(f"{name}.png" for name in PICTURES)]
    saved = write_files(Path(folder), contents(race), old)
    files, missing = _draw(race)
    try:
        atomic.write(saved, {name: _bytes(content) for name, content in files.items()})
    except StoreError as error:
        missing.append(f"{error}; the tables are there")
    for sentence in missing:
        say(sentence)
    return saved


def _draw(race: RaceResult) -> tuple[dict[str, bytes], list[str]]:
    """The pictures and the report by file name, as far as they can be made, and what of them could not."""
    try:
        drawn, missing = _module("registry").draw_all(race)
    except Exception as error:  # matplotlib cannot even be loaded
        drawn, missing = {}, [f"no picture could be drawn ({_why(error)})"]
    files = {f"{name}.png": content for name, content in drawn.items()}
    try:
        files[REPORT] = _module("pages.html").html(race, drawn, missing).encode()
    except Exception as error:
        missing.append(f"{REPORT} could not be made ({_why(error)})")
    return files, missing


def _module(name: str) -> Any:
    """A module of this part, loaded when the tables are safe: it may fail where matplotlib does."""
    return importlib.import_module(f".{name}", __package__)


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {short(error, str, 150)}"


def _bytes(content: bytes) -> atomic.Writer:
    return lambda file: file.write(content)
