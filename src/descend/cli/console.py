"""A rich console for what descend prints: words as they are, and in a pipe lines as long as they come."""

import os
from typing import Any, NoReturn

from rich.console import Console

WIDE = 10_000  # columns where nothing limits them


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        """Leave it to `main` what happens when a reader went away."""
        raise BrokenPipeError


def console(stream: Any = None) -> Console:
    """A console on a stream (standard output) that reads no markup and no emoji codes in names.

    It is as wide as the terminal, or COLUMNS where that is set; elsewhere nothing is wrapped or left out.
    """
    made = _Console(file=stream, markup=False, emoji=False, highlight=False)
    if not made.is_terminal and "COLUMNS" not in os.environ:
        made.width = WIDE
    return made
