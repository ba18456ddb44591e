"""The file that a command leaves a picture in."""

import io
from pathlib import Path
from typing import Any

from descend.core.errors import BadValue, StoreError, short

from . import out

KINDS = (".png", ".svg", ".pdf")


def check(file: Path | None) -> None:
    """BadValue or StoreError for a file that no picture can be written to, as far as its name tells."""
    if file and file.suffix not in KINDS:
        raise BadValue(f"--out {file} must end in .png, .svg or .pdf")
    out.check(file)


def write(figure: Any, file: Path) -> None:
    """Write a matplotlib Figure; StoreError where that fails."""
    drawn = io.BytesIO()
    try:
        figure.savefig(drawn, format=file.suffix[1:])
    except Exception as error:
        raise StoreError(f"{file} could not be drawn ({type(error).__name__}: {short(error, str, 150)})") from error
    out.write(file, lambda place: place.write(drawn.getvalue()))
