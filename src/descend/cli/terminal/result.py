"""What a race shows in the terminal when it ends."""

from pathlib import Path
from typing import Any

from rich.text import Text

from .console import console
from .leaderboard import baselines, fit, legend, notes, title

FEW = 4  # findings that the terminal shows


def show(race: Any, folder: Path | None, stream: Any, brief: bool, late: bool = False) -> None:
    """The leaderboard, the verdict and, where the race was saved, in which folder; where it ends if it is `brief`.

    `late` says that Ctrl-C came when the race was over.
    """
    on, summary = console(stream), race.summary
    if not brief:
        on.print(title(summary))
        if summary.get("reading"):
            on.print(Text(summary["reading"]))
        on.print(fit(on, summary))
        for line in legend(summary):
            on.print(Text(line, "dim"))
        for line in baselines(summary):
            on.print(Text(line))
        for note in notes(summary):
            on.print(note)
        for sentence in health(race):
            on.print(sentence)
    if summary["interrupted"]:
        on.print("Stopped early: these are the results so far.")
    elif late:
        on.print("Stopped after the race had finished: these are all its results.")
    if not brief:
        on.print(Text(summary["verdict"], "bold"))
        if summary.get("order"):
            on.print(Text(summary["order"]))
        on.print(Text(summary["basis"], "dim"))
    if folder is not None:
        on.print(f"Saved in {folder} (open report.html)", soft_wrap=True)


def health(race: Any) -> list[str]:
    """What the layers show, where they were watched: a few sentences, the report has them all."""
    from descend.report.diagnosis import sentences as health_words

    if race.health is None:
        return []
    sentences = health_words.describe(race.health)
    return sentences[:FEW] + ([f"and {len(sentences) - FEW} more findings in report.html"] if len(sentences) > FEW else [])
