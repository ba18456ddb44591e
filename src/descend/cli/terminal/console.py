"""Rich consoles for what descend prints: words as they are, and in a pipe lines as long as they come."""

import os
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from descend.core.language.tables import ENDLESS
from descend.core.language.text import printable

NARROW, WIDE = 20, ENDLESS  # columns at least, and where nothing limits them


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `main` what happens when a reader went away; without one of standard error nothing more is told there."""
        if not self.stderr:
            raise BrokenPipeError
        self.quiet = True

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is to be printed, with nothing in names that would steer the terminal."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text, keep="\n"))


def console(stream: Any = None, errors: bool = False) -> Console:
    """A console on a stream (standard output, or where `errors` is True standard error) that reads no markup in names.

    It is as wide as the terminal, or COLUMNS where that is a number above 0; elsewhere nothing is wrapped or left out.
    """
    environ = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES") or _size(text)}
    result = _Console(file=stream, stderr=errors, markup=False, emoji=False, highlight=False, _environ=environ)
    if "COLUMNS" in environ:
        result.width = min(max(int(environ["COLUMNS"]), NARROW), WIDE)
    elif not result.is_terminal:
        result.width = WIDE
    return result


def _size(text: str) -> bool:
    """Whether a size of the terminal is a number above 0, and one that terminals have."""
    return text.isascii() and text.isdigit() and int(text[:9]) > 0
