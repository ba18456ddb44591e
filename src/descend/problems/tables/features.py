"""Columns as features: which there are is settled by all rows, what fills and scales them by the training rows only."""

import math
import re
from pathlib import Path

import numpy as np

from descend.core.errors import BadData
from descend.core.language.messages import Message

from ..splits import standardise
from . import limits
from .columns import Column, drop
from .numbers import PLAIN

MOST_VALUES = 100  # columns that one category may become
BLOCK = 2**19  # numbers that are scaled at once
CYCLES = {"hour": 2, "weekday": 2, "month": 2}  # of a time stamp -> sines and cosines of it: periods of 1 and 1/2
_YEAR = 365.2425  # days


def width(feature: Column) -> int:
    """How many features a column becomes, whichever rows train."""
    if feature.kind == "category":
        return min(MOST_VALUES, len(_counts(feature)))
    return 1 + (2 * sum(CYCLES.values()) if has_clock(feature) else 0)


def has_clock(feature: Column) -> bool:
    """Whether a column holds days with a time of day, so that hour, weekday and month are features too."""
    values = feature.present
    return feature.kind == "date" and feature.form != "time of day" and bool(np.any(values % 1) and np.ptp(values) >= 1)


def encode(where: str, features: list[Column], train: np.ndarray) -> np.ndarray:
    """The features as float32 (rows, columns), numbers first, from statistics of the rows `train`."""
    numbers, categories = [f for f in features if f.kind != "category"], [f for f in features if f.kind == "category"]
    clocks = [f for f in numbers if has_clock(f)]
    rows, columns = len(features[0].values), sum(map(width, features))
    limits.check_memory(Path(where), 4 * rows * columns)
    x = np.zeros((rows, columns), "float32")
    count = max(1, BLOCK // rows)
    for start in range(0, len(numbers), count):
        some = numbers[start : start + count]
        with np.errstate(over="ignore"):
            x[:, start : start + len(some)] = standardise(_impute(some, train), train)
        _check(where, some, x[:, start : start + len(some)])
    place = len(numbers)
    for feature in clocks + categories:
        block = _cycles(feature) if feature.kind == "date" else _one_hot(feature, train)
        x[:, place : place + block.shape[1]] = block
        place += block.shape[1]
    return x


def names(features: list[Column]) -> list[str]:
    """What the columns of `encode` are, in its order."""
    numbers, categories = [f for f in features if f.kind != "category"], [f for f in features if f.kind == "category"]
    found = [f.name for f in numbers]
    for feature in (f for f in numbers if has_clock(f)):
        found += [f"{feature.name}: {cycle}" for cycle, count in CYCLES.items() for _ in range(2 * count)]
    for feature in categories:
        found += [f"{feature.name} = {value}" for value in _values(feature)]
    return found


def _check(where: str, features: list[Column], x: np.ndarray) -> None:
    """BadData for numbers that leave float32."""
    for i in np.flatnonzero(~np.isfinite(x).all(axis=0)):
        name = features[i].name
        text = "{where}: column '{name}' spans too many magnitudes: take its logarithm, or {remedy}"
        raise BadData(Message("column-magnitudes", text, where=where, name=name, remedy=drop(name)))


def _impute(features: list[Column], train: np.ndarray) -> np.ndarray:
    """Numbers (rows, columns), missing ones being the median of the training rows, or 0 where these have none."""
    x = np.stack([feature.values for feature in features], axis=1)
    for i in np.flatnonzero(np.isnan(x).any(axis=0)):
        there = x[train, i][~np.isnan(x[train, i])]
        x[np.isnan(x[:, i]), i] = np.median(there) if len(there) else 0.0
    return x


def _cycles(feature: Column) -> np.ndarray:
    """Hour, weekday and month of days as sines and cosines (rows, 12), 0 where missing."""
    days = feature.values
    blocks = []
    for name, period in (("hour", 1.0), ("weekday", 7.0), ("month", _YEAR)):
        turns = (np.floor(days) if name != "hour" else days) / period
        for times in range(1, CYCLES[name] + 1):
            angle = 2 * math.pi * times * turns
            blocks += [np.sin(angle), np.cos(angle)]
    return np.nan_to_num(np.stack(blocks, axis=1)).astype("float32")


def _counts(feature: Column) -> np.ndarray:
    """How many rows have each value, missing first where there are such."""
    counts = np.bincount(feature.values + 1, minlength=len(feature.labels) + 1)
    return counts if counts[0] else counts[1:]


def _codes(feature: Column) -> np.ndarray:
    """Each row's column among those of its category; the rarest values share the last."""
    counts = _counts(feature)
    shift = len(counts) - len(feature.labels)
    if len(counts) <= MOST_VALUES:
        return feature.values + shift
    own = np.sort(np.argsort(-counts, kind="stable")[: MOST_VALUES - 1])
    place = np.full(len(counts), MOST_VALUES - 1)
    place[own] = np.arange(len(own))
    return place[feature.values + shift]


def _values(feature: Column) -> list[str]:
    """What each column of a category stands for."""
    codes, found = _codes(feature), ["others"] * width(feature)
    shared = width(feature) - 1 if len(_counts(feature)) > MOST_VALUES else None
    for code, value in dict(zip(codes.tolist(), feature.values.tolist(), strict=True)).items():
        if code != shared:
            found[code] = feature.labels[value] if value >= 0 else "missing"
    return found


def _one_hot(feature: Column, train: np.ndarray) -> np.ndarray:
    """A column of 0 and 1 for each value (missing being one), the rarest together; values not met in training are all 0."""
    codes = _codes(feature)
    met = np.bincount(codes[train], minlength=width(feature)) > 0
    x = np.zeros((len(codes), len(met)), "float32")
    x[np.arange(len(codes)), codes] = met[codes]
    return x


def check_features(where: str, features: list[Column], constant: bool) -> None:
    """BadData for features that teach nothing: no values, or, of text, as many as rows; with `constant`, one value only."""
    for feature in features:
        present = feature.present
        fields = {"where": where, "name": feature.name, "remedy": drop(feature.name)}
        if not len(present):
            text = "{where}: column '{name}' has no values in the rows that have a target: {remedy}"
            raise BadData(Message("column-without-target", text, **fields))
        if feature.kind == "category" and len(present) > len(feature.values) / 2 and len(np.unique(present)) == len(present):
            text = "{where}: column '{name}' is text with as many values as rows{hint}: {remedy}"
            raise BadData(Message("column-distinct", text, hint=_hint(feature), **fields))
    if constant:
        _check_constant(where, features)


def _hint(feature: Column) -> str:
    """What keeps a column of numbers from being one."""
    odd = [label for label in feature.labels if not re.match(PLAIN, label)]
    return f" (numbers, but for '{odd[0]}': mend that)" if odd and 2 * len(odd) < len(feature.labels) else ""


def _check_constant(where: str, features: list[Column]) -> None:
    """BadData for columns that hold one value in every row, and so tell nothing of the target."""
    same = [feature for feature in features if not np.any(feature.values != feature.values[0]) and not feature.missing[0]]
    if same:
        shown = [f"'{feature.name}' ({feature.format_value(feature.values[0])})" for feature in same[:5]]
        said = ", ".join(shown) + (", ..." if len(same) > 5 else "")
        names = f"column {said} holds" if len(same) == 1 else f"{len(same)} columns, {said}, hold"
        text = "{where}: {names} one value in every row, which tells nothing: {remedy}"
        remedy = drop(*(feature.name for feature in same))
        raise BadData(Message("column-constant", text, where=where, names=names, remedy=remedy))


def in_time(features: list[Column], rows: int) -> np.ndarray:
    """The numbers of the first so many rows in time: by the first column of dates, missing ones first, or as they come."""
    when = next((f for f in features if f.kind == "date" and f.form != "time of day"), None)
    return np.arange(rows) if when is None else np.argsort(np.nan_to_num(when.values[:rows], nan=-np.inf), kind="stable")
