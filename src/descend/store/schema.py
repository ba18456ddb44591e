"""What a race's summary must look like: a person may have edited the file, or have it from someone else."""

from dataclasses import MISSING, dataclass, fields
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from descend.core.errors import StoreError

from .leaderboard import Interval, Line

SCHEMA = 1  # of the form in which races are written: raised when a reader of the old form would misread the new one
LARGEST = 2**63  # whole numbers are smaller in size
DEEPEST = 20  # levels of lists and objects in each other

Number = int | float
Share = Number | None


@dataclass(frozen=True)
class Optional:
    """What may be left out: folders of earlier versions lack it."""

    form: Any


@dataclass(frozen=True)
class Each:
    """An object of any names whose values are of one form."""

    form: Any


INTERVAL = {"iqm": Share, "low": Share, "high": Share}
CODE = {"expression": str, "imports": Each([str]), "switches": bool}


def _form(hint: Any) -> Any:
    """The form of a field's type: whole numbers are floats too, and an interval or dict has its own."""
    if hint is Interval:
        return INTERVAL
    if get_origin(hint) is dict:
        value = get_args(hint)[1]
        return dict if value is Any else Each(_form(value))
    if isinstance(hint, UnionType):
        parts = [_form(part) for part in get_args(hint) if part is not NoneType]
        whole: Any = reduce(or_, parts) if len(parts) > 1 or isinstance(parts[0], type | UnionType) else parts[0]
        return (whole, None) if NoneType in get_args(hint) else whole
    return Number if hint is float else hint


def _line() -> dict[str, Any]:
    """The form of a leaderboard's line: its fields by name, those with a default optional."""
    hints = get_type_hints(Line) | {"code": None}
    forms = {name: (CODE, None) if name == "code" else _form(hint) for name, hint in hints.items()}
    needed = {each.name for each in fields(Line) if each.default is MISSING and each.default_factory is MISSING}
    return {name: form if name in needed else Optional(form) for name, form in forms.items()}


LINE = _line()
SUMMARY = {
    "problem": str,
    "title": str,
    "steps": int,
    "batch": int | str | list,
    "judged": str,
    "tuned": str,
    "rows": (Each(int), None),
    "resplits": bool,
    "target": Share,
    "target_every": int,
    "patience": Optional(int | None),
    "by": Optional(str),
    "budget": Optional(({"amount": Number, "by": str}, None)),
    "exchange": Optional([Each(Number)]),
    "orders": Optional(Each([str])),
    "order": Optional(str | None),
    "order_zh": Optional(str | None),
    "tuning_seeds": int,
    "evaluation_seeds": int,
    "deterministic": bool,
    "interrupted": bool,
    "lanes": int,
    "seconds": Each(Number),
    "leaderboard": [LINE],
    "sensitivity": [{"rule": str, "learning_rate": Share, **INTERVAL, "diverged": Share}],
    "each_rate": Optional(bool),
    "reading": Optional(str | None),
    "columns": Optional([dict]),
    "baselines": Optional([{"name": str, "measures": Each(Share)}]),
    "tuning": Optional(dict),
    "verdict": str,
    "basis": str,
    "notes": Optional([str]),
}


def check_version(where: Any, found: Any) -> None:
    """Raise StoreError, with the remedy, where `where` (a file) is of another schema than this descend reads."""
    if found == SCHEMA and isinstance(found, int):
        return
    if isinstance(found, int) and found > SCHEMA:
        raise StoreError(f"{where} has schema {found}, written by a newer descend; this one reads {SCHEMA}: update descend")
    said = "no schema" if found is None else f"schema {found!r}"
    raise StoreError(
        f"{where} has {said}, this descend reads {SCHEMA}: run the race again, or read it with the descend that wrote it"
    )


def check(value: Any, form: Any = SUMMARY, where: str = "it") -> None:
    """Raise ValueError, which says where, for a value that is not of the form.

    A form is a type or a union of types; [form] for a list; {name: form} for an object with these names and perhaps others;
    Each; and a tuple of forms of which one must fit.
    """
    if isinstance(form, Optional):
        form = form.form
    if isinstance(form, tuple):
        form = next((each for each in form if each is None and value is None), form[0])
    _check_kind(value, list if isinstance(form, list) else dict if isinstance(form, dict | Each) else form, where)
    if isinstance(form, list):
        parts = [(part, form[0], f"{where} {number}") for number, part in enumerate(value or (), 1)]
    elif isinstance(form, Each):
        parts = [(part, form.form, f"{where}, {name[:40]!r}") for name, part in dict(value or {}).items()]
    elif isinstance(form, dict):
        parts = _members(value or {}, form, where)
    else:
        parts = []
    for part, of, place in parts:
        check(part, of, place)


def _members(value: dict[str, Any], form: dict[str, Any], where: str) -> list[tuple[Any, Any, str]]:
    """The values of an object that the form tells of, each with its form and place; ValueError for a name that is not there."""
    for name, part in form.items():
        if name not in value and not isinstance(part, Optional):
            raise ValueError(f"{where} has no {name}")
    return [(value[name], part, name if where == "it" else f"{where}, {name}") for name, part in form.items() if name in value]


def _check_kind(value: Any, kind: type | UnionType | None, where: str) -> None:
    """ValueError for a value of another type; a truth value is no number."""
    fits = value is None if kind is None else isinstance(value, kind)
    if isinstance(value, bool) and kind is not bool:
        fits = False
    if not fits:
        names = kind if isinstance(kind, UnionType) else getattr(kind, "__name__", kind)
        raise ValueError(f"{where} is {type(value).__name__}, must be {names}")


def check_depth(value: Any) -> None:
    """Raise ValueError for lists and objects that hold each other too deeply, or numbers too large, whatever they are."""
    parts, depth = [value], 0
    while parts:
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        if any(type(part) is int and abs(part) >= LARGEST for part in parts):
            raise ValueError("it has too large a number")
        held = [part for part in parts if isinstance(part, dict | list)]
        parts = [each for part in held for each in (part.values() if isinstance(part, dict) else part)]
        depth += 1


# The axes of arrays, a letter each: axes of one letter are equally long in all arrays of a file. Of texts if in TEXTS.
SURFACE = {"x1": "x", "x2": "y", "f": "yx", "start": "d", "optimum": "d", "names": "d"}
CURVE = {"x1": "x", "f": "x", "start": "d", "optimum": "d", "names": "d"}
SNAPSHOTS = {
    "names": "r", "confusion": "rcc", "classes": "c", "field": "rvyx", "x1": "x", "x2": "y", "points": "pt", "labels": "p",
    "held_out": "p", "accuracy": "r",
}  # fmt: skip
TEXTS = ("names", "classes")
FIELD = ("x1", "x2", "points", "labels", "held_out")  # what a field needs beside it


def check_landscape(arrays: dict[str, Any]) -> None:
    """Raise ValueError for arrays that are no landscape."""
    _check_there(arrays, ("x1", "f", "start"))
    _check_axes(arrays, SURFACE if "x2" in arrays else CURVE)


def check_snapshots(arrays: dict[str, Any]) -> None:
    """Raise ValueError for arrays that are no snapshots."""
    _check_there(arrays, ("names", *(FIELD if "field" in arrays else ())))
    _check_axes(arrays, SNAPSHOTS)


def check_weights(arrays: dict[str, Any]) -> None:
    """Raise ValueError for arrays that are no weights: numbers, called SETTING.NUMBER."""
    for name, array in arrays.items():
        if not all(part.isdecimal() for part in name.split(".")) or name.count(".") != 1 or array.dtype.kind not in "biuf":
            raise ValueError(f"its array {name[:40]} is no array of weights")


def _check_there(arrays: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name not in arrays:
            raise ValueError(f"it has no array {name}")


def _check_axes(arrays: dict[str, Any], forms: dict[str, str]) -> None:
    lengths: dict[str, int] = {}
    for name, axes in forms.items():
        array = arrays.get(name)
        if array is None:
            continue
        if len(array.shape) != len(axes) or any(lengths.setdefault(a, n) != n for a, n in zip(axes, array.shape, strict=True)):
            raise ValueError(f"its array {name} has shape {array.shape}")
        if array.dtype.kind not in ("U" if name in TEXTS else "biuf") or not array.size:
            raise ValueError(f"its array {name} holds {array.dtype}")
