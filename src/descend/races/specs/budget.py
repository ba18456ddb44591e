"""The measures of cost, and how much of one a training may use."""

from dataclasses import dataclass
from typing import Any

from descend.core.errors import BadValue, UnknownName, short
from descend.core.numbers import MOST, quantity

MEASURES = ("steps", "evaluations", "seconds")
_UNITS = {
    "step": ("steps", 1.0),
    "steps": ("steps", 1.0),
    "evaluation": ("evaluations", 1.0),
    "evaluations": ("evaluations", 1.0),
    "s": ("seconds", 1.0),
    "second": ("seconds", 1.0),
    "seconds": ("seconds", 1.0),
    "ms": ("seconds", 1e-3),
}
_AS = "write a number and a unit, such as 500steps, 2000evaluations or 3s"


@dataclass(frozen=True)
class Budget:
    """What each training may use: `amount` steps, evaluations (gradient-equivalents) or seconds."""

    amount: float | int
    by: str

    def __str__(self) -> str:
        return f"{self.amount!r}".removesuffix(".0") + self.by

    @classmethod
    def read(cls, asked: str) -> "Budget":
        """The budget of text such as "2000evaluations", "500 steps", "3s" or "250ms". Raises BadInput for anything else."""
        amount, unit = quantity(asked)
        if amount is None:
            raise BadValue(f"budget is {short(asked)}, which is not a number with a unit: {_AS}")
        if unit is None:
            raise BadValue(f"budget is {short(asked)}, which has no unit: {_AS}")
        if unit.lower() not in _UNITS:
            raise UnknownName(f"unit in the budget {short(asked)}:", unit, _UNITS)
        by, factor = _UNITS[unit.lower()]
        if not 0 < amount * factor <= MOST:
            raise BadValue(f"budget is {short(asked)}, must be above 0 and at most {MOST:,} {by}")
        if by == "steps" and amount != int(amount):
            raise BadValue(f"budget is {short(asked)}, must be a whole number of steps")
        return cls(amount * factor, by)


def measure(asked: Any) -> str:
    """One of MEASURES. Raises UnknownName for anything else."""
    if asked not in MEASURES:
        raise UnknownName("measure of cost", asked, MEASURES)
    return asked
