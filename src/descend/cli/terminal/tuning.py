"""What tuning shows in the terminal when it ends."""

from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from descend.core.language import text

from .console import console
from .leaderboard import fit, legend, title

FRAMEWORKS = {"torch": "PyTorch", "optax": "optax", "keras": "Keras"}


def show(result: Any, folder: Path | None, stream: Any, brief: bool) -> None:
    """The learning rates that work, the leaderboard of the last race and the answer; where it was saved alone, if `brief`."""
    on = console(stream)
    if not brief:
        on.print(_rates(result))
        if result.race is not None:
            on.print(title(result.race.summary))
            on.print(fit(on, result.race.summary))
            for line in legend(result.race.summary):
                on.print(Text(line, "dim"))
        for note in result.notes:
            on.print(Text(note))
    if result.interrupted:
        on.print("Stopped early: this is the answer so far.")
    if not brief:
        on.print(Text(result.answer, "bold"))
        for framework, lines in result.native.items():
            on.print(Text(f"In {FRAMEWORKS[framework]}: {'; '.join(lines.splitlines())}"), soft_wrap=True)
        on.print(Text(_used(result), "dim"))
    if folder is not None:
        on.print(f"Saved in {folder} (open report.html)", soft_wrap=True)


def _rates(result: Any) -> Table:
    """A line a rule: the best learning rate of its short trainings, those that work, and how many diverged."""
    table = Table(box=None, title="Learning rates, from short trainings", title_justify="left", title_style="", pad_edge=False)
    for name in ("rule", "best", "these work", "loss", "diverged"):
        table.add_column(name, justify="left" if name == "rule" else "right", style="" if name == "rule" else None)
    for each in result.plateaus:
        edge = "*" if each.edge else ""
        best = "none" if each.learning_rate is None else f"{text.rate(each.learning_rate)}{edge}"
        works = "" if each.low is None else f"{text.rate(each.low)} to {text.rate(each.high)}"
        table.add_row(Text(each.rule), best, works, text.number(each.loss, none="diverged"), f"{each.diverged:.0%}")
    return table


def _used(result: Any) -> str:
    """What it took, and what was allowed."""
    of = "" if result.seconds["budget"] is None else f" of {text.duration(result.seconds['budget'])}"
    compiled = text.duration(result.seconds["compile"])
    return (
        f"{result.trainings:,} trainings in {text.duration(result.seconds['used'])}{of} ({compiled} to compile the first program)."
    )
