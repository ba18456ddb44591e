"""What a race shows while it runs: a line that moves in a terminal, a line now and then elsewhere."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from descend.core.language import text

from .console import WIDE, console

EVERY = 5.0  # seconds between lines where there is no terminal to draw on
ROOMY = 140  # columns from which there is room for a bar
BAR = 24
AROUND = 17  # columns of what stands around the words, the phase aside: spinner, percentage, time left


@contextlib.contextmanager
def progress() -> Iterator[Any]:
    """Progress on standard error, as a function (phase, engine progress) to call: a bar, or lines where it is no terminal."""
    on = console(errors=True)
    if not on.is_terminal:
        yield _Lines(on)
        return
    spinner = SpinnerColumn("dots" if on.encoding.startswith("utf") else "line")
    bar = [BarColumn(bar_width=BAR)] if on.width >= ROOMY else []
    phase, words = (TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[status]}"))
    with Progress(spinner, phase, *bar, words, TimeRemainingColumn(compact=True), console=on, transient=True) as bars:
        yield _Bars(bars, bool(bar))


def status(now: Any, seconds: float, room: int = WIDE) -> str:
    """Lanes done, running and diverged, the rate and the leader: of these, in at most `room` columns, what matters most."""
    parts = {
        "done": f"{now.finished}/{now.lanes} lanes done",
        "running": f"{now.running} running",
        "diverged": f"{now.diverged} diverged" if now.diverged else "",
        "rate": f"{now.lane_steps / max(seconds, 1e-9) / 1000:,.0f} k steps/s",
        "leader": f"leader {now.leader[0]} at {text.number(now.leader[2])}" if now.leader else "",
    }
    kept = {"done"}
    for name in ("leader", "diverged", "rate", "running"):
        if len(_join(parts, {*kept, name})) <= room:
            kept.add(name)
    return _join(parts, kept)


def _join(parts: dict[str, str], kept: set[str]) -> str:
    return ", ".join(text for name, text in parts.items() if text and name in kept)


class _Bars:
    def __init__(self, bars: Progress, roomy: bool):
        self.bars = bars
        self.around = AROUND + (BAR + 1) * roomy
        self.phase, self.began = "", 0.0
        self.task: Any = None

    def __call__(self, phase: str, now: Any) -> None:
        if phase != self.phase:
            if self.task is not None:
                self.bars.remove_task(self.task)
            self.phase, self.began = phase, time.perf_counter()
            self.task = self.bars.add_task(phase, total=None, status="")
        if now is not None:
            words = status(now, time.perf_counter() - self.began, self.bars.console.width - self.around - len(phase))
            share = now.lane_steps / now.total_lane_steps
            self.bars.update(self.task, total=now.total_lane_steps, completed=now.lane_steps, status=f"{share:4.0%}  {words}")


class _Lines:
    def __init__(self, console: Console):
        self.console = console
        self.phase, self.began, self.last = "", 0.0, 0.0

    def __call__(self, phase: str, now: Any) -> None:
        clock = time.perf_counter()
        if phase != self.phase:
            self.phase, self.began, self.last = phase, clock, clock
        elif clock - self.last > EVERY:
            self.last = clock
            share = now.lane_steps / now.total_lane_steps
            left = (clock - self.began) * (1 - share) / max(share, 1e-9)
            words = f"{phase} {share:.0%}: {status(now, clock - self.began)}" + (f", {left:.0f} s left" if share else "")
            with contextlib.suppress(OSError):  # a standard error that takes nothing more does not end a race
                self.console.print(words, soft_wrap=True, markup=False)
