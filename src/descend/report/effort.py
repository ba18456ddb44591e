"""How much a training sees: updates or, where rivals differ in their batches, samples. From a race's summary."""

from typing import Any


def rows(summary: dict[str, Any]) -> dict[str, int]:
    """The rows that an update of each rival sees, where rivals differ in their batches; else 1 of each, so that updates count."""
    found = {line["rule"]: line.get("rows") for line in summary["leaderboard"]}
    differ = len(set(found.values())) > 1
    return {rule: int(count) if differ and count else 1 for rule, count in found.items()}


def along(summary: dict[str, Any]) -> str:
    """What the loss curves run along."""
    return "updates" if set(rows(summary).values()) == {1} else "samples seen (updates x batch)"


def words(summary: dict[str, Any]) -> str:
    """How much a training sees, in words: its updates or, where rivals differ in their batches, its samples."""
    counts = rows(summary)
    if set(counts.values()) == {1}:
        return f"{summary['steps']:,} update{'s' * (summary['steps'] != 1)}"
    return f"{max(line['steps'] * counts[line['rule']] for line in summary['leaderboard']):,} samples"


def batch(summary: dict[str, Any]) -> str:
    """The rows that an update sees, in words."""
    asked = summary["batch"]
    if isinstance(asked, list):
        return f"{', '.join(map(str, asked))} rows an update, every training seeing about as many samples"
    return "all rows at every update" if asked == "full" else f"{asked} rows an update"
