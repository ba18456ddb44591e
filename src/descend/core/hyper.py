"""Hyperparameters: dataclass fields that are pytree leaves, with the range each may take.

A field typed with one of the names below is a leaf: it can be stacked, traced, differentiated and scheduled.
A field made by `option(...)` is part of the structure: changing it compiles another program.
"""

import dataclasses
import functools
import math
import typing
from dataclasses import dataclass
from typing import Annotated, Any

import jax
import numpy as np
from jax.core import Tracer

from .calls import check_init
from .errors import BadValue, must_be, short
from .language.messages import Message
from .numeric.arrays import plain

Hyper = Any  # a number, an array of numbers (one a lane), a traced value, or a schedule


@dataclass(frozen=True)
class Range:
    """The numbers a hyperparameter may take, from `low` (allowed unless `open_low`) to `high` (allowed only if `closed`)."""

    low: float
    high: float
    closed: bool = False
    open_low: bool = False
    whole: bool = False

    def __str__(self) -> str:
        if self.whole:
            return f"{{{self.low:g}, {self.low + 1:g}, ...}}"
        left = "(" if self.open_low or math.isinf(self.low) else "["
        return f"{left}{self.low:g}, {self.high:g}{']' if self.closed else ')'}"

    def holds(self, value: np.ndarray) -> bool:
        """Whether every number of `value` is finite and in the range."""
        above = value > self.low if self.open_low else value >= self.low
        below = value <= self.high if self.closed else value < self.high
        fits = np.floor(value) == value if self.whole else True
        return bool(np.all(np.isfinite(value) & above & below & fits))


NonNegative = Annotated[Hyper, Range(0.0, math.inf)]  # learning rates, epsilons, decays: zero or more
Positive = Annotated[Hyper, Range(0.0, math.inf, open_low=True)]  # lengths in steps, divisors
Fraction = Annotated[Hyper, Range(0.0, 1.0)]  # averaging factors: 1 would never forget
Portion = Annotated[Hyper, Range(0.0, 1.0, closed=True)]  # shares of a whole
Inside = Annotated[Hyper, Range(0.0, 1.0, open_low=True)]  # shares that leave something to both sides
Count = Annotated[Hyper, Range(1.0, math.inf, whole=True)]  # how many steps or batches
Real = Annotated[Hyper, Range(-math.inf, math.inf)]


def option(default: Any) -> Any:
    """A dataclass field that is structure rather than number: a switch, a mode, a nested form."""
    return dataclasses.field(default=default, metadata={"static": True})


@functools.cache
def ranges(cls: type) -> dict[str, Range]:
    """The numeric hyperparameters of a class and what each may be, in the order of its fields."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found = {}
    for field in dataclasses.fields(cls):
        for part in (hints[field.name], *typing.get_args(hints[field.name])):
            marks = [m for m in getattr(part, "__metadata__", ()) if isinstance(m, Range)]
            if marks:
                found[field.name] = marks[0]
    return found


def is_schedule(value: Any) -> bool:
    """Whether a hyperparameter's value is a schedule, known by the mark that the class Schedule bears."""
    return getattr(type(value), "depends_on_step", False)


def check(owner: Any, single: bool = False) -> None:
    """Raise BadValue for the first hyperparameter of `owner` that is not a number in its range (see check_field).

    With `single` a list or tuple is none; an array may be the values of many lanes.
    """
    for name, allowed in ranges(type(owner)).items():
        value = getattr(owner, name)
        if single and (isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 1)):
            remedy = "one alone: to compare values sweep them"
            raise BadValue(f"{type(owner).name}: {name} is {short(value)}, must be a number in {allowed}, {remedy}")
        check_field(type(owner), name, getattr(owner, name))


def check_field(cls: type, name: str, value: Any) -> None:
    """Raise BadValue unless `value`, a number or an array or tuple of numbers, is in the range of the field `name`.

    Traced values and schedules pass: their numbers are not known yet. None passes where it is the default.
    """
    kind, allowed = getattr(cls, "name", cls.__name__), ranges(cls)[name]
    absent = value is None and getattr(cls, name, ...) is None
    if absent or is_schedule(value) or any(isinstance(part, Tracer) for part in jax.tree.leaves(value)):
        return
    if callable(value):
        raise BadValue(
            f"{kind}: {name} is {short(value)}, must be a number in {allowed} or a schedule; wrap it in a Schedule: a class made "
            "with @schedule whose __call__ gives the value at a step"
        )
    try:
        number = np.asarray(value)
        number = None if number.dtype.kind in "OSUcb" else number.astype(float)
    except Exception:  # whatever the value's own methods raise
        number = None
    if number is None:
        need = Message("in-or-schedule", "a number in {range} or a schedule", range=str(allowed))
        raise must_be(f"{kind}: {name}", short(value), need)
    if not allowed.holds(number):
        words = short(value if number.ndim == 0 else number.tolist(), str)
        raise must_be(f"{kind}: {name}", words, Message("in", "in {range}", range=str(allowed)))


def make_plain(owner: Any) -> None:
    """Write each field of `owner` that is a NumPy scalar as a plain number (see arrays.plain): for use at its making."""
    owner.__dict__.update({name: plain(value) for name, value in vars(owner).items()})


def pytree(cls: type) -> type:
    """Make a frozen dataclass of `cls` and register it with JAX: options are structure, all other fields are children.

    Rebuilding from leaves skips the checks, so that JAX may put anything (tracers, None) in the leaves' place.
    """
    cls = dataclass(frozen=True)(cls)
    check_init(cls, cls.__name__)
    fields = dataclasses.fields(cls)
    data = [f.name for f in fields if not f.metadata.get("static")]
    meta = [f.name for f in fields if f.metadata.get("static")]

    def flatten(obj: Any) -> Any:
        return [(jax.tree_util.GetAttrKey(n), getattr(obj, n)) for n in data], tuple(getattr(obj, n) for n in meta)

    def unflatten(aux: Any, children: Any) -> Any:
        obj = object.__new__(cls)
        obj.__dict__.update(zip(data, children, strict=True), **dict(zip(meta, aux, strict=True)))
        return obj

    jax.tree_util.register_pytree_with_keys(cls, flatten, unflatten)
    return cls


def replace(obj: Any, **changes: Any) -> Any:
    """A copy with other field values, unchecked: for values that were checked when they were made."""
    copy = object.__new__(type(obj))
    copy.__dict__.update(obj.__dict__, **changes)
    return copy
