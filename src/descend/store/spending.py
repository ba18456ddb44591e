"""What a line of a leaderboard took to get somewhere, by each measure of cost."""

from typing import Any

FIRST, STAYS = (
    "steps_to_target",
    "settling_steps",
)  # what of a line is counted: to the first loss below the target, and to the last above
_EVALUATIONS = {FIRST: "evaluations_to_target", STAYS: "settling_evaluations"}


def spent(line: Any, name: str, by: str) -> float | int | None:
    """The steps (or samples, where batches differ), evaluations or seconds of FIRST or STAYS; None where it did not come or is not
    known. `line` is a Line, or its dict."""
    steps, unit = line[name], line.get("unit", 1)
    if steps is None:
        return None
    if by == "steps":
        return steps * unit
    if by == "evaluations":
        return line.get(_EVALUATIONS[name])
    seconds = line.get("seconds_per_update")
    return None if seconds is None else steps * seconds


def per_update(line: Any, by: str) -> float | int | None:
    """What an update costs, on average over the training; None where it is not known."""
    if by == "steps":
        return line.get("unit", 1)
    return line.get("evaluations_per_update" if by == "evaluations" else "seconds_per_update")
