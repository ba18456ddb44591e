"""Standard output and error of a command: closed, full, left by their reader, or too narrow for a letter."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from descend.core.errors import StoreError, one_line

CACHE = "persistent compilation cache entry"  # in JAX's warnings, one for each program


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


def tell(sentence: str) -> None:
    """One line on standard error; one that takes nothing more ends nothing."""
    with suppress(OSError, ValueError):
        print("descend:", one_line(sentence), file=sys.stderr, flush=True)


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


@contextmanager
def warnings_in_a_line() -> Iterator[None]:
    """Within, a warning is one line on standard error, and is told once; those of JAX's cache of programs together are one."""
    if any(action == "error" for action, *_ in warnings.filters):  # in tests
        yield
        return
    before, seen = warnings.showwarning, set[str]()

    def show(message: Any, *_: Any, **__: Any) -> None:
        line = _format_warning(str(message))
        if line not in seen:
            seen.add(line)
            tell(line)

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = before


def _format_warning(message: str) -> str:
    if CACHE not in message:
        return one_line(message, 300)
    deed = "written to" if "writing" in message else "read because it is damaged"
    return (
        f"the cache of compiled programs cannot be {deed} ({one_line(message.rpartition(': ')[-1], 120)}): "
        "programs are compiled again; delete its folder, or set JAX_COMPILATION_CACHE_DIR to another"
    )
