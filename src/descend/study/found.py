"""What a race found, put together from the records of its phases."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.engine import Entry, Job
from descend.store import Race

from . import leaderboard, tables
from .outcome import Outcome, outcome
from .paths import landscape, paths
from .phases import Phases, started
from .verdict import verdict


@dataclass(frozen=True)
class Asked:
    """What was asked: the tuning job, the learning rates, whether the loss is noiseless, whether chance plays a part, the
    seeds of the verdict (none where chance plays no part), and all of it as plain values."""

    job: Job
    grid: np.ndarray
    exact: bool
    chance: bool
    evaluation_seeds: range
    request: dict[str, Any]


def found(ask: Asked, phases: Phases, begin: float) -> Race:
    """The race's tables, leaderboard and verdict; `begin` is the clock (time.perf_counter) when it was asked."""
    job, rates = ask.job, {e.name: leaderboard.rates(e, ask.grid) for e in ask.job.entries}
    ran = [
        tables.Phase(name, records, outcome(records, job.target, ask.exact), _own(records.entries, rates, phases.chosen))
        for name, records in (("tuning", phases.tuning), ("evaluation", phases.evaluation))
        if records and started(records).size
    ]
    if not ran:
        raise KeyboardInterrupt
    scores = leaderboard.Scores(job.entries, rates, phases.chosen, *_grid_and_final(job, phases, ran))
    board = leaderboard.leaderboard(scores)
    judged = "loss" if job.problem.data is None or job.problem.data.held_out is None else "held-out loss"
    lanes, curves, ground = tables.lanes(ran), tables.curves(ran), _ground(job, phases, ran[-1], board)
    summary = {
        "problem": job.problem.name,
        "title": job.problem.title,
        "steps": job.steps,
        "batch": ask.request["race"]["batch"],
        "lanes": len(lanes),
        "judged": judged,
        "target": job.target,
        "target_every": ran[-1].outcome.every,
        "tuning_seeds": len(job.seeds) if phases.tuning else 0,
        "evaluation_seeds": len(phases.evaluation.seeds) if phases.evaluation else 0,
        "deterministic": not ask.chance,
        "interrupted": phases.stopped,
        "verdict": verdict(board, judged, job.target, ask.chance, ran[-1].outcome.every),
        "seconds": {**phases.seconds, "total": time.perf_counter() - begin},
        "leaderboard": board,
        "sensitivity": leaderboard.sensitivity(scores),
    }
    return Race(ask.request, summary, lanes, curves, *ground)


def _own(entries: Sequence[Entry], rates: dict[str, np.ndarray], chosen: dict[str, int]) -> list[np.ndarray]:
    """The learning rates of the entries that ran: all of the grid, or the chosen one."""
    return [r if len(r) in (0, len(e.settings)) else r[[chosen[e.name]]] for e in entries for r in [rates[e.name]]]


def _chosen_rows(job: Job, chosen: dict[str, int]) -> list[int]:
    """The rows of the tuning records that hold the chosen settings."""
    starts = np.cumsum([0, *(len(e.settings) for e in job.entries)])
    return [int(start) + chosen[e.name] for start, e in zip(starts, job.entries, strict=False)]


def _grid_and_final(job: Job, phases: Phases, ran: list[tables.Phase]) -> tuple[Outcome, Outcome]:
    """The outcomes of all settings and of the chosen: the tuning's own rows where there was no evaluation."""
    grid, final = (_live(ran[0]), _live(ran[-1]))
    return grid, final if ran[-1].name == "evaluation" else final.only(_chosen_rows(job, phases.chosen))


def _live(phase: tables.Phase) -> Outcome:
    return phase.outcome.only(slice(None), started(phase.records))


def _ground(job: Job, phases: Phases, last: tables.Phase, board: list[dict[str, Any]]) -> tuple[Any, dict[str, np.ndarray]]:
    """The paths (a table) and the landscape of a problem of one or two numbers; None and nothing for others."""
    if not job.keep_params:
        return None, {}
    rows = range(len(job.entries)) if last.name == "evaluation" else _chosen_rows(job, phases.chosen)
    at = {e.name: row for e, row in zip(job.entries, rows, strict=True)}
    ranked = {line["rule"]: line["learning_rate"] for line in board}
    walked = paths(last.records, {name: at[name] for name in ranked}, ranked)
    data = job.problem.data
    judged = None if data is None else data.train if data.held_out is None else data.held_out
    return walked, landscape(job.problem, judged, walked)
