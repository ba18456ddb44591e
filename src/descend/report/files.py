"""A race saved for people: its tables, its pictures and its report."""

from pathlib import Path

from descend.store import Race, atomic
from descend.store.folder import contents, write_files

from . import pictures
from .html import page


def save(race: Race, folder: str | Path) -> Path:
    """Write the race's tables, pictures (curves.png and so on) and report.html; return the folder.

    The folder is made where missing, and a race that is there is replaced. All files are written or, where any fails,
    none. Raises StoreError.
    """
    drawn = {name: pictures.png(race, name) for name in pictures.names(race)}
    files = {f"{name}.png": _bytes(content) for name, content in drawn.items()}
    files["report.html"] = _bytes(page(race, drawn).encode())
    return write_files(Path(folder), files | contents(race))


def _bytes(content: bytes) -> atomic.Writer:
    return lambda file: file.write(content)
