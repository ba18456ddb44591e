"""Standard output and error of a command: closed, full, left by their reader, or too narrow for a letter."""

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from descend.core.errors import StoreError


def prepare() -> None:
    """Make both streams fit to print any name on; raises StoreError where standard output is closed.

    A letter that the terminal's encoding lacks becomes a question mark. matplotlib makes do without a home folder, so it
    need not complain.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 (it stays open, as standard error does)
    if sys.stdout is None:
        raise StoreError("cannot write to standard output: it is closed; send it to a file, or to /dev/null")
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def complaint(error: OSError) -> str:
    """What to tell of an OSError that no part has put into words: one without a file is standard output's."""
    if error.filename is not None or error.errno is None:
        return str(error)
    give_up()
    return f"cannot write to standard output: {error.strerror or error}; send it elsewhere"


def give_up() -> None:
    """Send what standard output still holds nowhere, so that the end of the process does not try again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
