"""What a race found, put together from the records of its jobs and their phases."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from descend.engine import Job
from descend.store import Race

from . import leaderboard, tables
from .functions import functions
from .health import health
from .parts import Parts, part
from .paths import landscape, paths
from .phases import Phases
from .portraits import portraits
from .verdict import verdict


@dataclass(frozen=True)
class Asked:
    """What was asked: the tuning jobs, the learning rates, whether chance plays a part, the seeds of the verdict (none where
    chance plays no part), and all of it as plain values."""

    jobs: tuple[Job, ...]
    grid: np.ndarray
    chance: bool
    evaluation_seeds: range
    request: dict[str, Any]


def found(ask: Asked, ran: Sequence[Phases], begin: float) -> Race:
    """The race's tables, leaderboard and verdict; `begin` is the clock (time.perf_counter) when it was asked.

    Of a race that was stopped, the jobs that came to their end count; the one that was stopped only where it is the first.
    """
    complete = [phases for phases in ran if not phases.stopped] or ran[:1]
    parts = Parts([part(job, phases, ask.grid) for job, phases in zip(ask.jobs, complete, strict=False)])
    scores = parts.scores()
    board = _worked([line | _work(parts.homes[str(line["rule"])].job) for line in leaderboard.leaderboard(scores)])
    lanes, curves = tables.lanes(parts.phases), tables.curves(parts.phases)
    summary = _summary(ask, parts, board) | {
        "lanes": len(lanes),
        "seconds": _seconds(complete) | {"total": time.perf_counter() - begin},
        "leaderboard": board,
        "sensitivity": leaderboard.sensitivity(scores),
    }
    job, places = ask.jobs[0], parts.places(board)
    watched = health(parts, board) if job.health else None
    drawn = portraits(job.problem, places)
    return Race(ask.request, summary, lanes, curves, *_ground(parts, board), drawn, watched, functions(parts, board))


def _summary(ask: Asked, parts: Parts, board: list[dict[str, Any]]) -> dict[str, Any]:
    """What a reader is told first."""
    job, names = ask.jobs[0], {phase.name for phase in parts.phases}
    judged = "loss" if job.problem.data is None or job.problem.data.held_out is None else "held-out loss"
    last = parts.phases[-1]
    return {
        "problem": job.problem.name,
        "title": job.problem.title,
        "steps": max(each.job.steps for each in parts.parts),
        "batch": ask.request["race"]["batch"],
        "judged": judged,
        "target": job.target,
        "target_every": parts.every,
        "patience": job.patience,
        "tuning_seeds": len(job.seeds) if "tuning" in names else 0,
        "evaluation_seeds": len(last.records.seeds) if "evaluation" in names else 0,
        "deterministic": not ask.chance,
        "interrupted": len(parts.parts) < len(ask.jobs) or any(each.phases.stopped for each in parts.parts),
        "verdict": verdict(board, judged, job.target, ask.chance, parts.every),
        "notes": _notes(parts),
    }


def _work(job: Job) -> dict[str, Any]:
    """How many updates a training has, its batch, and how many rows that is; None where there are no rows."""
    rows = job.problem.data.rows if job.problem.data else None
    return {"steps": job.steps, "batch": job.batch_words, "rows": rows if job.batch_words == "full" else job.batch_words}


def _worked(board: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines with what an update is counted as: 1 or, where rivals differ in their batches, its rows, so that samples count."""
    differ = len({line["rows"] for line in board}) > 1
    return [line | {"unit": line["rows"] if differ else 1} for line in board]


def _seconds(ran: Sequence[Phases]) -> dict[str, float]:
    return {name: sum(phases.seconds[name] for phases in ran) for name in ("compile", "run")}


def _notes(parts: Parts) -> list[str]:
    """What the problems say of themselves that a reader should know, each once."""
    return list(dict.fromkeys(note for each in parts.parts for note in getattr(each.job.problem, "notes", ())))


def _ground(parts: Parts, board: list[dict[str, Any]]) -> tuple[pa.Table | None, dict[str, np.ndarray]]:
    """The paths (a table) and the landscape of a problem of one or two numbers; None and nothing for others."""
    first = parts.parts[0]
    if not first.job.keep_params:
        return None, {}
    problem, ranked = first.job.problem, {line["rule"]: line["learning_rate"] for line in board}
    walked = paths(first.last.records, {name: first.row(name) for name in ranked}, ranked)
    data = problem.data
    judged = None if data is None else data.train if data.held_out is None else data.held_out
    return walked, landscape(problem, judged, walked, first.last.records.seeds[0])
