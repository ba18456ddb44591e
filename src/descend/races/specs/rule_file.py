"""Rules from a person's own file, FILE.py:CLASS."""

from pathlib import Path
from typing import Any

from descend.core.errors import BadValue, UnknownName, short
from descend.core.system import own_file
from descend.rules import RULES, Rule


def load(spec: str) -> type[Rule]:
    """The rule class that FILE.py:CLASS names. Raises BadInput for a file or class that is none, from the file's own error."""
    file, _, name = spec.rpartition(":")
    if not file or not name:
        raise BadValue(f"{short(spec, str)} names no class: write FILE.py:CLASS, such as newrule.py:SoftSign")
    taken = {known: RULES[known] for known in RULES}
    module = own_file.run(Path(file), "rules are names, or FILE.py:CLASS")
    rules = [key for key, value in vars(module).items() if _is_rule(value) and value.__module__ == module.__name__]
    if not hasattr(module, name):
        raise UnknownName(f"class in {file}", name, rules)
    cls: Any = getattr(module, name)
    if not _is_rule(cls):
        raise BadValue(f'{file}: {name} is {short(cls)}, must be a class of rules: class {name}(Rule), under @rule("...")')
    if not hasattr(cls, "name"):
        raise BadValue(f'{file}: {name} has no name: write @rule("..."), from descend.rules, above the class')
    if taken.get(cls.name, cls) is not cls:
        RULES.add(cls.name)(taken[cls.name])
        raise BadValue(f"{file}: {name} is called '{cls.name}', as a rule of descend is: give @rule another name")
    return cls


def _is_rule(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Rule)
