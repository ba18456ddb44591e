"""The jobs of a race that ran, each with its phases, and all of them seen as one field of rivals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from descend.engine import Entry, Job, Records

from . import leaderboard, tables
from .outcome import Outcome, joined, outcome, started
from .phases import Phases


@dataclass(frozen=True)
class Part:
    """One job that ran, and what its phases recorded: one of the two, or both. `rates` are those of each entry."""

    job: Job
    phases: Phases
    ran: list[tables.Phase]
    rates: dict[str, np.ndarray]

    @property
    def last(self) -> tables.Phase:
        """The phase that the verdict rests on."""
        return self.ran[-1]

    def row(self, name: str) -> int:
        """Where the chosen setting of an entry stands in the records of the last phase."""
        rows = range(len(self.job.entries)) if self.last.name == "evaluation" else self._chosen_rows()
        return {e.name: row for e, row in zip(self.job.entries, rows, strict=True)}[name]

    def grid_and_final(self) -> tuple[Outcome, Outcome]:
        """The outcomes of all settings and of the chosen: the tuning's own rows where there was no evaluation."""
        grid, last = _live(self.ran[0]), _live(self.last)
        return grid, last if self.last.name == "evaluation" else last.only(self._chosen_rows())

    def others(self, name: str) -> list[tuple[float, int]]:
        """The learning rates that were tried for an entry and not chosen, each with its row in the records of the first phase."""
        if len(self.rates[name]) < 2 or self.ran[0].name != "tuning":
            return []
        start = self._chosen_rows()[[e.name for e in self.job.entries].index(name)] - self.phases.chosen[name]
        return [(float(rate), start + i) for i, rate in enumerate(self.rates[name]) if i != self.phases.chosen[name]]

    def _chosen_rows(self) -> list[int]:
        """The rows of the tuning records that hold the chosen settings."""
        starts = np.cumsum([0, *(len(e.settings) for e in self.job.entries)])
        return [int(start) + self.phases.chosen[e.name] for start, e in zip(starts, self.job.entries, strict=False)]


def part(job: Job, phases: Phases, rates: dict[str, np.ndarray]) -> Part:
    """What a job's phases recorded; `rates` are the learning rates of each entry. KeyboardInterrupt where there is nothing."""
    ran = [
        tables.Phase(name, records, outcome(records, job.target, job.noiseless), _own(records, rates, phases.chosen))
        for name, records in (("tuning", phases.tuning), ("evaluation", phases.evaluation))
        if records and started(records).size
    ]
    if not ran:
        raise KeyboardInterrupt
    return Part(job, phases, ran, rates)


def rows_of_a_step(job: Job) -> int | None:
    """How many rows an update sees; None where there are no rows."""
    rows = job.problem.data.rows if job.problem.data else None
    return rows if job.batch_words == "full" else int(job.batch_words)


class Parts:
    """The parts of a race as one: its phases, the scores of all entries, and where each entry's records are."""

    def __init__(self, parts: Sequence[Part]):
        self.parts = parts
        self.homes = {e.name: each for each in parts for e in each.job.entries}

    @property
    def phases(self) -> list[tables.Phase]:
        """All tuning phases, then all evaluations."""
        return [phase for name in ("tuning", "evaluation") for each in self.parts for phase in each.ran if phase.name == name]

    @property
    def every(self) -> int:
        """The most updates that lie between two looks at the target."""
        return max(each.last.outcome.every for each in self.parts)

    @property
    def evaluated(self) -> bool:
        """Whether lanes of fresh seeds give the verdict."""
        return all(each.last.name == "evaluation" for each in self.parts)

    def scores(self, entrants: Mapping[str, str], chance: bool) -> leaderboard.Scores:
        """What the leaderboard is made of; `entrants` says which entrant each entry is a value of."""
        grid, final = zip(*(each.grid_and_final() for each in self.parts), strict=True)
        entries: list[Entry] = [e for each in self.parts for e in each.job.entries]
        rates = {name: found for each in self.parts for name, found in each.rates.items()}
        chosen = {name: i for each in self.parts for name, i in each.phases.chosen.items()}
        fresh = all(each.ran[0] is not each.last for each in self.parts)
        job, steps, units = self.parts[0].job, max(each.job.steps for each in self.parts), self.units()
        counts = np.array([units[e.name] for e in entries])
        return leaderboard.Scores(
            entries, entrants, rates, chosen, joined(grid), joined(final), counts, fresh, chance, job.target, steps
        )

    def share_of_test_rows(self) -> float | None:
        """Test rows to training rows, where every seed parts the same rows anew; None elsewhere."""
        problem = self.parts[0].job.problem
        data = problem.data
        if data is None or data.test is None or not problem.resplits or problem.endless:
            return None
        return len(jax.tree.leaves(data.test)[0]) / data.rows

    def units(self) -> dict[str, int]:
        """What an update of each entry counts as: 1 or, where batches differ, the rows it sees, so that samples count."""
        rows = {e.name: rows_of_a_step(each.job) or 1 for each in self.parts for e in each.job.entries}
        return rows if len(set(rows.values())) > 1 else dict.fromkeys(rows, 1)

    def places(self, board: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Records, int]]:
        """For each line of the leaderboard the records it rests on and its row there."""
        homes = [self.homes[line["rule"]] for line in board]
        return [(line, home.last.records, home.row(line["rule"])) for line, home in zip(board, homes, strict=True)]


def _own(records: Records, rates: dict[str, np.ndarray], chosen: dict[str, int]) -> list[np.ndarray]:
    """The learning rates of the entries that ran: all of the grid, or the chosen one."""
    return [r if len(r) in (0, len(e.settings)) else r[[chosen[e.name]]] for e in records.entries for r in [rates[e.name]]]


def _live(phase: tables.Phase) -> Outcome:
    return phase.outcome.only(slice(None), started(phase.records))
