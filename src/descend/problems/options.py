"""Options of problems: dataclass fields read by their type, from Python values or from the text of a command line."""

import csv
import dataclasses
import math
import operator
import types
import typing
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from descend.core.errors import UnknownName, must_be, nearest_name, short
from descend.core.hyper import Range
from descend.core.language.messages import Message
from descend.core.numbers import LARGEST

Share = Annotated[float, Range(0.0, 1.0)]
Widths = Annotated[tuple[int, ...], Range(1.0, 100_000.0)]
Strength = Annotated[float, Range(0.0, 1e30)]  # beyond that, losses at the start leave float32
Seed = Annotated[int, Range(0.0, 2.0**32)]


@dataclass(frozen=True)
class OneOf:
    """The words that an option may be."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.words)

    def holds(self, value: Any) -> bool:
        """Whether `value` is one of the words."""
        return str(value) in self.words


def _truth(value: Any) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    return words[str(value).strip().lower()]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(number := float(value)):
        raise ValueError(value)
    if abs(number) > LARGEST:
        raise OverflowError(value)
    return number


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError(value)
    return int(value) if isinstance(value, str) else operator.index(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.strip()


# type -> (how it is read, what one is called, what several are called)
READERS: dict[Any, tuple[Callable[[Any], Any], Message, Message]] = {
    bool: (_truth, Message("truth", "true or false"), Message("truths", "true or false, each")),
    int: (_whole, Message("whole", "a whole number"), Message("wholes", "whole numbers")),
    float: (_number, Message("number", "a number"), Message("numbers-any", "numbers")),
    str: (_text, Message("text", "text"), Message("names", "names")),
    Path: (Path, Message("path", "a path"), Message("paths", "paths")),
}


def _items(value: Any) -> list[Any]:
    """What a tuple of numbers is made of: parts between commas, the items of a sequence, or one number alone."""
    if isinstance(value, str):
        inner = value.strip().strip("()[]")
        return [] if inner.lower() in ("", "none") else [part.strip() for part in inner.rstrip(",").split(",")]
    if isinstance(value, bytes | Mapping | Set) or getattr(value, "ndim", 1) > 1:
        raise TypeError(value)
    return list(value) if hasattr(value, "__iter__") else [value]


def _names(value: Any) -> list[Any]:
    """What a tuple of names is made of: as in a line of CSV, so that quotes hold commas; brackets belong to the names."""
    if not isinstance(value, str):
        return _items(value)
    none = value.strip().lower() in ("", "none", "()", "[]")
    try:
        return [] if none else next(csv.reader([value.strip()], skipinitialspace=True, strict=True))
    except csv.Error:
        raise ValueError(value) from None


def read(value: Any, hint: Any) -> Any:
    """`value` as the type `hint`; any error means that it cannot be one."""
    if typing.get_origin(hint) is Annotated:
        inner, *marks = typing.get_args(hint)
        found = read(value, inner)
        if found is not None and not all(mark.holds(np.asarray(found)) for mark in marks):
            raise ValueError(value)
        return found
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        none = value is None or (isinstance(value, str) and value.strip().lower() == "none")
        if callable(value) and any(typing.get_origin(part) is Callable for part in typing.get_args(hint)):
            return value
        return None if none else read(value, _not_none(hint))
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(read(item, inner) for item in (_names if inner is str else _items)(value))
    return READERS[hint][0](value)


def _not_none(hint: Any) -> Any:
    return next(part for part in typing.get_args(hint) if part is not type(None))


def describe_type(hint: Any) -> Message:
    """What a field of type `hint` may be, in words."""
    if typing.get_origin(hint) is Annotated:
        inner, *marks = typing.get_args(hint)
        words = [m for m in marks if isinstance(m, OneOf)]
        if words:
            return Message("one-of", "one of: {known}", known=str(words[0]))
        several = typing.get_origin(inner) is tuple
        text = "{what}, each in {range}" if several else "{what} in {range}"
        return Message("each-in" if several else "what-in", text, what=describe_type(inner), range=str(marks[0]))
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        return Message("or-none", "{what}, or none", what=describe_type(_not_none(hint)))
    if typing.get_origin(hint) is tuple:
        return Message("comma-list", "{what} separated by commas", what=READERS[typing.get_args(hint)[0]][2])
    return READERS[hint][1]


def _marks(hint: Any) -> tuple[Any, ...]:
    return tuple(mark for part in (hint, *typing.get_args(hint)) for mark in getattr(part, "__metadata__", ()))


def _option(name: str, field: str, value: Any, hint: Any) -> Any:
    """`value` as the option `field` of the problem `name`; BadValue names the option, its value and what is allowed."""
    try:
        return read(value, hint)
    except OverflowError:
        text = "{allowed}; float32 ends at {most:.1e}"
        raise must_be(
            f"{name}: {field}", short(value), Message("float32", text, allowed=describe_type(hint), most=LARGEST)
        ) from None
    except Exception:  # whatever the value's own methods raise
        words = [word for mark in _marks(hint) if isinstance(mark, OneOf) for word in mark.words]
        need, near = describe_type(hint), nearest_name(short(value, str), words)
        if near:
            need = Message("or-near", "{allowed}; did you mean '{near}'?", allowed=need, near=near)
        raise must_be(f"{name}: {field}", short(value), need) from None


def settle(owner: Any, but: tuple[str, ...] = ()) -> None:
    """Read every field of the frozen dataclass `owner`, `but` those named, by its type, in place: for its __post_init__."""
    hints = typing.get_type_hints(type(owner), include_extras=True)
    for name in (field.name for field in dataclasses.fields(owner) if field.name not in but):
        object.__setattr__(owner, name, _option(owner.name, name, getattr(owner, name), hints[name]))


def make(cls: Any, **options: Any) -> Any:
    """The problem class `cls` with `options`, values or text; UnknownName or BadValue for the first that does not fit."""
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = [field.name for field in dataclasses.fields(cls)]
    for name in options:
        if name not in fields:
            raise UnknownName(f"option of {cls.name}", name, fields)
    return cls(**{name: _option(cls.name, name, value, hints[name]) for name, value in options.items()})
