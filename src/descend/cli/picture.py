"""The file that a command leaves a picture in."""

from pathlib import Path
from typing import Any

from descend.core.errors import BadValue, StoreError

KINDS = (".png", ".svg", ".pdf")


def check(file: Path | None) -> None:
    """BadValue or StoreError for a file that no picture can be written to, as far as its name tells."""
    if file and file.suffix not in KINDS:
        raise BadValue(f"--out {file} must end in .png, .svg or .pdf")
    if file and not file.parent.is_dir():
        raise StoreError(f"cannot write {file}: there is no folder {file.parent}; choose another --out")


def write(figure: Any, file: Path) -> None:
    """Write a matplotlib Figure; StoreError where that fails."""
    from descend.store.atomic import failure

    try:
        figure.savefig(file)
    except OSError as error:
        raise failure(file, error) from error
