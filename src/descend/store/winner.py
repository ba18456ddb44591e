"""The rule that a race recommends, ready to be taken elsewhere."""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from descend.core.errors import BadValue, short
from descend.core.scripting import Code, build
from descend.scripts import BATCH, STEPS, script

from .leaderboard import Interval, Line

HOMES = ("descend.rules", "descend.schedules")  # what code may import from


@dataclass(frozen=True)
class Winner:
    """A rule of a leaderboard at the learning rate that was chosen for it.

    - `rule`: the name it raced under; `learning_rate`: None for a rule that has none; `hyperparameters`: all, as text
    - `loss`: of the verdict
    - `source`: the Python that makes the rule; None for a rule of one's own, which no import reaches
    - `steps`, `batch`: the updates of a training, and the rows that each saw, or "full"
    - `setting_id`: of the tables; `race`: the result that it is of
    - `diverged`: whether it ended above where it started, or at no number, with every seed
    """

    rule: str
    learning_rate: float | None
    hyperparameters: str
    loss: Interval
    source: Code | None
    steps: int = STEPS
    batch: int | str = BATCH
    diverged: bool = False
    setting_id: int = -1
    race: Any = field(default=None, repr=False, compare=False)

    def code(self, to: str) -> str:
        """A short program that trains with the rule as it is tuned, in "keras", "numpy", "optax" or "torch".

        It makes as many updates as the race, with as many rows each. Raises UnknownName for another framework, BadValue for
        a rule that is not descend's own, or that diverged.
        """
        if self.source is None:
            name, use = short(self.rule, str), short(self.hyperparameters, str, 160)
            raise BadValue(f"{name} is not one of descend's own rules, so no script can import it; use {use}")
        if self.diverged:
            at = "" if self.learning_rate is None else f" even at its best learning rate, {self.learning_rate:g}"
            name = short(self.rule, str)
            raise BadValue(f"{name} diverged in this race{at}: no program is made of it; race smaller learning rates")
        return script(self.source, to, self.steps, self.batch)

    def weights(self) -> Any:
        """What it trained, from the lane whose loss is the median over seeds, in the problem's own form.

        That is of Keras the list that `set_weights` takes, of Flax a state or collections, of Equinox and of descend's own
        networks the tree of parameters. BadValue where the weights were not kept, or nothing tells what model they are of.
        """
        return import_module("descend.races.trained").weights(self.race, self.setting_id)

    def model(self) -> Any:
        """A person's own model with these weights, in its framework; raises BadValue as `weights` does, and for other problems."""
        return import_module("descend.races.trained").model(self.race, self.setting_id)


def winner(line: Line, race: Any = None) -> Winner:
    """The winner that a line of a leaderboard tells of."""
    made = Code(**line.code) if line.code else None
    training = line.steps, line.batch, line.diverged_at_best == 1
    return Winner(line.rule, line.learning_rate, line.hyperparameters, line.loss, made, *training, line.setting_id, race)


def check(line: dict[str, Any]) -> None:
    """Raise ValueError for a line of which no program can be made, as its file may have been edited.

    That is one with a training of no updates or rows, or with Python that is more than calls, with literals, of what is
    imported from descend's rules and schedules.
    """
    steps, batch = line.get("steps", STEPS), line.get("batch", BATCH)
    if steps < 1 or not (batch == "full" or (isinstance(batch, int) and batch >= 1)):
        raise ValueError(f"trainings of {steps} updates of {short(batch)} rows")
    if not line.get("code"):
        return
    imports = line["code"]["imports"]
    names = [name for module in imports for name in imports[module]]
    if not set(imports) <= set(HOMES) or not all(name.isidentifier() for name in names):
        raise ValueError(f"its code imports {short(', '.join([*imports, *names]), str)}")
    build(line["code"]["expression"], dict.fromkeys(names, _nothing))


def _nothing(*_: Any, **__: Any) -> None:
    """Stands for a rule: only how it is called is looked at."""
