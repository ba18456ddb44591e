"""Problems, rules and schedules as plain values that TOML holds, and back.

An object is a table with a key for what it is and one for every field: `name` (a registered rule, wrapper or problem),
`schedule` (a registered schedule), `class` (the import path of a class of one's own, "module:Class" or "FILE.py:Class") or
`optax` (that of one of optax's own factories: a file that may name any function to call could do anything). `{none = true}` is
None, `{array = [...]}` an array, `{function = "module:name"}` a function. Sequences come back as tuples.
"""

import dataclasses
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path, PurePath
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadValue, UnknownName, short
from descend.core.system import own_file
from descend.problems import PROBLEMS, Function, Noisy, Problem, Table
from descend.problems.datasets.streams import Drawn
from descend.problems.models import Model, from_file
from descend.problems.options import make
from descend.problems.tables import MemoryTable
from descend.rules import RULES, WRAPPERS, Rule, from_optax
from descend.rules.from_optax import OptaxRule
from descend.schedules import SCHEDULES, Schedule

from . import rule_file as own_rules

UNREGISTERED: dict[str, Any] = {cls.name: cls for cls in (Table, Function, Noisy, Drawn)}
LOST = "unwritable"  # the key that stands for what could not be written, with why


class Writer:
    """Writes values down. What cannot be is named in `lost`, one sentence each, and leaves a mark that no reader takes."""

    def __init__(self) -> None:
        self.lost: list[str] = []

    def plain(self, value: Any, where: str) -> Any:
        """`value` as TOML holds it; `where` it stands, such as "problem.criterion"."""
        if isinstance(value, np.ndarray | np.generic | jax.Array):
            return self.plain(value.item(), where) if value.ndim == 0 else {"array": np.asarray(value).tolist()}
        if value is None:
            return {"none": True}
        if isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, PurePath):
            return str(Path(value).absolute())
        if isinstance(value, Mapping):
            return {str(key): self.plain(part, f"{where}.{key}") for key, part in value.items()}
        if isinstance(value, tuple | list):
            return [self.plain(part, where) for part in value]
        if isinstance(value, Rule | Schedule | Problem):
            return self.owner(value, where)
        return self._function(value, where)

    def owner(self, value: Any, where: str) -> dict[str, Any]:
        """A rule, schedule or problem with every field; those that are None by default are left out where they are."""
        if isinstance(value, Model):
            again = value.file or {"file": self._lose_because(value.unwritable or "")}
            return {"name": value.name, **{name: self.plain(part, f"{where}.{name}") for name, part in again.items()}}
        if isinstance(value, MemoryTable):
            return {"name": value.name, "path": self._lose_because(value.unwritable)}
        fields = [f for f in dataclasses.fields(value) if getattr(value, f.name) is not None or f.default is not None]
        parts = {f.name: self.plain(getattr(value, f.name), f"{where}.{f.name}") for f in fields}
        return self._kind(value, where) | parts

    def _kind(self, value: Any, where: str) -> dict[str, Any]:
        cls = type(value)
        if isinstance(value, OptaxRule):
            if not _is_optax(cls.factory.__module__):
                return {"optax": self._lose(where, cls.factory, "not one of optax's own factories, which alone a file may name")}
            static = [f.name for f in dataclasses.fields(cls) if f.metadata.get("static")]  # type: ignore[arg-type]
            return {"optax": self._path(cls.factory, where), "static": static}
        key, home = ("schedule", SCHEDULES) if isinstance(value, Schedule) else ("name", _by_name(value))
        ours = cls.__module__.startswith("descend.") and cls in home.values()
        return {key: cls.name} if ours else {"class": self._path(cls, where)}

    def _function(self, value: Any, where: str) -> Any:
        if callable(value):
            return {"function": self._path(value, where)}
        return self._lose(where, value, f"a {type(value).__name__}, which no file can hold")

    def _path(self, value: Any, where: str) -> Any:
        """The import path of a class or function, checked to lead back to it."""
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", "")
        if "<lambda>" in name:
            return self._lose(where, value, "a lambda: give it a name with def, in a module")
        if "<locals>" in name or not module or not name:
            return self._lose(where, value, "made inside a function: define it at the top of a module")
        if module == "__main__":
            return self._lose(where, value, "defined in the program itself: put it into a module that can be imported")
        if _at(sys.modules.get(module), name) is not value:
            return self._lose(where, value, f"not what {module} has under this name: define it at the top of a module")
        return f"{own_file.file_of(module) or module}:{name}"

    def _lose(self, where: str, value: Any, why: str) -> dict[str, str]:
        return self._lose_because(f"{where} is {short(getattr(value, '__qualname__', value), str)}, {why}")

    def _lose_because(self, sentence: str) -> dict[str, str]:
        self.lost.append(sentence)
        return {LOST: sentence}


def _by_name(value: Any) -> Mapping[str, Any]:
    """Every rule and wrapper, or every problem, by name."""
    if isinstance(value, Problem):
        return {name: PROBLEMS[name] for name in PROBLEMS} | UNREGISTERED
    return {name: registry[name] for registry in (RULES, WRAPPERS) for name in registry}


def read(value: Any, where: str) -> Any:
    """What a plain value stands for. BadInput, which says `where`, for what names nothing or fits nothing."""
    if isinstance(value, list):
        return tuple(read(part, where) for part in value)
    if not isinstance(value, dict):
        return value
    if isinstance(value.get(LOST), str):
        raise BadValue(f"this race cannot be run again from its file: {value[LOST]}")
    if value == {"none": True}:
        return None
    for key, reader in _READERS.items():
        if isinstance(value.get(key), str):
            return reader(value[key], {name: part for name, part in value.items() if name != key}, where)
    if list(value) == ["array"]:
        return np.asarray(value["array"])
    return _fields(value, where)


def _fields(value: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {name: read(part, f"{where}.{name}") for name, part in value.items()}


def _of_a_name(name: str, fields: dict[str, Any], where: str) -> Any:
    """A registered rule or wrapper; a problem where that is what is read."""
    if where == "problem" and name == Model.name:
        return from_file(**_fields(fields, where))
    if where == "problem":
        cls = UNREGISTERED[name] if name in UNREGISTERED and name not in PROBLEMS else PROBLEMS[name]
        return make(cls, **_fields(fields, where)) if cls not in (Function, Noisy, Drawn) else cls(**_fields(fields, where))
    if where.startswith("problem."):
        return _of_a_name(name, fields, "problem")
    return (WRAPPERS[name] if name in WRAPPERS else RULES[name])(**_fields(fields, where))


def _of_a_schedule(name: str, fields: dict[str, Any], where: str) -> Any:
    return SCHEDULES[name](**_fields(fields, where))


def _of_a_class(path: str, fields: dict[str, Any], where: str) -> Any:
    cls = _import(path, where)
    if not isinstance(cls, type) or not issubclass(cls, Rule | Schedule | Problem):
        raise BadValue(f"{where}: {path} is {short(cls)}, must be a class of rules, schedules or problems")
    return cls(**_fields(fields, where))


def _of_optax(path: str, fields: dict[str, Any], where: str) -> Any:
    if not _is_optax(path.partition(":")[0]):
        raise BadValue(f"{where}: {short(path)} is not one of optax's own factories, which alone a file may name")
    given = _fields(fields, where)
    static = {name: given.pop(name) for name in given.pop("static", ())}
    return from_optax(_import(path, where), static=static, **given)


def _is_optax(module: str) -> bool:
    return module.partition(".")[0] == "optax"


def _of_a_function(path: str, fields: dict[str, Any], where: str) -> Any:
    if fields:
        raise UnknownName(f"key beside function in {where}", next(iter(fields)), ["function"])
    return _import(path, where)


_READERS: dict[str, Callable[[str, dict[str, Any], str], Any]] = {
    "class": _of_a_class, "name": _of_a_name, "schedule": _of_a_schedule, "optax": _of_optax, "function": _of_a_function,
}  # fmt: skip


def _import(path: str, where: str) -> Any:
    """What an import path leads to: "module:Name" or, of a rule, "FILE.py:Class"."""
    module, _, name = path.rpartition(":")
    if own_file.is_file(path):
        return own_rules.load(path)
    if not module or not name:
        raise BadValue(f"{where}: {short(path)} is no import path; write module:Name")
    try:
        value = _at(import_module(module), name)
    except Exception as error:
        raise BadValue(
            f"{where}: {module} cannot be imported ({short(error, str)}); run where Python finds it (PYTHONPATH)"
        ) from error
    if value is None:
        raise BadValue(f"{where}: {module} has no {name}; it was there when the race was written")
    return value


def _at(module: Any, name: str) -> Any:
    """What a module has under a dotted name; None where it has nothing there."""
    for part in name.split("."):
        module = getattr(module, part, None)
    return module
