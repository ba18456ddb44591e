"""What a race compares beside rules: options of the problem, batch sizes, decay and hyperparameters, value by value.

What lanes can hold as a number (the problem's `numbers`, hyperparameters, decay) runs in one program; every value of anything
else, such as the batch size or the activation, is a program of its own.
"""

import dataclasses
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from descend.core.errors import BadValue
from descend.problems import Problem
from descend.problems.options import make
from descend.rules import DecoupledWeightDecay, Rule

from .sweep_checks import BATCH, DECAY, check_count, check_decay, check_name, check_widths
from .values import values

Sweep = str | Iterable[str] | Mapping[str, Any]  # as people write it; an option of a problem may be anything


@dataclass(frozen=True)
class Entrant:
    """One rule with one value of each thing that is swept and that lanes can hold."""

    name: str
    rule: Rule
    numbers: Mapping[str, float]
    owner: str  # the name of the rule in the race
    values: Mapping[str, Any] = field(default_factory=dict)  # of what is swept


@dataclass(frozen=True)
class Variant:
    """One value of each thing that needs a program of its own: the problem with it, the batch and its name."""

    problem: Problem
    batch: int | str | None
    name: str
    values: Mapping[str, Any]  # of what is swept


class Sweeps:
    """What is asked to be swept, checked against the problem and the rules; `asked` as in RaceSpec."""

    def __init__(self, problem: Problem, rules: Mapping[str, Rule], asked: Any):
        self.problem, self.rules = problem, rules
        fields = [f.name for f in dataclasses.fields(problem)] if dataclasses.is_dataclass(problem) else []
        self.values = {name: values(name, given) for name, given in _by_name(asked).items()}
        for name in self.values:
            check_name(name, fields, rules)
        check_decay(self.values.get(DECAY, ()))
        check_count(rules, self.values)

    def entrants(self) -> list[Entrant]:
        """Every rule with every value that lanes can hold, those of a rule one after another."""
        entrants = []
        for name, rule in self.rules.items():
            mine = {k: v for k, v in self.values.items() if self._lanes(k) and ("." not in k or k.startswith(f"{name}."))}
            for point in _points(mine):
                numbers = {k: self._number(k, v) for k, v in point.items() if k in self.problem.numbers}
                words = [name, *(f"{k.removeprefix(f'{name}.')}={_word(v)}" for k, v in point.items())]
                changed = {k: v for k, v in point.items() if k not in self.problem.numbers}
                entrants.append(Entrant(" ".join(words), _with_values(rule, changed), numbers, name, point))
        return entrants

    def variants(self, batch: int | str | None) -> list[Variant]:
        """The problem with every value that needs a program of its own; one without a name where there is none."""
        variants = []
        for point in _points({k: v for k, v in self.values.items() if not self._lanes(k)}):
            size = point.get(BATCH, batch)
            options = {k: self._option(k, v) for k, v in point.items() if k != BATCH}
            problem = self._with(options) if options else self.problem
            variants.append(Variant(problem, size, " ".join(f"{k}={_word(v)}" for k, v in point.items()), point))
        return variants

    def _lanes(self, name: str) -> bool:
        """Whether a program's lanes may differ in it."""
        return name in self.problem.numbers or name == DECAY or "." in name

    def _number(self, name: str, value: Any) -> float:
        """A value of one of the problem's numbers, in its range."""
        return float(getattr(self._with({name: value}), name))

    def _with(self, options: Mapping[str, Any]) -> Problem:
        """The problem with other options, as text or values."""
        own = {f.name: getattr(self.problem, f.name) for f in dataclasses.fields(self.problem)}  # type: ignore[arg-type]
        return make(type(self.problem), **{**own, **options})

    def _option(self, name: str, value: Any) -> Any:
        """A value as the option of the problem reads it: 64x32 stands for two widths."""
        hint: Any = typing.get_type_hints(type(self.problem))[name]
        if typing.get_origin(hint) is not tuple or not isinstance(value, str):
            return value
        check_widths(name, value)
        return value.split("x") if "x" in value else value


def _by_name(asked: Any) -> dict[str, Any]:
    """What is swept by name, from None, a mapping, or words such as "l2=0,0.1"."""
    if asked is None:
        return {}
    if isinstance(asked, Mapping):
        return {str(name): given for name, given in asked.items()}
    values: dict[str, Any] = {}
    for word in [asked] if isinstance(asked, str) or not isinstance(asked, Iterable) else asked:
        name, equals, given = (part.strip() for part in str(word).partition("="))
        if not name or not equals:
            raise BadValue(f"sweep '{word}' is not NAME=VALUES; write l2=0,1e-4:1e-1:6 or batch=16,64")
        if name in values:
            raise BadValue(f"sweep {name} is given twice; give all its values at once: {name}={values[name]},{given}")
        values[name] = given
    return values


def _points(swept: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(swept, point, strict=True)) for point in product(*swept.values())]


def _with_values(rule: Rule, values: Mapping[str, Any]) -> Rule:
    """The rule with other hyperparameters ("rule.name"), and with decoupled weight decay: its own, or around it."""
    own = {name.rpartition(".")[2]: value for name, value in values.items() if name != DECAY or hasattr(rule, DECAY)}
    rule = dataclasses.replace(rule, **own) if own else rule  # type: ignore[type-var]
    return DecoupledWeightDecay(rule, decay=values[DECAY]) if DECAY in values and not hasattr(rule, DECAY) else rule


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
