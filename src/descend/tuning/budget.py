"""How much tuning may use, and what it does with it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from descend.core.errors import BadValue, UnknownName, short
from descend.core.numbers import quantity

_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), ("seconds", 1.0)),
    **dict.fromkeys(("min", "minute", "minutes"), ("seconds", 60.0)),
    **dict.fromkeys(("h", "hour", "hours"), ("seconds", 3600.0)),
    **dict.fromkeys(("lane", "lanes", "training", "trainings"), ("trainings", 1.0)),
    **dict.fromkeys(("step", "steps"), ("steps", 1.0)),
}
MOST = 1e9
SHORT = 4  # a short training is this part of a full one


@dataclass(frozen=True)
class Budget:
    """`amount` of "seconds" of the wall's clock, "trainings" (of full length) or "steps" (updates of single trainings)."""

    amount: float
    by: str

    @classmethod
    def read(cls, asked: str) -> "Budget":
        """The budget of text such as "60s", "5min", "500trainings" or "200000steps". Raises BadInput for anything else."""
        number, unit = quantity(asked)
        if number is None or unit is None or number < 0:
            raise BadValue(f"budget is {short(asked)}, must be a number with a unit, such as 60s, 5min, 500trainings or 1e6steps")
        if unit.lower() not in _UNITS:
            raise UnknownName(f"unit in the budget {short(asked)}:", unit, _UNITS)
        by, factor = _UNITS[unit.lower()]
        if not 0 < number * factor <= MOST:
            raise BadValue(f"budget is {short(asked)}, must be above 0 and at most {MOST:,.0f} {by}")
        return cls(number * factor, by)


@dataclass(frozen=True)
class Effort:
    """What is tried: `rules` of them, each with `rates` x `seeds` short trainings, twice where a best rate is at an edge; then
    `rates` settings a rule (learning rates x `schedules`) at full length; then `finalists` on `fresh` seeds."""

    rules: int
    rates: int = 12
    seeds: int = 3
    schedules: int = 4
    finalists: int = 5
    fresh: int = 20
    short: int = SHORT

    @property
    def trainings(self) -> float:
        """The cost of all of it, in full trainings."""
        return self.probes * 2 + self.rules * self.rates * self.seeds + self.race

    @property
    def probes(self) -> float:
        """The cost of the short trainings, once."""
        return self.rules * self.rates * self.seeds / self.short

    @property
    def race(self) -> float:
        """The cost of the last race."""
        return float(self.finalists * self.fresh)


FEWEST = 5  # fresh seeds with which two rules can be told apart, where they differ much


def effort(trainings: Callable[[int], float], rules: int, chosen: bool, schedules: int) -> Effort:
    """The most that is possible with so many full `trainings` (for a number of rules, since each takes time to compile), of all
    rules where a person chose them, else of the first ones.

    Given up in this order: fresh seeds beyond ten, schedules beyond two and so half of the settings, a seed, rules, the length of
    short trainings. Raises BadValue where nothing of use remains.
    """
    base = Effort(rules, schedules=schedules)
    less = [
        base,
        replace(base, fresh=10),
        replace(base, fresh=10, rates=8, schedules=min(2, schedules)),
        replace(base, fresh=10, rates=6, schedules=min(2, schedules), seeds=2),
    ]
    last = less[-1]
    less += [] if chosen else [replace(last, rules=n, finalists=min(5, n + 1)) for n in range(rules - 1, 1, -1)]
    last = less[-1]
    less += [
        replace(last, fresh=FEWEST, finalists=min(3, last.finalists)),
        replace(last, fresh=FEWEST, finalists=2, seeds=1, short=8),
    ]
    for each in less:
        if each.trainings <= trainings(each.rules):
            spare = int((trainings(each.rules) - each.trainings) / each.finalists) if each is base else 0
            return replace(each, fresh=min(each.fresh + spare, 50))
    last = less[-1]
    allows = max(trainings(last.rules), 0.0)
    raise BadValue(
        f"the budget allows {allows:.2g} trainings beside compiling, and tuning needs {last.trainings:.0f} at least: give more, or "
        "fewer rules, schedules, or steps a training"
    )
