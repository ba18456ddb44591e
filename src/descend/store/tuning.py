"""What tuning leaves, as plain values: how each rule fares at each learning rate, what was tried at full length, the answer."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from descend.core.errors import BadValue

from .result import RaceResult
from .winner import Winner


@dataclass(frozen=True)
class Plateau:
    """The learning rates of one rule, from short trainings of its own from the same starts.

    - `rule`; `learning_rate`: the best one
    - `low`, `high`: the learning rates around it that are as good, but for a tenth of the progress; both None where none works
    - `edge`: "low" or "high" where the best is the end of all that was tried, else None
    - `diverged`: the share of all these trainings that ended above their start
    - `loss`, `spread`: the interquartile mean of the best one's losses, and their standard deviation over the seeds
    - `rates`, `losses`, `lost`: all that were tried, in order; the loss of each (None where it is no number); the share of its
      seeds that diverged
    """

    rule: str
    learning_rate: float | None
    low: float | None
    high: float | None
    edge: str | None
    diverged: float
    loss: float | None
    spread: float | None
    rates: tuple[float, ...]
    losses: tuple[float | None, ...]
    lost: tuple[float, ...]


@dataclass(frozen=True)
class Setting:
    """A rule with a learning rate and a schedule, trained at full length: the tuning seeds' losses."""

    rule: str
    learning_rate: float
    schedule: str
    loss: float | None
    spread: float | None
    diverged: float
    usual: bool = False  # what people use who have not tuned

    @property
    def name(self) -> str:
        """What it races under."""
        mark = "(usual)" if self.usual else "" if self.schedule == "constant" else self.schedule
        return f"{self.rule} {mark}".rstrip()


@dataclass(frozen=True)
class TuneResult:
    """What to train a problem with, and the evidence. `descend.save` writes it into a folder; the race there is `race`.

    - `answer`: one sentence, and what the budget could not decide in further ones
    - `title`, `steps`: the problem, and the updates of a full training
    - `plateaus`: one a rule (see Plateau), from the most to the least promising
    - `settings`: those trained at full length, the best first (see Setting)
    - `race`: of the best few, and of what one would have used, on fresh seeds and test rows; None where tuning was stopped before
    - `seconds`: {"budget", "used", "compile", "rates", "settings", "race"}; the budget is None where it was not in seconds
    - `start`: the loss before the first update
    - `trainings`: how many, the short ones too
    - `native`: by framework, the lines that make its own optimizer train as the recommended rule does, where it has one
    - `interrupted`: whether it was stopped before its end
    """

    title: str
    steps: int
    answer: str
    plateaus: tuple[Plateau, ...]
    settings: tuple[Setting, ...]
    race: RaceResult | None
    seconds: dict[str, float | None]
    start: float
    trainings: int
    interrupted: bool = False
    notes: tuple[str, ...] = field(default=())
    native: dict[str, str] = field(default_factory=dict)

    def best(self) -> Winner:
        """The recommended rule, with its learning rate and schedule; `.code("torch")` is a program with it.

        Raises BadValue where tuning was stopped before the race.
        """
        if self.race is None:
            raise BadValue("tuning was stopped before its race: look at settings, or tune again")
        return self.race.best()

    def to_dict(self) -> dict[str, Any]:
        """All but the race, as plain values."""
        plain = json.loads(json.dumps(asdict(replace(self, race=None))))
        return {name: value for name, value in plain.items() if name != "race"}

    def __repr__(self) -> str:
        return f"{self.answer}\n\n{self.race!r}" if self.race else self.answer
