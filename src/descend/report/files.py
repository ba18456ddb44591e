"""A race saved for people: its tables, its pictures and its report."""

from pathlib import Path

from descend.core.calls import checked
from descend.core.errors import BadValue, short
from descend.store import RaceResult, atomic
from descend.store.folder import contents, write_files

from . import pictures
from .html import page


@checked
def save(race: RaceResult, folder: str | Path) -> Path:
    """Write the race's tables, pictures (curves.png and so on) and report.html; return the folder.

    The folder is made where missing, and a race that is there is replaced. All files are written or, where any fails,
    none. Raises StoreError, and BadValue for what is no race or no folder.
    """
    if not isinstance(race, RaceResult) or not isinstance(folder, str | Path) or not str(folder).strip():
        what, value, must = (
            ("folder", folder, "the name of a folder") if isinstance(race, RaceResult) else ("race", race, "a finished race")
        )
        raise BadValue(f"{what} is {short(value)}, must be {must}")
    drawn = {name: pictures.png(race, name) for name in pictures.names(race)}
    files = {f"{name}.png": _bytes(content) for name, content in drawn.items()}
    files["report.html"] = _bytes(page(race, drawn).encode())
    return write_files(Path(folder), files | contents(race))


def _bytes(content: bytes) -> atomic.Writer:
    return lambda file: file.write(content)
