"""How much a training sees: updates or, where entrants differ in their batches, samples. From a race's summary."""

from typing import Any

from descend.core.language.text import amount
from descend.store.spending import per_update


def rows(summary: dict[str, Any]) -> dict[str, int]:
    """What an update of each entrant is counted as: 1 or, where entrants differ in their batches, the rows that it sees."""
    return {line["rule"]: line.get("unit", 1) for line in summary["leaderboard"]}


def measure(summary: dict[str, Any]) -> str:
    """The measure of cost that the race is read by."""
    return summary.get("by", "steps")


def scales(summary: dict[str, Any]) -> dict[str, float | int]:
    """What an update of each entrant counts as on the axis of the loss curves."""
    by = measure(summary)
    return {line["rule"]: per_update(line, by) or 1 for line in summary["leaderboard"]}


def along(summary: dict[str, Any]) -> str:
    """What the loss curves run along."""
    if measure(summary) == "evaluations":
        return "evaluations (gradient-equivalents)"
    if measure(summary) == "seconds":
        return "time of one training alone"
    return "updates" if set(rows(summary).values()) == {1} else "samples seen (updates x batch)"


def words(summary: dict[str, Any]) -> str:
    """How much a training sees, in words: its updates or, where entrants differ in their batches, its samples."""
    counts, budget = rows(summary), summary.get("budget")
    if budget and budget["by"] != "steps":
        return amount(budget["amount"], budget["by"])
    if set(counts.values()) == {1}:
        return f"{summary['steps']:,} update{'s' * (summary['steps'] != 1)}"
    samples = {line["steps"] * counts[line["rule"]] for line in summary["leaderboard"]}
    return f"{'about ' if len(samples) > 1 else ''}{max(samples):,} samples"


def batch(summary: dict[str, Any]) -> str:
    """The rows that an update sees, in words."""
    asked = summary["batch"]
    if isinstance(asked, list):
        return f"{', '.join(map(str, asked))} rows per update, at an equal number of samples, as nearly as whole updates allow"
    return "all rows in every update" if asked == "full" else f"{asked} rows per update"
