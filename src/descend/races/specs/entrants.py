"""The field of a race: which rules run, with which learning rates."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from descend.core.calls import own_function
from descend.core.errors import BadValue, short
from descend.engine import Entry
from descend.rules import RULES, TEXTBOOK, Rule, find, first_order
from descend.rules import code as rules_code
from descend.schedules import Schedule

from .sweep import Entrant

SETS: dict[str, Callable[[], list[str]]] = {"textbook": lambda: list(TEXTBOOK), "all": lambda: list(first_order(RULES))}
_NUMBER = re.compile(r"((?<![\w.])\d+(?:\.\d*)?(?:e[+-]?\d+)?)")
Shaped = Callable[[float], Any]  # a learning rate -> a schedule that peaks or starts there


def rules_by_name(rules: Any) -> dict[str, Rule]:
    """Rules by the name they race under, from "textbook", "all", names, rules, or a mapping of names to rules.

    Rules of one class are told apart by the hyperparameters that are not the defaults.
    """
    if isinstance(rules, Mapping):
        return {str(name): find(r) for name, r in rules.items()}
    if isinstance(rules, str):
        rules = names(rules, "rules")
    if isinstance(rules, Rule | type) or not isinstance(rules, Iterable):
        rules = [rules]
    chosen = [find(r) for r in rules]
    if not chosen:
        raise BadValue(f"no rule to race; choose from: {', '.join(RULES)}")
    alone = len({r.name for r in chosen}) == len(chosen)
    called = [r.name if alone else distinct_name(r) for r in chosen]
    twice = sorted({n for n in called if called.count(n) > 1})
    if twice:
        raise BadValue(f"rule {twice[0]} is entered twice; leave one out, or give each a name of its own: {{'name': rule, ...}}")
    return dict(zip(called, chosen, strict=True))


def names(text: str, what: str) -> list[str]:
    """The names in text such as "sgd,adam", "textbook" or "all"; BadValue, which begins with `what`, for one that is empty."""
    if text in SETS:
        return SETS[text]()
    names_given = [name.strip() for name in text.split(",")]
    if not any(names_given):
        raise BadValue(f"{what} names no rule; write names with commas, such as sgd,adam, or leave it out")
    if not all(names_given):
        raise BadValue(f"{what} {short(text, str)} has a comma too many; write names such as sgd,adam")
    return names_given


def distinct_name(rule: Rule) -> str:
    """The rule's name with the hyperparameters, but the learning rate, that are not the defaults."""
    changed = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule) if getattr(rule, f.name) != f.default}  # type: ignore[arg-type]
    return " ".join([rule.name, *(f"{name}={value}" for name, value in changed.items() if name != "learning_rate")])


def text(rule: Rule) -> str:
    """All hyperparameters of a rule as text: name=value, ..."""
    return ", ".join(f"{f.name}={_short(getattr(rule, f.name))}" for f in dataclasses.fields(rule))  # type: ignore[arg-type]


def texts(settings: Sequence[Rule]) -> str:
    """The hyperparameters of settings of one structure as text; "A to B" where the first has the number A and the last B."""
    first, last = (_NUMBER.split(text(settings[i])) for i in (0, -1))
    if len(first) != len(last):  # a word, such as inf, in place of a number
        return f"{text(settings[0])} to {text(settings[-1])}"
    return "".join(a if a == b else f"{_short(float(a))} to {_short(float(b))}" for a, b in zip(first, last, strict=True))


def schedule(rule: Rule) -> str | None:
    """The schedule of a rule's learning rate in words, such as cosine(0.5, 50); None where it has none."""
    if not isinstance(rule.rate, Schedule):
        return None
    fields = [f for f in dataclasses.fields(rule.rate) if getattr(rule.rate, f.name) != f.default]  # type: ignore[arg-type]
    required = [_value(getattr(rule.rate, f.name)) for f in fields if f.default is dataclasses.MISSING]
    changed = [f"{f.name}={_value(getattr(rule.rate, f.name))}" for f in fields if f.default is not dataclasses.MISSING]
    return f"{rule.rate.name}({', '.join([*required, *changed])})"


def _value(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def code(rule: Rule) -> dict[str, Any] | None:
    """The Python that makes a rule, as plain values; None for one that no import reaches."""
    try:
        return dataclasses.asdict(rules_code.code(rule))
    except BadValue:
        return None


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def entry(entrant: Entrant, rates: np.ndarray, shaped: Shaped | None = None, variant: str = "") -> tuple[Entry, np.ndarray]:
    """An entrant with each learning rate, a number or the schedule `shaped` gives it, and those rates; `variant` ends its name.

    A rule whose learning rate is a schedule of its own, or that has none, races as it is, without a rate to report; one
    with a single setting reports the number it has.
    """
    settings, own = _settings(entrant.rule, rates, shaped)
    return Entry(entry_name(entrant, variant), tuple(settings), entrant.numbers), own


def entry_name(entrant: Entrant, variant: str) -> str:
    """What an entrant is called in the program of that variant."""
    return f"{entrant.name} {variant}".strip()


def _settings(rule: Rule, rates: np.ndarray, shaped: Shaped | None) -> tuple[list[Rule], np.ndarray]:
    if rule.rate is None or isinstance(rule.rate, Schedule):
        return [rule], np.empty(0)
    return [rule.with_rate(_shape(shaped, float(rate)) if shaped else float(rate)) for rate in rates], rates


def _shape(shaped: Shaped, rate: float) -> Any:
    """What `shaped` makes of a learning rate: a schedule, or a number in its range."""
    remedy = "give the name of a schedule, or a function learning rate -> schedule"
    if isinstance(shaped, Schedule) or not callable(shaped):
        raise BadValue(f"schedule is {short(shaped)}; {remedy}, such as lambda rate: Cosine(rate, 100)")
    schedule = own_function(f"schedule(learning rate {rate:g})", shaped, rate)
    if isinstance(schedule, Schedule):
        return schedule
    raise BadValue(f"schedule gave {short(schedule)} for learning rate {rate:g}, must give a Schedule; {remedy}")
