"""--set name=value: options of the problem, and hyperparameters of rules by rule.name=value."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from descend.core.errors import BadValue, UnknownName, short
from descend.core.system import own_file
from descend.problems import PROBLEMS
from descend.races.specs import entrants as field
from descend.races.specs import rule_file as own_rules
from descend.rules import RULES, Rule

from .literals import literal

FLAGS = {
    "--data": ("file", "file of its own"),
    "--text": ("text", "column of texts"),
    "--columns": ("columns", "table"),
    "--test": ("test_file", "table"),
    "--split": ("split_by", "table"),
}  # the option of a problem, what it is


def split(words: Sequence[str]) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The settings of rules, by rule and hyperparameter, and of the problem, by option; values are still text."""
    rules: dict[str, dict[str, str]] = {}
    problem: dict[str, str] = {}
    for word in words:
        name, equals, value = (part.strip() for part in word.partition("="))
        if not equals or not name:
            raise BadValue(f"--set {word} is not NAME=VALUE; write --set hidden=64,32 or --set adam.b1=0.5")
        owner, dot, field = name.rpartition(".")
        home = rules.setdefault(owner, {}) if dot else problem
        if field in home:
            remedy = "give one of them" if dot else f"give one of them, or both at once: --set {name}={home[field]},{value}"
            raise BadValue(f"--set {name} is given twice, as {home[field]} and as {value}; {remedy}")
        home[field] = value
    return rules, problem


def add(flag: str, value: Any, problem: str, options: dict[str, Any]) -> None:
    """Enter --data, --text or --columns, where given, among the problem's options; BadValue where it has no such option."""
    if value is None:
        return
    name, kind = FLAGS[flag]
    if flag == "--data" and own_file.is_file(problem):
        name, value = "data", str(value)  # the rows of a model
    else:
        having = [known for known in PROBLEMS if name in {f.name for f in dataclasses.fields(PROBLEMS[known])}]
        if problem in PROBLEMS if flag != "--data" else problem not in having:
            places = "a table: FILE:TARGET" if flag != "--data" else ", ".join(having)
            raise BadValue(f"{flag} {value}: {problem} is not read from a {kind}; leave it out, or take {places}")
    if name in options:
        raise BadValue(f"{flag} {value} and --set {name}={options[name]} are one and the same; give one of them")
    options[name] = value


def check_no_rules(rules: dict[str, dict[str, str]]) -> None:
    """BadValue for settings of rules, where there are none."""
    for owner, given in rules.items():
        raise BadValue(f"--set {owner}.{next(iter(given))}: no rule takes part here; set an option of the table")


def check_sweep(swept: Sequence[str], given: Sequence[str]) -> None:
    """BadValue for what is swept and set to one value at once."""
    names = {word.partition("=")[0].strip() for word in swept}
    for word in given:
        if word.partition("=")[0].strip() in names:
            raise BadValue(f"--set {word}, which the race sweeps: leave it out, or enter it among the values of --sweep")


def rules(text: str, settings: dict[str, dict[str, str]]) -> list[Rule]:
    """The rules that --rules names, or loads from FILE.py:CLASS, with their --set hyperparameters."""
    names = field.names(text, "--rules")
    classes_named = [own_rules.load(name) if own_file.is_file(name) else RULES[name] for name in names]
    classes = {cls.name: cls for cls in classes_named}
    if len(classes) < len(classes_named):
        twice = next(cls.name for i, cls in enumerate(classes_named) if cls in classes_named[:i])
        raise BadValue(f"--rules {short(text, str)} names {twice} twice; leave one out")
    for owner in settings:
        if owner not in classes:
            raise UnknownName("rule of this race in --set", owner, classes)
    return [cls(**_values(cls, settings.get(name, {}))) for name, cls in classes.items()]


def build_rule(cls: type[Rule], words: Sequence[str]) -> Rule:
    """One rule with the hyperparameters of its --set NAME=VALUE, the learning rate among them."""
    rules, own = split(words)
    for owner, given in rules.items():
        raise BadValue(f"--set {owner}.{next(iter(given))}: write the hyperparameter alone, as in --set {next(iter(given))}=0.5")
    return cls(**_values(cls, own, tuned=False))


def _values(cls: type[Rule], texts: dict[str, str], tuned: bool = True) -> dict[str, Any]:
    known = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    for name in texts:
        if name not in known:
            raise UnknownName(f"hyperparameter of {cls.name}", name, known)
        if tuned and name == "learning_rate":
            raise BadValue(f"--set {cls.name}.learning_rate: learning rates are what the race tunes; give them with --lr")
    return {name: literal(text, f"--set {cls.name}.{name}", none=True) for name, text in texts.items()}
