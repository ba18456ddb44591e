"""What a race found, put together from the records of its jobs and their phases."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from descend.engine import Entry, Job, Records
from descend.store import Race

from . import leaderboard, tables
from .health import health
from .outcome import Outcome, joined, outcome
from .paths import landscape, paths
from .phases import Phases, started
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


@dataclass(frozen=True)
class Part:
    """One job of the race that ran, and what its phases recorded: one of the two, or both."""

    job: Job
    phases: Phases
    ran: list[tables.Phase]

    @property
    def last(self) -> Records:
        """The records that the verdict rests on."""
        return self.ran[-1].records

    def row(self, name: str) -> int:
        """Where the chosen setting of an entry stands in the last records."""
        chosen = range(len(self.job.entries)) if self.ran[-1].name == "evaluation" else _chosen_rows(self.job, self.phases.chosen)
        return {e.name: row for e, row in zip(self.job.entries, chosen, strict=True)}[name]


def found(ask: Asked, ran: Sequence[Phases], begin: float) -> Race:
    """The race's tables, leaderboard and verdict; `begin` is the clock (time.perf_counter) when it was asked.

    Of a race that was stopped, the jobs that came to their end count; the one that was stopped only where it is the first.
    """
    complete = [phases for phases in ran if not phases.stopped] or ran[:1]
    parts = [_part(ask, job, phases) for job, phases in zip(ask.jobs, complete, strict=False)]
    outcomes = [_grid_and_final(part) for part in parts]
    entries = [e for part in parts for e in part.job.entries]
    scores = leaderboard.Scores(
        entries,
        _rates(ask, entries),
        {name: chosen for part in parts for name, chosen in part.phases.chosen.items()},
        joined([grid for grid, _ in outcomes]),
        joined([final for _, final in outcomes]),
    )
    board = leaderboard.leaderboard(scores)
    work = {e.name: _work(part.job) for part in parts for e in part.job.entries}
    board: list[dict[str, Any]] = [line | work[str(line["rule"])] for line in board]
    job = ask.jobs[0]
    judged = "loss" if job.problem.data is None or job.problem.data.held_out is None else "held-out loss"
    every = max(part.ran[-1].outcome.every for part in parts)
    phases = [phase for name in ("tuning", "evaluation") for part in parts for phase in part.ran if phase.name == name]
    lanes, curves = tables.lanes(phases), tables.curves(phases)
    homes = {e.name: part for part in parts for e in part.job.entries}
    places = [(line, homes[line["rule"]].last, homes[line["rule"]].row(line["rule"])) for line in board]
    walked, ground = _ground(parts[0], board)
    summary = {
        "problem": job.problem.name,
        "title": job.problem.title,
        "steps": max(part.job.steps for part in parts),
        "batch": ask.request["race"]["batch"],
        "lanes": len(lanes),
        "judged": judged,
        "target": job.target,
        "target_every": every,
        "patience": job.patience,
        "tuning_seeds": len(job.seeds) if any(phase.name == "tuning" for phase in phases) else 0,
        "evaluation_seeds": len(ask.evaluation_seeds) if phases[-1].name == "evaluation" else 0,
        "deterministic": not ask.chance,
        "interrupted": len(parts) < len(ask.jobs) or any(part.phases.stopped for part in parts),
        "verdict": verdict(board, judged, job.target, ask.chance, every),
        "notes": _notes(ask),
        "seconds": {
            "compile": sum(part.phases.seconds["compile"] for part in parts),
            "run": sum(part.phases.seconds["run"] for part in parts),
            "total": time.perf_counter() - begin,
        },
        "leaderboard": board,
        "sensitivity": leaderboard.sensitivity(scores),
    }
    shown = portraits(job.problem, places)
    watched = health(job.problem, places) if job.health else None
    return Race(ask.request, summary, lanes, curves, walked, ground, shown, watched)


def _part(ask: Asked, job: Job, phases: Phases) -> Part:
    rates = _rates(ask, job.entries)
    ran = [
        tables.Phase(name, records, outcome(records, job.target, job.noiseless), _own(records.entries, rates, phases.chosen))
        for name, records in (("tuning", phases.tuning), ("evaluation", phases.evaluation))
        if records and started(records).size
    ]
    if not ran:
        raise KeyboardInterrupt
    return Part(job, phases, ran)


def _rates(ask: Asked, entries: Sequence[Entry]) -> dict[str, np.ndarray]:
    return {e.name: leaderboard.rates(e, ask.grid) for e in entries}


def _own(entries: Sequence[Entry], rates: dict[str, np.ndarray], chosen: dict[str, int]) -> list[np.ndarray]:
    """The learning rates of the entries that ran: all of the grid, or the chosen one."""
    return [r if len(r) in (0, len(e.settings)) else r[[chosen[e.name]]] for e in entries for r in [rates[e.name]]]


def _chosen_rows(job: Job, chosen: dict[str, int]) -> list[int]:
    """The rows of the tuning records that hold the chosen settings."""
    starts = np.cumsum([0, *(len(e.settings) for e in job.entries)])
    return [int(start) + chosen[e.name] for start, e in zip(starts, job.entries, strict=False)]


def _grid_and_final(part: Part) -> tuple[Outcome, Outcome]:
    """The outcomes of all settings and of the chosen: the tuning's own rows where there was no evaluation."""
    grid, final = _live(part.ran[0]), _live(part.ran[-1])
    return grid, final if part.ran[-1].name == "evaluation" else final.only(_chosen_rows(part.job, part.phases.chosen))


def _live(phase: tables.Phase) -> Outcome:
    return phase.outcome.only(slice(None), started(phase.records))


def _work(job: Job) -> dict[str, Any]:
    """How many updates a training has, its batch, and how many rows that is; None where there are no rows."""
    rows = job.problem.data.rows if job.problem.data else None
    return {"steps": job.steps, "batch": job.batch_words, "rows": rows if job.batch_words == "full" else job.batch_words}


def _notes(ask: Asked) -> list[str]:
    """What the problems say of themselves that a reader should know, each once."""
    return list(dict.fromkeys(note for job in ask.jobs for note in getattr(job.problem, "notes", ())))


def _ground(part: Part, board: list[dict[str, Any]]) -> tuple[pa.Table | None, dict[str, np.ndarray]]:
    """The paths (a table) and the landscape of a problem of one or two numbers; None and nothing for others."""
    job = part.job
    if not job.keep_params:
        return None, {}
    ranked = {line["rule"]: line["learning_rate"] for line in board}
    walked = paths(part.last, {name: part.row(name) for name in ranked}, ranked)
    data = job.problem.data
    judged = None if data is None else data.train if data.held_out is None else data.held_out
    return walked, landscape(job.problem, judged, walked)
