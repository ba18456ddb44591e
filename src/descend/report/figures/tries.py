"""Which trainings a picture shows: each rule at its best learning rate or, where few rates were tried, at each of them."""

from dataclasses import dataclass
from typing import Any

from descend.core.language.text import rate
from descend.store import Line, RaceResult


@dataclass(frozen=True)
class Try:
    """A setting to draw: that of a line of the leaderboard, or another that was tried for it (not `chosen`), under a `label`."""

    line: Line
    setting_id: int
    learning_rate: float | None
    label: str
    chosen: bool

    @classmethod
    def of(cls, line: Line) -> "Try":
        """The setting that tuning chose."""
        return cls(line, line.setting_id, line.learning_rate, line.rule, True)

    @property
    def alone(self) -> bool:
        """Whether the label is the rule's name, so that the learning rate is still to be said."""
        return self.label == self.line.rule


def tries(race: RaceResult) -> list[Try]:
    """The settings to draw, in the order of the leaderboard, best first."""
    if not race.summary.get("each_rate"):
        return [Try.of(line) for line in race.leaderboard]
    named = len(race.leaderboard) > 1
    return [each for line in race.leaderboard for each in _at_each_rate(line, race.summary["sensitivity"], named)]


def _at_each_rate(line: Line, table: list[dict[str, Any]], named: bool) -> list[Try]:
    """Each learning rate that a rule was tried at; the rule itself where it has none."""
    mine = [each for each in table if each["rule"] == line.rule]
    if len(mine) < 2:
        return [Try.of(line)]
    words = f"{line.rule} at" if named else "learning rate"
    return [
        Try(
            line,
            each["setting_id"],
            each["learning_rate"],
            f"{words} {rate(each['learning_rate'])}",
            each["setting_id"] == line.setting_id,
        )
        for each in mine
    ]
