"""A learning rate that keeps its ratio to another when that one is changed."""

from typing import Any

from descend.core import hyper
from descend.core.errors import BadValue
from descend.core.numeric.arrays import one_if_zero
from descend.schedules import Schedule


@hyper.pytree
class Proportion(Schedule):
    """rate * own / base at every step, each a number or a schedule; where base is 0, rate * own."""

    name = "proportion"

    rate: Any
    own: Any
    base: Any

    def __call__(self, step: Any) -> Any:
        rate, own, base = (v(step) if isinstance(v, Schedule) else v for v in (self.rate, self.own, self.base))
        return rate * own / one_if_zero(base)


def in_proportion(rate: Any, own: Any, base: Any, owner: str) -> Any:
    """What `own` becomes when `base` becomes `rate`: a number where all three are, else a schedule.

    Raises BadValue where base is 0, for then there is no proportion.
    """
    if isinstance(base, int | float) and base == 0:
        raise BadValue(f"{owner}: the learning rate of the rule inside is 0, to which no other stands in proportion; give it one")
    if any(isinstance(value, Schedule) for value in (rate, own, base)):
        return rate if own is base else Proportion(rate, own, base)
    return rate if own is base else rate * (own / base)
