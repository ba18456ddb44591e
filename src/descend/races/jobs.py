"""The jobs of a race that ran, each with its phases, and all of them seen as one field of entrants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import mul
from typing import Any, NamedTuple

import jax
import numpy as np

from descend.engine import TEST, Entry, Job, Records

from .judging import leaderboard
from .judging.cost import Cost
from .judging.outcome import Outcome, join, outcome, started_seeds
from .phases import Phases
from .plan import EntryInfo
from .tables import lanes as tables


class Place(NamedTuple):
    """A setting of a rule: its id, the rule's name, its learning rate (None: it has none) and its row in some records."""

    setting_id: int
    rule: str
    rate: float | None
    row: int


@dataclass(frozen=True)
class Part:
    """One job that ran, and what its phases recorded: one of the two, or both. `info` says what its entries stand for."""

    job: Job
    phases: Phases
    completed: list[tables.Phase]
    info: dict[str, EntryInfo]

    @property
    def last(self) -> tables.Phase:
        """The phase that the verdict rests on."""
        return self.completed[-1]

    def row(self, name: str) -> int:
        """Where the chosen setting of an entry stands in the records of the last phase."""
        rows = range(len(self.job.entries)) if self.last.name == "evaluation" else self._chosen_rows()
        return {e.name: row for e, row in zip(self.job.entries, rows, strict=True)}[name]

    def grid_and_final(self) -> tuple[Outcome, Outcome]:
        """The outcomes of all settings and of the chosen: the tuning's own rows where there was no evaluation."""
        grid, last = _live(self.completed[0]), _live(self.last)
        return grid, last if self.last.name == "evaluation" else last.only(self._chosen_rows())

    def judged(self, records: Records, row: int) -> tuple[np.ndarray, np.ndarray]:
        """After which updates (points,) a setting's loss is known, and what it was (seeds, points): at every record where the
        training loss is judged and has no noise, else when it was judged."""
        steps, losses = records.judged_steps, records.metrics.get(f"{TEST}loss", records.metrics["loss"])[row]
        if not self.job.noiseless:
            return steps, losses
        early = records.steps < records.done[row].min()
        steps, losses = (
            np.append(records.steps[early], steps[-1]),
            np.column_stack([records.curves["loss"][row][:, early], losses[:, -1]]),
        )
        return steps, losses

    def place(self, name: str) -> Place:
        """The chosen setting of an entry, with its row in the records of the last phase."""
        return self._place(name, self.phases.chosen[name], self.row(name))

    def others(self, name: str) -> list[Place]:
        """The settings that were tried for an entry and not chosen, each with its row in the records of the first phase."""
        chosen, count = self.phases.chosen[name], len(self.info[name].rates)
        if count < 2 or self.completed[0].name != "tuning":
            return []
        start = self._chosen_rows()[[e.name for e in self.job.entries].index(name)] - chosen
        return [self._place(name, i, start + i) for i in range(count) if i != chosen]

    def _place(self, name: str, i: int, row: int) -> Place:
        info = self.info[name]
        return Place(int(info.setting_ids[i]), name, float(info.rates[i]) if len(info.rates) else None, row)

    def _chosen_rows(self) -> list[int]:
        """The rows of the tuning records that hold the chosen settings."""
        starts = np.cumsum([0, *(len(e.settings) for e in self.job.entries)])
        return [int(start) + self.phases.chosen[e.name] for start, e in zip(starts, self.job.entries, strict=False)]


def part(job: Job, phases: Phases, info: dict[str, EntryInfo]) -> Part:
    """What a job's phases recorded; `info` says what the entries stand for. KeyboardInterrupt where there is nothing."""
    ran = [
        tables.Phase(name, records, outcome(records, job.target, job.noiseless), _entries(records, info, phases.chosen))
        for name, records in (("tuning", phases.tuning), ("evaluation", phases.evaluation))
        if records and started_seeds(records).size
    ]
    if not ran:
        raise KeyboardInterrupt
    return Part(job, phases, ran, {entry.name: info[entry.name] for entry in job.entries})


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
        return [phase for name in ("tuning", "evaluation") for each in self.parts for phase in each.completed if phase.name == name]

    @property
    def every(self) -> int:
        """The most updates that lie between two looks at the target."""
        return max(each.last.outcome.every for each in self.parts)

    @property
    def has_evaluation(self) -> bool:
        """Whether lanes of fresh seeds give the verdict."""
        return all(each.last.name == "evaluation" for each in self.parts)

    def scores(self, chance: bool, by: str = "steps", costs: Mapping[str, Cost] | None = None) -> leaderboard.Scores:
        """What the leaderboard is made of; `costs` where cost is not counted in steps."""
        grid, final = zip(*(each.grid_and_final() for each in self.parts), strict=True)
        entries: list[Entry] = [e for each in self.parts for e in each.job.entries]
        info = {name: each for part in self.parts for name, each in part.info.items()}
        chosen = {name: i for each in self.parts for name, i in each.phases.chosen.items()}
        fresh = all(each.completed[0] is not each.last for each in self.parts)
        job, units = self.parts[0].job, self.units()
        spending = [partial(costs[e.name].of, by) if costs and by != "steps" else partial(mul, units[e.name]) for e in entries]
        steps = [self.steps[e.name] for e in entries]
        return leaderboard.Scores(entries, info, chosen, join(grid), join(final), spending, fresh, chance, job.target, steps)

    @property
    def steps(self) -> dict[str, int]:
        """The updates of a training of each entry."""
        return {e.name: each.job.updates(e) for each in self.parts for e in each.job.entries}

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

    def places(self, board: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], Records, int]]:
        """For each line of the leaderboard the records it rests on and its row there."""
        homes = [self.homes[line["rule"]] for line in board]
        return [(line, home.last.records, home.row(line["rule"])) for line, home in zip(board, homes, strict=True)]


def _entries(records: Records, info: dict[str, EntryInfo], chosen: dict[str, int]) -> list[EntryInfo]:
    """What the entries that ran stand for: with all of their settings, or with the chosen one."""
    return [
        each if len(each.setting_ids) == len(entry.settings) else each.only(chosen[entry.name])
        for entry in records.entries
        for each in [info[entry.name]]
    ]


def _live(phase: tables.Phase) -> Outcome:
    return phase.outcome.only(slice(None), started_seeds(phase.records))
