"""The compiled program that short and full trainings share: one entry a rule, whose settings differ in rates and schedules."""

import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial

from descend.engine import Control, Entry, Job, Progress, Records, Run
from descend.problems import Problem
from descend.races.judging.outcome import Outcome, outcome, started_seeds
from descend.races.phases import Tell
from descend.rules import Rule

from .schedule import choice

JUDGEMENTS = 24  # of a full training
Pair = tuple[float, str]  # a learning rate and the name of a schedule


class Trainings:
    """Rules by name on a problem; each run trains every rule with as many pairs of a learning rate and a schedule."""

    def __init__(
        self, problem: Problem, rules: Mapping[str, Rule], count: int, seeds: int, steps: int, batch: int | str | None,
        schedules: tuple[str, ...],
    ):  # fmt: skip
        self.rules, self.count, self.schedules, self.steps = dict(rules), count, schedules, steps
        pairs = {name: [(1e-3, "constant")] * count for name in rules}
        judgements = min(JUDGEMENTS, steps)
        self.job = Job(problem, self._entries(pairs), range(seeds), steps, batch, judgements=judgements, risk=False)
        self.run = Run(self.job)
        self.judgements = -(-steps // self.run.room)

    def compile(self) -> "Trainings":
        """Compile the program, in any thread."""
        self.run.compile()
        return self

    def train(
        self, pairs: Mapping[str, Sequence[Pair]], short: int, phase: str, tell: Tell, deadline: float | None = None
    ) -> tuple[Records, Outcome]:
        """Train every rule with its pairs for one `short`-th of a full training, until the clock (time.perf_counter) is past
        `deadline`.

        `stopped` of the records says that it was ended before, by the deadline or by Ctrl-C.
        """
        stop = threading.Event()
        control = Control(partial(_tell, tell, phase, deadline, stop), stop)
        records = self.run.run(self._entries(pairs), control, max(1, self.judgements // short))
        return records, outcome(records, None, self.job.noiseless).only(slice(None), started_seeds(records))

    def rows(self, name: str) -> slice:
        """Where the records have a rule's settings."""
        first = list(self.rules).index(name) * self.count
        return slice(first, first + self.count)

    def _entries(self, pairs: Mapping[str, Sequence[Pair]]) -> list[Entry]:
        return [Entry(name, tuple(self._setting(rule, *pair) for pair in pairs[name])) for name, rule in self.rules.items()]

    def _setting(self, rule: Rule, rate: float, schedule: str) -> Rule:
        return rule.with_rate(choice(self.schedules, schedule, rate, self.steps))


def _tell(tell: Tell, phase: str, deadline: float | None, stop: threading.Event, now: Progress) -> None:
    tell(phase, now)
    if deadline is not None and time.perf_counter() > deadline:
        stop.set()
