"""What cannot be swept, refused with what can."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from descend.core import hyper
from descend.core.errors import BadValue, UnknownName
from descend.rules import DecoupledWeightDecay, Rule

BATCH, DECAY = "batch", "weight_decay"
JUDGES = {"criterion", "delta", "validation", "split_seed", "task", "target", "path", "drop", "file", "text", "profit", "cost"}
RATES = ("lr", "learning_rate", "learning_rates")
MOST = 1000


def check_name(name: str, fields: Sequence[str], rules: Mapping[str, Rule]) -> None:
    """Raise BadInput for a name that is no option of the problem (`fields`), no rule.hyperparameter, BATCH or DECAY."""
    if name in JUDGES:
        raise BadValue(f"a sweep over {name} changes what is judged, so its values cannot be compared: race them one by one")
    owner, dot, field = name.rpartition(".")
    if field in RATES:
        raise BadValue(f"a sweep over {name}: every race tunes learning rates; give them as learning_rates, such as 0.01,0.1")
    own = {each: [f.name for f in dataclasses.fields(rule) if f.name not in RATES] for each, rule in rules.items()}  # type: ignore[arg-type]
    if dot and owner not in rules:
        raise UnknownName("rule of this race to sweep", owner, rules)
    if dot and field not in own[owner]:
        raise UnknownName(f"hyperparameter of {owner} to sweep", field, own[owner])
    if not dot and name not in (*fields, BATCH, DECAY):
        known = [*(each for each in fields if each not in JUDGES), BATCH, DECAY]
        raise UnknownName("thing to sweep", name, [*known, *(f"{rule}.{each}" for rule in own for each in own[rule])])


def check_decay(values: Sequence[Any]) -> None:
    """BadValue for a weight decay out of its range, by the name that it has in a sweep."""
    for value in values:
        try:
            hyper.check_field(DecoupledWeightDecay, "decay", value)
        except BadValue:
            allowed = hyper.ranges(DecoupledWeightDecay)["decay"]
            raise BadValue(f"sweep {DECAY} has {value}, must be numbers in {allowed}") from None


def check_widths(name: str, value: str) -> None:
    """BadValue for text with brackets where an option takes several numbers."""
    if set("()[]") & set(value):
        raise BadValue(
            f"sweep {name} has '{value}': write the numbers of one value with x between them, as in {name}=8,8x8, "
            f"or in Python sweep={{'{name}': [(8,), (8, 8)]}}"
        )


def check_count(rules: Mapping[str, Rule], swept: Mapping[str, Sequence[Any]]) -> None:
    """BadValue for more entrants than a race takes."""
    count = len(rules)
    for each in swept.values():
        count *= len(each)
    if count > MOST:
        raise BadValue(f"{len(rules)} rules and the values to sweep are {count:,} entrants, more than {MOST:,}: take fewer values")
