"""The rule that a race recommends, ready to be taken elsewhere."""

from dataclasses import dataclass

from descend.core.errors import BadValue
from descend.core.scripting import Code
from descend.scripts import BATCH, STEPS, script

from .leaderboard import Interval, Line


@dataclass(frozen=True)
class Winner:
    """A rule of a leaderboard at the learning rate that was chosen for it.

    - `rule`: the name it raced under; `learning_rate`: None for a rule that has none; `hyperparameters`: all, as text
    - `loss`: of the verdict
    - `made`: the Python that makes the rule; None for a rule of one's own, which no import reaches
    - `steps`, `batch`: the updates of a training, and the rows that each saw, or "full"
    - `diverged`: whether it ended above where it started, or at no number, with every seed
    """

    rule: str
    learning_rate: float | None
    hyperparameters: str
    loss: Interval
    made: Code | None
    steps: int = STEPS
    batch: int | str = BATCH
    diverged: bool = False

    def code(self, to: str) -> str:
        """A short program that trains with the rule as it is tuned, in "keras", "numpy", "optax" or "torch".

        It makes as many updates as the race, with as many rows each. Raises UnknownName for another framework, BadValue for
        a rule that is not descend's own, or that diverged.
        """
        if self.made is None:
            raise BadValue(f"{self.rule} is not one of descend's own rules, so no script can import it; use {self.hyperparameters}")
        if self.diverged:
            at = "" if self.learning_rate is None else f" even at its best learning rate, {self.learning_rate:g}"
            raise BadValue(f"{self.rule} diverged in this race{at}: no program is made of it; race smaller learning rates")
        return script(self.made, to, self.steps, self.batch)


def winner(line: Line) -> Winner:
    """The winner that a line of a leaderboard tells of."""
    made = Code(**line.code) if line.code else None
    training = line.steps, line.batch, line.diverged_at_best == 1
    return Winner(line.rule, line.learning_rate, line.hyperparameters, line.loss, made, *training)
