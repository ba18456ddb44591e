"""The answer in a sentence: what to train with, how much better that is than what one would have used, and what stays open."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.core.language.text import duration, number
from descend.races.judging.comparison import seeds_to_settle
from descend.store import RaceResult
from descend.store.tuning import Plateau, Setting

USUAL = Setting("adam", 1e-3, "constant", None, None, 0.0, usual=True)  # what people use who have not tuned


def answer(race: RaceResult, settings: Sequence[Setting], plateaus: Sequence[Plateau]) -> str:
    """The verdict of the last race, whose entrants are `settings` by name, the usual one among them."""
    by_name = {each.name: each for each in settings}
    board = [line for line in race.leaderboard if line.standing != "value"]
    first, judged = board[0], race.summary["judged"]
    if first.loss.iqm is None or first.diverged_at_best == 1:
        return "Everything diverged: look for values in the data that are no numbers or very large, and try other rules."
    best = by_name[first.rule]
    parts = [f"{_words(best)}: {judged} {_range(first.loss)}"]
    usual = next(line for line in board if line.rule == USUAL.name)
    level = [line for line in board[1:] if line.standing != "behind" and line.diverged_at_best < 1]
    if usual is first:
        parts.append("which is what one uses without tuning")
    elif usual in level:
        parts.append(f"not told apart from {_words(USUAL)}, what one uses without tuning ({_loss(usual)})")
    else:
        parts.append(f"{_words(USUAL)}, what one uses without tuning, {_loss(usual)}")
    others = [_words(by_name[line.rule]) for line in level if line is not usual]
    if others:
        parts.append(f"not told apart from it: {'; '.join(others)}")
    wide = next((each for each in plateaus if each.rule == best.rule), None)
    if wide is not None and wide.low is not None and wide.high is not None and wide.low < wide.high:
        parts.append(f"learning rates from {wide.low:g} to {wide.high:g} are about as good in short trainings")
    return "; ".join(parts) + "."


def unconfirmed(settings: Sequence[Setting], plateaus: Sequence[Plateau]) -> str:
    """The answer so far, where tuning was stopped before its last race."""
    if settings and settings[0].loss is not None:
        best = settings[0]
        return f"So far {_words(best)}: validation loss {number(best.loss)} on the tuning seeds, not confirmed on fresh ones."
    works = [each for each in plateaus if each.loss is not None]
    if not works:
        return "No answer yet: it was stopped before any learning rate worked."
    first = works[0]
    return f"So far {first.rule} at learning rate {first.learning_rate:g}, after short trainings alone: nothing is confirmed."


def notes(plateaus: Sequence[Plateau], race: RaceResult | None, seconds: float) -> list[str]:
    """What else a reader must know, a sentence each; `seconds` that the race took."""
    found = []
    for each in plateaus:
        if each.learning_rate is None:
            found.append(f"{each.rule} diverged at every learning rate from {each.rates[0]:g} to {each.rates[-1]:g}.")
        elif each.edge:
            side = "lowest" if each.edge == "low" else "highest"
            found.append(f"The best learning rate of {each.rule}, {each.learning_rate:g}, is the {side} tried.")
    if race is None:
        return found
    return [*found, *race.summary["notes"], *_time_to_settle(race, seconds)]


def _time_to_settle(race: RaceResult, seconds: float) -> list[str]:
    """How long a race would take that tells the leader from the nearest entrant it is not told apart from."""
    entrants = [line for line in race.leaderboard if line.standing != "value"]
    level = [line for line in entrants[1:] if line.standing == "level" and line.diverged_at_best < 1]
    if race.summary["deterministic"] or not level:
        return []
    leader, other = (_losses(race, line.setting_id) for line in (entrants[0], level[0]))
    needed = seeds_to_settle(leader, other, len(entrants))
    if needed is None:
        return []
    took = duration(seconds * needed / len(leader))
    return [
        f"To tell {entrants[0].rule} from {level[0].rule} would take {took} of racing here, if they differ as much as it looks."
    ]


def _losses(race: RaceResult, setting: int) -> np.ndarray:
    """The losses (seeds,) of a setting in the verdict, by seed."""
    rows = [row for row in race.lanes.to_pylist() if row["setting_id"] == setting and row["phase"] == "evaluation"]
    return np.array([np.inf if row["loss"] is None else row["loss"] for row in sorted(rows, key=lambda row: row["seed"])])


def _words(each: Setting) -> str:
    schedule = "" if each.schedule == "constant" else f", {each.schedule}"
    return f"{each.rule} {each.learning_rate:g}{schedule}"


def _loss(line: Any) -> str:
    return "diverged" if line.loss.iqm is None or line.diverged_at_best == 1 else number(line.loss.iqm)


def _range(loss: Any) -> str:
    return number(loss.iqm) if loss.low == loss.high else f"{number(loss.iqm)} [{number(loss.low)}, {number(loss.high)}]"
