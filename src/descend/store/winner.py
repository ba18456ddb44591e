"""The rule that a race recommends, ready to be taken elsewhere."""

from dataclasses import dataclass
from typing import Any

from descend.core.errors import BadValue
from descend.core.scripting import Code
from descend.scripts import script


@dataclass(frozen=True)
class Winner:
    """A rule of a leaderboard at the learning rate that was chosen for it.

    - `rule`: the name it raced under; `learning_rate`: None for a rule that has none; `hyperparameters`: all, as text
    - `loss`: {iqm, low, high} of the verdict
    - `made`: the Python that makes the rule; None for a rule of one's own, which no import reaches
    """

    rule: str
    learning_rate: float | None
    hyperparameters: str
    loss: dict[str, Any]
    made: Code | None

    def code(self, to: str) -> str:
        """A short program that trains with the rule as it is tuned, in "keras", "numpy", "optax" or "torch".

        Raises UnknownName for another framework, BadValue for a rule that is not descend's own.
        """
        if self.made is None:
            raise BadValue(f"{self.rule} is not one of descend's own rules, so no script can import it; use {self.hyperparameters}")
        return script(self.made, to)


def winner(line: dict[str, Any]) -> Winner:
    """The winner that a line of a leaderboard tells of."""
    made = Code(**line["code"]) if line.get("code") else None
    return Winner(line["rule"], line["learning_rate"], line["hyperparameters"], line["loss"], made)
