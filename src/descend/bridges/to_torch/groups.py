"""A rule's hyperparameters as the entries of a param group, under PyTorch's names: lr, betas, and the rule's own."""

import dataclasses
from typing import Any, NamedTuple

from descend.core import hyper
from descend.core.errors import BadValue, UnknownName
from descend.rules import Groups, Rule

from .rule_parts import nesting

RATE = "lr"
BETAS = ("b1", "b2", "b3")
PLAIN = (bool, int, float, str, tuple, type(None))  # what torch.load takes without trust


class Place(NamedTuple):
    """Where an entry's values are: in how many wrappers, and in which fields there."""

    depth: int
    fields: tuple[str, ...]


Places = dict[str, Place]


def places(rule: Rule) -> Places:
    """The entries of a rule, and of what it wraps. A wrapper's entry whose name is taken inside begins with its own name.

    What `groups` holds has no entries but the learning rate.
    """
    entries: Places = {}
    chain = nesting(rule)
    depth = next((i for i, part in enumerate(chain) if isinstance(part, Groups)), len(chain) - 1)
    for at in range(depth, -1, -1):
        for name, fields in _fields(chain[at]):
            while name in entries:
                name = f"{chain[at].name}.{name}"
            entries[name] = Place(at, fields)
    rate = {} if rule.rate is None else {RATE: entries.pop(RATE, Place(depth, ()))}
    return rate | dict(sorted(entries.items(), key=lambda entry: -entry[1].depth))


def _fields(rule: Rule) -> list[tuple[str, tuple[str, ...]]]:
    names = [f.name for f in dataclasses.fields(rule) if _shows(getattr(rule, f.name))]  # type: ignore[arg-type]
    betas = tuple(name for name in BETAS if name in names)
    rate = [(RATE, ("learning_rate",))] if "learning_rate" in names else []
    others = [(name, (name,)) for name in names if name not in (*betas, "learning_rate")]
    return rate + ([("betas", betas)] if betas else []) + others


def _shows(value: Any) -> bool:
    return hyper.is_schedule(value) or isinstance(value, PLAIN) or getattr(value, "ndim", None) == 0


def with_values(rule: Rule, where: Places, values: dict[str, Any]) -> Rule:
    """The rule with the values of entries that a person gives, numbers or schedules.

    Raises UnknownName for an entry that it lacks, BadValue for a value out of its range.
    """
    for name, value in values.items():
        if name not in where:
            called = next((entry for entry, place in where.items() if name in place.fields), None)
            if called:
                raise BadValue(f"{rule.name}: '{name}' is '{called}' in PyTorch; give {called}=...")
            raise UnknownName(f"hyperparameter of {rule.name}", name, where)
        rule = _with(rule, where[name], name, value, dataclasses.replace)
    return rule


def read_group(rule: Rule, where: Places, group: dict[str, Any]) -> Rule:
    """The rule with the numbers that stand in a param group now, unchecked; what is a schedule stays one."""
    for name, place in where.items():
        now = _values(rule, name, place)
        if any(map(hyper.is_schedule, now)):
            continue
        wanted = _split_value(rule, name, place, group[name])
        if wanted != now:
            rule = _with(rule, place, name, group[name], hyper.replace)
    return rule


def entries(rule: Rule, where: Places, t: int) -> dict[str, Any]:
    """The entries of a param group at update t: plain numbers, schedules by their value."""
    entries = {}
    for name, place in where.items():
        now = tuple(float(v(t - 1)) if hyper.is_schedule(v) else v for v in _values(rule, name, place))
        entries[name] = now if name == "betas" else now[0]
    return entries


def scheduled_entries(rule: Rule, where: Places) -> list[str]:
    """The entries that schedules set."""
    return [name for name, place in where.items() if any(map(hyper.is_schedule, _values(rule, name, place)))]


def _values(rule: Rule, name: str, place: Place) -> tuple[Any, ...]:
    if name == RATE:
        return (rule.rate,)
    part = nesting(rule)[place.depth] if place.depth else rule
    return tuple([getattr(part, field) for field in place.fields])


def _split_value(rule: Rule, name: str, place: Place, value: Any) -> tuple[Any, ...]:
    """A group's value as one value to each field."""
    if name != "betas":
        return (_number(value),)
    if not isinstance(value, tuple | list) or not 0 < len(value) <= len(place.fields):
        many = f"{len(place.fields)} numbers, such as {_values(rule, name, place)}"
        raise BadValue(f"{rule.name}: betas is {value!r}, must be a tuple of {many}")
    return (*map(_number, value), *_values(rule, name, place)[len(value) :])


def _number(value: Any) -> Any:
    """A tensor of one number as that number; anything else as it is."""
    return value.item() if hasattr(value, "requires_grad") and value.numel() == 1 else value


def _with(rule: Rule, place: Place, name: str, value: Any, replace: Any) -> Rule:
    parts = _split_value(rule, name, place, value)
    if name == RATE:
        owner = next((part for part in nesting(rule) if hasattr(part, "learning_rate")), None)
        if replace is dataclasses.replace and owner is not None:
            hyper.check_field(type(owner), "learning_rate", parts[0])
        return rule.with_rate(parts[0])
    return _inside(rule, place.depth, dict(zip(place.fields, parts, strict=True)), replace)


def _inside(rule: Any, depth: int, changes: dict[str, Any], replace: Any) -> Rule:
    return replace(rule, **(changes if depth == 0 else {"rule": _inside(rule.rule, depth - 1, changes, replace)}))
