"""What the updates of each entrant cost, by every measure, and how many of them a budget allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jax

from descend.core.errors import BadValue, short
from descend.core.language.text import amount
from descend.core.numbers import MOST
from descend.engine import Entry, Job, costs
from descend.rules import Rule, Usage

from ..specs.budget import Budget

SECONDS, GRADIENT = "seconds", "gradient"  # in a document: of an update, and of a gradient
_KEYS = (SECONDS, GRADIENT, *(name for name in Usage._fields if name != "gradients"))
Document = Mapping[str, Mapping[str, float | int]]


@dataclass(frozen=True)
class Cost:
    """What updates of an entry cost.

    - `rule`: any of its settings; `rates`: how many gradients each thing that rules ask for takes
    - `seconds`, `gradient`: those of one update of one training, and of one gradient
    - `share`: the rows of an update to those of the batch that was asked for, of which a gradient counts as one
    """

    rule: Rule
    rates: Usage
    seconds: float
    gradient: float
    share: float = 1.0

    def of(self, by: str, steps: Any) -> Any:
        """What the first so many updates cost in evaluations or seconds: a number, or an array like `steps`."""
        if by == "seconds":
            return steps * self.seconds
        used = self.rule.uses(steps)
        return self.share * sum(count * rate for count, rate in zip(used, self.rates, strict=True))

    def steps_within(self, budget: Budget) -> int:
        """The most updates that cost no more than a budget; 0 where it does not last for one."""
        enough, least, most = budget.amount * (1 + 1e-9), 0, 1
        while most < MOST and self.of(budget.by, most) <= enough:
            least, most = most, 2 * most
        most = min(most, MOST)
        while most - least > 1:
            middle = (least + most) // 2
            least, most = (middle, most) if self.of(budget.by, middle) <= enough else (least, middle)
        return least

    def document(self) -> dict[str, float]:
        """The measured figures as plain values."""
        rates = {name: float(getattr(self.rates, name)) for name in Usage._fields if name != "gradients"}
        return {SECONDS: self.seconds, GRADIENT: self.gradient} | {name: rate for name, rate in rates.items() if rate}


def measure(jobs: Iterable[Job], shares: Iterable[float], known: Document | None = None) -> dict[str, Cost]:
    """What the entries of some jobs cost by name: as it is `known` of all of them, or else timed now.

    Settings of one structure ask for the same, so one of each is timed.
    """
    found: dict[str, Cost] = {}
    for job, share in zip(jobs, shares, strict=True):
        if known is not None and all(entry.name in known for entry in job.entries):
            found |= {entry.name: _read(entry, known[entry.name], share) for entry in job.entries}
            continue
        kinds = {jax.tree.structure(entry.settings[0]): entry.settings[0] for entry in job.entries}
        timed = costs(job.problem, list(kinds.values()), job.batch)
        seconds = dict(zip(kinds, timed.seconds, strict=True))
        for entry in job.entries:
            rule = entry.settings[0]
            found[entry.name] = Cost(rule, timed.rates, seconds[jax.tree.structure(rule)], timed.gradient, share)
    return found


def check(known: Any) -> Document | None:
    """Measured costs as a person, or a file, gives them. Raises BadValue for what cannot be such."""
    if known is None:
        return None
    for name, each in known.items() if isinstance(known, Mapping) else [("costs", known)]:
        if not isinstance(each, Mapping) or not {SECONDS, GRADIENT} <= set(each) <= set(_KEYS):
            raise BadValue(f"costs: {name} is {short(each)}; leave the costs out, and they are measured")
        for key, value in each.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
                raise BadValue(
                    f"costs: {name}.{key} is {short(value)}, must be a number above 0; leave the costs out to measure them"
                )
    return {name: dict(each) for name, each in known.items()}


def _read(entry: Entry, known: Mapping[str, float | int], share: float) -> Cost:
    rates = {name: value for name, value in known.items() if name in Usage._fields}
    return Cost(entry.settings[0], Usage(gradients=1.0, **rates), known[SECONDS], known[GRADIENT], share)


def allowance(costs: Mapping[str, Cost], steps: int, by: str) -> Budget:
    """What all trainings may use where no budget was asked for: as much as so many gradients."""
    gradient = min(cost.gradient for cost in costs.values()) if by == "seconds" else 1.0
    return Budget(steps * gradient, by)


def limits(costs: Mapping[str, Cost], budget: Budget) -> dict[str, int]:
    """The updates of each entry that a budget allows. Raises BadValue where it does not last for one."""
    found = {name: cost.steps_within(budget) for name, cost in costs.items()}
    least, name = max((float(cost.of(budget.by, 1)), name) for name, cost in costs.items())
    if found[name]:
        return found
    unit, enough = "s" if budget.by == "seconds" else budget.by, 1.05 * least
    raise BadValue(
        f"the budget of {amount(budget.amount, budget.by)} does not last for one step of {name}, which costs {least:.3g}: "
        f"give at least {enough:.3g}{unit}, or leave {name} out"
    )


def left_over(costs: Mapping[str, Cost], steps: Mapping[str, int], budget: Budget) -> dict[str, float]:
    """Of each entry what is left of the budget after its last update."""
    return {name: budget.amount - float(costs[name].of(budget.by, count)) for name, count in steps.items()}
