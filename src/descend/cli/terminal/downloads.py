"""What is fetched from the network, told on standard error: a bar in a terminal, a line now and then elsewhere."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.filesize import decimal
from rich.progress import DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from . import signals
from .console import console
from .progress import EVERY


@contextlib.contextmanager
def progress(watch: signals.Watch) -> Iterator[None]:
    """While this lasts, tell how far each file is; the first Ctrl-C breaks it off, and what was fetched of it is put away."""
    from descend.problems.datasets.download import report_to

    on = console(errors=True)
    with _Bars(on) if on.is_terminal else contextlib.nullcontext(_Lines(on)) as tell, watch.gently(signals.SOON):

        def on_piece(name: str, came: int, total: int | None) -> None:
            watch.check()
            tell(name, came, total)

        with report_to(on_piece):
            yield
    watch.check()


def share(name: str, came: int, total: int | None) -> str:
    """How far a file is, in words."""
    return f"fetching {name}: {came / total:.0%} of {decimal(total)}" if total else f"fetching {name}: {decimal(came)}"


class _Bars(Progress):
    def __init__(self, console: Console):
        columns = TextColumn("{task.description}", markup=False), DownloadColumn(), TimeRemainingColumn(compact=True)
        super().__init__(*columns, console=console, transient=True)
        self.known: dict[str, Any] = {}

    def __call__(self, name: str, came: int, total: int | None) -> None:
        if name not in self.known:
            self.known[name] = self.add_task(f"fetching {name}", total=total)
        self.update(self.known[name], completed=came)


class _Lines:
    def __init__(self, console: Console):
        self.console = console
        self.name, self.last = "", 0.0

    def __call__(self, name: str, came: int, total: int | None) -> None:
        clock = time.perf_counter()
        if name == self.name and clock - self.last < EVERY and came != total:
            return
        self.name, self.last = name, clock
        with contextlib.suppress(OSError):
            self.console.print(share(name, came, total), soft_wrap=True, markup=False)
