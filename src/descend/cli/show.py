"""What a race shows in the terminal: progress while it runs, the leaderboard when it ends."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from descend.core import text

EVERY = 5.0  # seconds between lines where there is no terminal to draw on


@contextlib.contextmanager
def progress() -> Iterator[Any]:
    """Progress on standard error, as a function (phase, engine progress) to call: a bar, or lines where it is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines(console)
        return
    columns = (
        SpinnerColumn(), TextColumn("{task.description:<10}"), BarColumn(bar_width=24), TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[told]}"), TimeRemainingColumn(compact=True),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bars:
        yield _Bars(bars)


def told(now: Any, seconds: float) -> str:
    """Lanes done, running and diverged, the rate and the leader, as one line."""
    lost = f", {now.diverged} diverged" if now.diverged else ""
    rate = f"{now.lane_steps / max(seconds, 1e-9) / 1000:,.0f} k steps/s"
    leader = f", leader {now.leader[0]} at {now.leader[2]:.4g}" if now.leader else ""
    return f"{now.finished}/{now.lanes} lanes done, {now.running} running{lost}, {rate}{leader}"


class _Bars:
    def __init__(self, bars: Progress):
        self.bars = bars
        self.phase, self.began = "", 0.0
        self.task: Any = None

    def __call__(self, phase: str, now: Any) -> None:
        if phase != self.phase:
            if self.task is not None:
                self.bars.remove_task(self.task)
            self.phase, self.began = phase, time.perf_counter()
            self.task = self.bars.add_task(phase, total=None, told="")
        if now is not None:
            words = told(now, time.perf_counter() - self.began)
            self.bars.update(self.task, total=now.total_lane_steps, completed=now.lane_steps, told=words)


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
            self.console.print(
                f"{phase} {share:.0%}: {told(now, clock - self.began)}, {left:.0f} s left", soft_wrap=True, markup=False
            )


def outcome(race: Any, folder: Path, stream: Any, brief: bool) -> None:
    """The leaderboard, the verdict and where everything lies."""
    console = Console(file=stream, highlight=False)
    summary = race.summary
    if not brief:
        console.print(fitting(console, summary))
        for note in notes(summary):
            console.print(note, markup=False)
    if summary["interrupted"]:
        console.print("Stopped early: these are the results up to then.", markup=False)
    if not brief:
        console.print(summary["verdict"], style="bold", markup=False)
    console.print(f"Everything is in {folder} (open report.html)", markup=False, soft_wrap=True)


def board(summary: dict[str, Any], hidden: Sequence[str] = ()) -> Table:
    """The leaderboard as a table, without the columns that are `hidden` or that would be empty."""
    lines, seconds = summary["leaderboard"], summary["seconds"]["total"]
    title = f"{summary['title']}: {summary['lanes']:,} lanes of {summary['steps']:,} steps in {seconds:.1f} s"
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    columns = [column for column in COLUMNS if column.there(summary) and column.name not in hidden]
    for column in columns:
        table.add_column(column.name.format(**summary), justify=column.justify, no_wrap=True)
    for rank, line in enumerate(lines, 1):
        table.add_row(*(column.cell(line | {"rank": rank}) for column in columns))
    return table


def fitting(console: Console, summary: dict[str, Any]) -> Table:
    """The leaderboard with as many columns as the terminal is wide; report.html has them all."""
    hidden: list[str] = []
    for name in ("", "decades", "diverged", "settled", "accuracy", "95 % interval"):
        hidden.append(name)
        table = board(summary, hidden[1:])
        if Console(width=1000).measure(table).maximum <= console.width:
            return table
    return table


def notes(summary: dict[str, Any]) -> list[str]:
    """What a reader of the table must know."""
    edge = [line["rule"] for line in summary["leaderboard"] if line["at_edge"]]
    if not edge:
        return []
    return [f"* the best learning rate of {', '.join(edge)} lies at the edge of the grid: widen --lr"]


def _rate(line: dict[str, Any]) -> str:
    return text.rate(line["learning_rate"], none="-") + ("*" if line["at_edge"] else "")


def _number(value: float | None) -> str:
    return text.number(value, none="diverged")


def _interval(line: dict[str, Any]) -> str:
    return f"{_number(line['loss']['low'])} - {_number(line['loss']['high'])}"


def _steps(value: int | None) -> str:
    return "never" if value is None else str(value)


def _decades(line: dict[str, Any]) -> str:
    return "-" if line["working_decades"] is None else f"{line['working_decades']:.1f}"


def _some(name: str) -> Any:
    return lambda summary: any(line[name] is not None for line in summary["leaderboard"])


def _always(summary: dict[str, Any]) -> bool:
    return True


def _targeted(summary: dict[str, Any]) -> bool:
    return summary["target"] is not None


class Column(NamedTuple):
    """A heading, how its cells stand, a line's cell, and whether a race has the column."""

    name: str
    justify: Any
    cell: Callable[[dict[str, Any]], str]
    there: Callable[[dict[str, Any]], bool] = _always


COLUMNS = [
    Column("", "right", lambda line: str(line["rank"])),
    Column("rule", "left", lambda line: line["rule"]),
    Column("lr", "right", _rate, _some("learning_rate")),
    Column("{judged}", "right", lambda line: _number(line["loss"]["iqm"])),
    Column("95 % interval", "right", _interval, lambda summary: not summary["deterministic"]),
    Column("accuracy", "right", lambda line: f"{line['accuracy']:.1%}", _some("accuracy")),
    Column("first below", "right", lambda line: _steps(line["steps_to_target"]), _targeted),
    Column("settled", "right", lambda line: _steps(line["settling_steps"]), _targeted),
    Column("diverged", "right", lambda line: f"{line['diverged']:.0%}"),
    Column("decades", "right", _decades, _some("working_decades")),
]
