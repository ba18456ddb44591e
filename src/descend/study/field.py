"""The field of a race: which rules run, with which learning rates."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from descend.core.errors import BadValue
from descend.engine import Entry
from descend.rules import RULES, TEXTBOOK, Rule
from descend.schedules import Schedule

GRID = (1e-4, 10.0, 16)  # three learning rates a decade, wide enough for every textbook rule's best
SETS: dict[str, Callable[[], list[str]]] = {"textbook": lambda: list(TEXTBOOK), "all": lambda: list(RULES)}
Shaped = Callable[[float], Schedule]  # a learning rate -> a schedule that peaks or starts there


def learning_rates(asked: Any) -> np.ndarray:
    """A grid of learning rates, sorted: from None (the default grid), a number, a sequence, or "LO:HI:N" (log-spaced).

    Raises BadValue for what is not finite and above 0, a reversed range or a count below 2.
    """
    if asked is None:
        asked = f"{GRID[0]}:{GRID[1]}:{GRID[2]}"
    if isinstance(asked, str):
        return _from_text(asked)
    return _in_range(np.unique(np.atleast_1d(np.asarray(asked, float))), asked)


def _in_range(rates: np.ndarray, asked: Any) -> np.ndarray:
    """The rates, which lanes hold as 32-bit floats."""
    span = np.finfo(np.float32)
    if not rates.size or not np.all((rates >= span.tiny) & (rates <= span.max)):
        raise BadValue(f"learning rate is {asked}, must be finite and above 0 (from {span.tiny:.1e} to {span.max:.1e})")
    return rates


def _from_text(text: str) -> np.ndarray:
    remedy = "write one number, numbers with commas, or LO:HI:N with 0 < LO < HI and N of at least 2, such as 1e-4:1:9"
    try:
        numbers = [float(part) for part in text.replace(":", ",").split(",")]
    except ValueError:
        raise BadValue(f"learning rate '{text}' is not a number or range; {remedy}") from None
    if not np.all(np.isfinite(numbers)) or min(numbers) <= 0:
        raise BadValue(f"learning rate '{text}' has a number that is not finite and above 0; {remedy}")
    if ":" not in text:
        return _in_range(np.unique(numbers), text)
    if text.count(":") != 2 or "," in text or numbers[2] != int(numbers[2]):
        raise BadValue(f"learning rate '{text}' is not a range; {remedy}")
    low, high, count = numbers
    if low >= high:
        raise BadValue(f"learning rate range '{text}' is reversed or empty: {low:g} is not below {high:g}; {remedy}")
    if count < 2:
        raise BadValue(f"learning rate range '{text}' has {int(count)} point; {remedy}")
    return _in_range(np.geomspace(low, high, int(count)), text)


def named(rules: Any) -> dict[str, Rule]:
    """Rules by the name they race under, from "textbook", "all", names, rules, or a mapping of names to rules.

    Rules of one class are told apart by the hyperparameters that are not the defaults.
    """
    if isinstance(rules, Mapping):
        return {str(name): _rule(r) for name, r in rules.items()}
    if isinstance(rules, str):
        rules = SETS[rules]() if rules in SETS else [part.strip() for part in rules.split(",") if part.strip()]
    chosen: list[Rule] = [_rule(r) for r in ([rules] if isinstance(rules, Rule) else rules)]
    if not chosen:
        raise BadValue(f"no rule to race; choose from: {', '.join(RULES)}")
    alone = len({r.name for r in chosen}) == len(chosen)
    names = [r.name if alone else told_apart(r) for r in chosen]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise BadValue(f"rule {twice[0]} is entered twice; leave one out, or give each a name of its own: {{'name': rule, ...}}")
    return dict(zip(names, chosen, strict=True))


def _rule(rule: Any) -> Rule:
    if isinstance(rule, Rule):
        return rule
    if isinstance(rule, str):
        return RULES[rule]()
    if isinstance(rule, type) and issubclass(rule, Rule):
        return rule()
    raise BadValue(f"{rule!r} is not a rule; give a name ({', '.join(RULES)}), or a rule such as Adam(b1=0.5)")


def told_apart(rule: Rule) -> str:
    """The rule's name with the hyperparameters, but the learning rate, that are not the defaults."""
    changed = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule) if getattr(rule, f.name) != f.default}  # type: ignore[arg-type]
    return " ".join([rule.name, *(f"{name}={value}" for name, value in changed.items() if name != "learning_rate")])


def text(rule: Rule) -> str:
    """All hyperparameters of a rule as text: name=value, ..."""
    return ", ".join(f"{f.name}={_short(getattr(rule, f.name))}" for f in dataclasses.fields(rule))  # type: ignore[arg-type]


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def entries(rules: Mapping[str, Rule], rates: np.ndarray, shaped: Shaped | None = None) -> list[Entry]:
    """Each rule with each learning rate, as a number or as the schedule `shaped` gives it.

    A rule whose learning rate is a schedule already, or that has none, races as it is.
    """
    return [Entry(name, tuple(_settings(rule, rates, shaped))) for name, rule in rules.items()]


def _settings(rule: Rule, rates: Sequence[float] | np.ndarray, shaped: Shaped | None) -> list[Rule]:
    if rule.rate is None or isinstance(rule.rate, Schedule):
        return [rule]
    return [rule.with_rate(shaped(float(rate)) if shaped else float(rate)) for rate in rates]
