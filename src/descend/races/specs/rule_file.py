"""Rules from a person's own file, FILE.py:CLASS: the file is run, as `python FILE.py` would run it."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from descend.core.errors import BadValue, UnknownName, short
from descend.rules import RULES, Rule

MODULE = "own_rules_"  # begins the names of modules that files of own rules become


def is_file(name: str) -> bool:
    """Whether the name of a rule is FILE.py:CLASS, or was meant to be."""
    return ".py:" in name or name.endswith(".py")


def file_of(module: str) -> str | None:
    """The file that a module of own rules was run from; None for any other module."""
    made = sys.modules.get(module)
    return str(Path(made.__file__).absolute()) if module.startswith(MODULE) and made and made.__file__ else None


def load(spec: str) -> type[Rule]:
    """The rule class that FILE.py:CLASS names. Raises BadInput for a file or class that is none, from the file's own error."""
    file, _, name = spec.rpartition(":")
    if not file or not name:
        raise BadValue(f"{short(spec, str)} names no class: write FILE.py:CLASS, such as newrule.py:SoftSign")
    taken = {known: RULES[known] for known in RULES}
    module = _run(Path(file))
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


def _run(file: Path) -> ModuleType:
    if not file.is_file():
        raise BadValue(f"there is no file {short(file, str)}; rules are names, or FILE.py:CLASS")
    name = f"{MODULE}{file.stem}"
    module_spec: Any = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(module_spec)
    sys.modules[name] = module  # where dataclasses look up annotations
    try:
        module_spec.loader.exec_module(module)
    except SyntaxError as error:
        raise BadValue(f"{file}: line {error.lineno} is no Python: {error.msg}") from error
    except Exception as error:
        line = _line(error, file)
        raise BadValue(f"{file}: line {line} raised {type(error).__name__}: {short(error, str)}") from error
    return module


def _line(error: BaseException, file: Path) -> int | str:
    """The last line of the file that an error went through."""
    lines = []
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(file):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else "?"


def _is_rule(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, Rule)
