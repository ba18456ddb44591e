"""What the engine is to train: plain values, so that a job can be pickled and sent to another process."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descend.core.errors import BadValue
from descend.core.numbers import real, whole
from descend.problems import Problem

from . import demands, memory, order
from .lanes import Entry

POINTS = 500  # records a lane of a large race keeps at most, unless asked otherwise
SMALL = 50_000  # lanes x steps up to which every step is kept
SEEDS = 2**32  # how many there are
LANES = 1_000_000  # in one race
RECORDS = 20_000_000  # lanes x records of a race, unless asked otherwise: half a gigabyte
KEPT = 200_000_000  # lanes x records that may be asked for


@dataclass
class Job:
    """One race of lanes: every setting of every entry, with every seed."""

    problem: Problem
    entries: Sequence[Entry]
    seeds: Sequence[int]
    steps: int
    batch: int | str | None = None  # rows a step; "full": all; None: the problem's own
    sampling: str = "shuffled"  # how rows are taken: one of order.SAMPLINGS
    target: float | None = None  # count the steps to this judged loss
    every: int | None = None  # steps between records; None: every step of a small race, else POINTS of them
    judgements: int = 10  # evaluations after the start
    patience: int | None = None  # stop a lane after so many without a lower judged loss, and keep its best weights
    keep_params: bool = False
    health: bool = False  # record norms and shares layer by layer
    risk: bool = False  # judge as many training rows beside the validation rows
    test: bool = False  # judge the test rows too, where there are any: for the verdict, not for choosing settings
    snapshots: bool = False  # keep the problem's snapshots of every lane's weights
    weights: bool = False  # keep every lane's weights to ship, and aux
    width: int | None = None  # lanes in one program; None: planned

    def __post_init__(self) -> None:
        self.steps = whole("steps", self.steps)
        self.target = None if self.target is None else real("target", self.target)
        self.width = None if self.width is None else whole("width", self.width)
        if not self.seeds or not self.entries:
            raise BadValue("a race needs at least one seed and one rule")
        for entry in self.entries:
            demands.check(self.problem.at(entry.numbers), entry.settings[0])
        size = batch_size(self.problem, self.batch)
        order.check(self.problem, self.sampling, size, self.steps)
        self._check_patience()
        settings = sum(len(e.settings) for e in self.entries)
        lanes = settings * len(self.seeds)
        if lanes > LANES:
            raise BadValue(
                f"{settings:,} settings x {len(self.seeds):,} seeds are {lanes:,} lanes, more than {LANES:,}; "
                "take fewer learning rates, rules or seeds"
            )
        if self.every is None:
            self.every = 1 if lanes * self.steps <= SMALL else max(1, -(-self.steps // POINTS), lanes * self.steps // RECORDS)
        if lanes * (self.steps // self.every) > KEPT:
            raise BadValue(
                f"{self.steps:,} steps of {lanes:,} lanes are too many to keep each; take at most {KEPT // lanes:,} steps"
            )
        points = -(-self.steps // self.every)
        memory.check(self.problem, lanes, self.steps, points, self.judgements + 1, self.keep_params, self.health, self.snapshots)

    def _check_patience(self) -> None:
        if self.patience is None:
            return
        self.patience = whole("patience", self.patience, 1, self.judgements)
        data, asked = self.problem.data, f"patience is {self.patience}, but {self.problem.title}"
        if data is None:
            raise BadValue(f"{asked} has no rows to validate and stop by: leave it out")
        if data.validation is None:
            raise BadValue(f"{asked} has no validation rows to stop by: leave it out, or give validation a share of the rows")

    @property
    def limited(self) -> bool:
        """Whether some lanes make fewer updates than others."""
        return any(limit < self.steps for limit in self.limits(self.entries))

    def limits(self, entries: Sequence[Entry]) -> list[int]:
        """After how many updates each setting of these entries stays as it is."""
        return [self.updates(e) for e in entries for _ in e.settings]

    def updates(self, entry: Entry) -> int:
        """The updates that each training of an entry makes."""
        return min(entry.steps or self.steps, self.steps)

    @property
    def batch_words(self) -> int | str:
        """Rows an update sees, or "full"."""
        return batch_size(self.problem, self.batch) or "full"

    @property
    def noiseless(self) -> bool:
        """Whether the training loss itself is judged, at every step: it sees all rows, no others judge, and it has no noise."""
        data = self.problem.data
        judged = data is None or data.judging is data.train
        quiet = not any(self.problem.at(entry.numbers).noisy for entry in self.entries)
        return quiet and judged and batch_size(self.problem, self.batch) is None


def batch_size(problem: Problem, batch: int | str | None) -> int | None:
    """Rows a step sees; None where it sees all. Raises BadValue for more rows than there are."""
    rows = problem.data.rows if problem.data else 0
    size = problem.batch if batch is None else batch
    if size == "full" and problem.endless:
        raise BadValue(f"batch is 'full', but the rows of {problem.title} never end; give the number of rows an update sees")
    if size == "full":
        return None
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise BadValue(f"batch is {size!r}, must be a whole number of at least 1, or 'full'")
    if not rows and not problem.endless:
        raise BadValue(f"{problem.title} has no rows to take batches of {size} from; leave the batch out or say 'full'")
    if size > rows and not problem.endless:
        if batch is None:
            return None
        raise BadValue(f"batch is {size}, but {problem.title} has {rows} training rows; give at most {rows}, or 'full'")
    return int(size)
