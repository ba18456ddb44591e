"""The verdict of a race in sentences: who wins or who ties, how it was decided, and what would settle open questions."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.core.language.text import amount, cost, number, rate
from descend.store.spending import FIRST, STAYS, spent

from . import comparison
from .comparison import ALPHA, Comparison

NAMES = 5  # entrants that a sentence names
BRINK = 0.25  # share of fresh seeds that must diverge for a tuned learning rate to be called one at the brink

Line = dict[str, Any]


@dataclass(frozen=True)
class Conclusion:
    """What a verdict rests on: the summary with its leaderboard, the figures (lines, seeds) of the entrants in that order, how
    they compare, and test rows to training rows where every seed parts the same rows anew (None elsewhere)."""

    summary: dict[str, Any]
    figures: np.ndarray
    comparison: Comparison
    share: float | None

    @property
    def board(self) -> list[Line]:
        """The lines of the entrants, in rank order."""
        return [line for line in self.summary["leaderboard"] if line["standing"] != "value"]

    @property
    def seeds(self) -> int:
        """How many seeds gave the verdict."""
        return self.figures.shape[1]

    @property
    def open_places(self) -> list[int]:
        """The places of the entrants that are not told apart from the leader, but for those that diverged with every seed."""
        return [i for i, line in enumerate(self.board) if i and line["tied"] and line["diverged_at_best"] < 1]


def verdict(about: Conclusion) -> str:
    """The answer, which may be that there is no significant difference."""
    board, summary = about.board, about.summary
    if board[0]["loss"]["iqm"] is None:
        return "Every rule diverged: try smaller learning rates."
    if all(line["diverged_at_best"] == 1 for line in board):
        return f"Every rule ended above where it started: try smaller learning rates. Lowest is {board[0]['rule']}."
    if summary["interrupted"] and not summary["evaluation_seeds"] and not summary["deterministic"]:
        return f"No verdict: the race was stopped before the evaluation. On the tuning seeds {_ends(board[0], summary)}."
    if summary["target"] is not None:
        return _to_target(about) + "."
    text = _by_loss(about) + "."
    if not _counted(summary):
        return text
    return f"After {cost(summary['budget'])} each, {text.replace('No significant', 'no significant', 1)}"


def _by_loss(about: Conclusion) -> str:
    board, summary = about.board, about.summary
    first, near = board[0], [board[i]["rule"] for i in about.open_places]
    if len(board) == 1:
        return _ends(first, summary)
    if near and summary["deterministic"]:
        return f"{join([first['rule'], *near])} end alike, with {summary['judged']} {_range(first['loss'])}{_rest(board)}"
    if near:
        return f"No significant difference between {join([first['rule'], *near])}: lowest is {_with(first, summary)}{_rest(board)}"
    behind = [line for line in board[1:] if line["diverged_at_best"] < 1]
    ahead = f", ahead of {behind[0]['rule']} with {_range(behind[0]['loss'])}" if behind else ": all others diverged"
    return f"{first['rule']}{_at(first)} wins with {summary['judged']} {_range(first['loss'])}{ahead}"


def _to_target(about: Conclusion) -> str:
    """Who meets the target first, which is what the rules were tuned for and are ranked by."""
    board, target = about.board, number(about.summary["target"])
    came = [line for line in board if line["steps_to_target"] is not None]
    if not came:
        some = [line["rule"] for line in board if np.isfinite(about.figures[board.index(line)]).any()]
        most = f"; only some seeds of {join(some)} did" if some else ""
        return (
            f"{'None' if len(board) > 1 else board[0]['rule']} reached a loss below {target}{most}; {_lowest(board, about.summary)}"
        )
    best = _took(about, came[0], FIRST)
    first = [line["rule"] for line in came if _took(about, line, FIRST) == best]
    verb = "reaches a loss" if len(board) == 1 else "is first" if len(first) == 1 else "are first"
    text = f"{join(first)}{_at(came[0]) if len(first) == 1 else ''} {verb} below {target} {_when(about, came[0])}"
    return text + _settling_leader(about, first) + _standing_by_steps(about, first) + _rest(board)


def _standing_by_steps(about: Conclusion, first: list[str]) -> str:
    near = [rule for i in about.open_places if (rule := about.board[i]["rule"]) not in first]
    if not near:
        return ""
    alike = "is about as fast" if len(near) == 1 else "are about as fast"
    open_ = "is not significantly slower" if len(near) == 1 else "are not significantly slower"
    return f"; {join(near)} {alike if about.summary['deterministic'] else open_}"


def _when(about: Conclusion, line: Line) -> str:
    unit, every, by = _unit(about.board), about.summary["target_every"], about.summary.get("by", "steps")
    took = _took(about, line, FIRST)
    looks = f" (judged every {every}{' steps' * (by != 'steps')})" if unit == "step" else ""
    if by != "steps":
        return f"{'after' if every == 1 else 'within'} {amount(took, by)}{looks * (every > 1)}"
    when = f"{unit} {took:,}"
    return f"at {when}" if every == 1 else f"by {when}{looks}"


def _took(about: Conclusion, line: Line, name: str) -> Any:
    """What a line took to the target, in the measure of the race."""
    return spent(line, name, about.summary.get("by", "steps"))


def _settling_leader(about: Conclusion, first: list[str]) -> str:
    """Who is first to stay below the target."""
    board, by = about.board, about.summary.get("by", "steps")
    settled = [line for line in board if line["settling_steps"] is not None]
    if not settled:
        return ", but none stays below" if len(board) > 1 else ", but does not stay below"
    soonest = min(_took(about, line, STAYS) for line in settled)
    calm = [line["rule"] for line in settled if _took(about, line, STAYS) == soonest]
    when = f"below from {_unit(board)} {soonest:,} on" if by == "steps" else f"below after {amount(soonest, by)}"
    if calm == first and by != "steps" and soonest == min(_took(about, line, FIRST) for line in settled):
        return f", and stay{'s' * (len(first) == 1)} there"
    if calm == first:
        return f", and stay{'s' * (len(first) == 1)} {when}"
    return f", and {join(calm)} {'is' if len(calm) == 1 else 'are'} the first to stay {when}"


def _rest(board: list[Line]) -> str:
    """Who is behind, where that is not everybody else, and who diverged."""
    behind = [line["rule"] for line in board if line["standing"] == "behind" and line["diverged_at_best"] < 1]
    lost = [line["rule"] for line in board if line["diverged_at_best"] == 1]
    text = f"; {join(behind)} {'is' if len(behind) == 1 else 'are'} behind" if behind else ""
    return text + (f"; {join(lost)} diverged with every seed" if lost else "")


def _ends(line: Line, summary: dict[str, Any]) -> str:
    return f"{line['rule']}{_at(line)} ends at {summary['judged']} {_range(line['loss'])}"


def _with(line: Line, summary: dict[str, Any]) -> str:
    return f"{line['rule']}{_at(line)} with {summary['judged']} {_range(line['loss'])}"


def _lowest(board: list[Line], summary: dict[str, Any]) -> str:
    return f"lowest is {_with(board[0], summary)}" if len(board) > 1 else f"it {_ends(board[0], summary).split(' ', 1)[1]}"


def _at(line: Line) -> str:
    said = rate(line["learning_rate"], none=line.get("schedule") or "")
    return f" (learning rate {said})" if said else ""


def _unit(board: list[Line]) -> str:
    return "step" if {line["unit"] for line in board} == {1} else "sample"


def _counted(summary: dict[str, Any]) -> bool:
    """Whether trainings end where a budget does, so that a verdict must say which."""
    return summary.get("budget") is not None


def _range(loss: dict[str, float]) -> str:
    point = number(loss["iqm"])
    return point if loss["low"] == loss["high"] else f"{point} [{number(loss['low'])}, {number(loss['high'], none='diverged')}]"


def join(names: list[str]) -> str:
    """Names with commas and an "and"; of many the first few and how many others there are."""
    if len(names) > NAMES + 1:
        names = [*names[:NAMES], f"{len(names) - NAMES} others"]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


_TESTS = {
    "permutation": "compared by a permutation test on aligned ranks, paired by seed",
    "t": "compared by Student's paired t test, corrected for all pairs (it assumes normal differences; from {enough} seeds, "
    "a permutation test is used, which does not)",
}


def basis(about: Conclusion) -> str:
    """By which rows, seeds and test the verdict was made, in a sentence or two."""
    summary = about.summary
    by = summary.get("by", "steps")
    counted = f" Cost is counted in {by}." if by != "steps" else ""
    counted += f" Each training may use {cost(summary['budget'])}." if _counted(summary) else ""
    if summary["deterministic"]:
        return f"Nothing here is random, so one training per setting is enough: differences of more than 1 % count.{counted}"
    rows = summary["rows"]
    where = f" on {rows['test'] or rows['validation'] or rows['train']:,} {_part(rows)} rows" if rows else ""
    split = ", split again for every seed" if summary["resplits"] else ""
    tuned, chosen = summary["tuning_seeds"], summary["tuned"] if summary["target"] is None else f"the {by} to the target"
    tuning = f"learning rates chosen by {chosen} with {tuned} other seed{'s' * (tuned != 1)}; " if tuned else ""
    seeds = summary["evaluation_seeds"] or summary["tuning_seeds"]
    test = _TESTS.get(about.comparison.test, "").format(enough=_enough(len(about.board)))
    level = f"; {test}; equal rules are called different in at most {100 * ALPHA:g} % of races" if test else ""
    return (
        f"Judged by {summary['judged']}{where}{split}, with {seeds} seed{'s' * (seeds != 1)}; {tuning}".rstrip("; ")
        + f"{level}.{counted}"
    )


def _part(rows: dict[str, int]) -> str:
    return next(name for name in ("test", "validation", "train") if rows[name]).replace("train", "training")


def _enough(entrants: int) -> int:
    """The fewest seeds for which the permutation test can decide."""
    return next(seeds for seeds in range(comparison.FEWEST, 100) if comparison.attainable(entrants, seeds))


def remarks(about: Conclusion) -> list[str]:
    """What would settle what is open, for which rows a difference holds, and which tuned rates are unreliable: a sentence each."""
    return [*_open(about), *_generalisation(about), *_brinks(about), *_unequal_tries(about)]


def _open(about: Conclusion) -> list[str]:
    """Why entrants cannot be told apart, by the one that comes closest to the leader."""
    board, near = about.board, about.open_places
    if about.summary["deterministic"] or not near or about.summary["interrupted"]:
        return []
    if about.comparison.test == "none":
        seeds = f"{about.seeds} evaluation seed{'s' * (about.seeds != 1)}"
        return [f"{seeds} cannot tell a difference from chance: use at least {max(_enough(len(board)), 5)}, better 20."]
    leader, second = about.figures[0], about.figures[near[0]]
    needed = comparison.seeds_to_settle(leader, second, len(board))
    names = f"{board[0]['rule']} and {board[near[0]]['rule']}"
    gap = _gap(board[0], board[near[0]], about.summary["target"])
    if needed is None:
        return [f"{about.seeds} seeds cannot settle {gap} between {names}, and no feasible number would."]
    return [f"{about.seeds} seeds cannot settle {gap} between {names}: about {needed:,} would, if it is as large as it looks."]


def _gap(first: Line, second: Line, target: float | None) -> str:
    """By how much two lines differ, in words."""
    if target is not None:
        return "the difference"
    low, high = first["loss"]["iqm"], second["loss"]["iqm"]
    return f"the difference of {100 * abs(high - low) / abs(low):.2g} %" if low and high is not None else "the difference"


def _generalisation(about: Conclusion) -> list[str]:
    """Which differences hold on these rows, but might not on others of their kind."""
    if about.share is None or about.summary["target"] is not None or about.comparison.test not in _TESTS:
        return []
    rows = [i for i, line in enumerate(about.board) if line["standing"] == "behind" and line["diverged_at_best"] < 1]
    args = len(about.board), about.share
    names = [about.board[i]["rule"] for i in rows if not comparison.carries(about.figures[0], about.figures[i], *args)]
    if not names:
        return []
    total = sum(about.summary["rows"].values())
    return [f"With only {total:,} rows, the lead over {join(names)} may not hold on new data (corrected resampled t test)."]


def _brinks(about: Conclusion) -> list[str]:
    """Learning rates that tuning chose and that diverge with fresh seeds."""
    return [
        f"{line['rule']} at learning rate {rate(line['learning_rate'])}, chosen by tuning, diverged with "
        f"{round(line['diverged_at_best'] * about.seeds)} of {about.seeds} fresh seeds: this rate is on the brink of divergence."
        for line in about.board
        if line["diverged_in_tuning"] is not None and line["diverged_in_tuning"] < line["diverged_at_best"] >= BRINK
    ]


def _unequal_tries(about: Conclusion) -> list[str]:
    """Whether some rules tried more settings than others."""
    tried: dict[str, int] = {}
    for line in about.summary["leaderboard"]:
        tried[line["entrant"]] = tried.get(line["entrant"], 0) + line["settings"]
    most, least = max(tried, key=tried.__getitem__), min(tried, key=tried.__getitem__)
    if len(about.board) == len(about.summary["leaderboard"]) or tried[most] == tried[least]:
        return []
    return [f"{most} tried {tried[most]} settings and {least} {tried[least]}, which favours {most}."]
