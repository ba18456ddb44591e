"""The column to predict: whether it means classes or a number, and whether it can be learned at all."""

import numpy as np

from descend.core.errors import BadData
from descend.core.language.messages import Message, Option

from .columns import MOST_CLASSES, Column

RARE = 0.2  # of the rows: a class below that share of an even one is rare


def means_classes(target: Column) -> bool:
    """Whether a target without missing values looks like classes.

    Categories and booleans do, and few whole numbers (at most 20 different ones, each twice or more on average).
    """
    if target.kind != "number" or target.boolean:
        return target.kind != "date"
    different = len(np.unique(target.values))
    return bool(np.all(target.values == np.round(target.values))) and different <= min(MOST_CLASSES, len(target.values) / 2)


def check_target(where: str, target: Column, as_classes: bool) -> None:
    """BadData for a target that holds one value only, classes that never repeat, or text that should be a number.

    And for dates, which are features but nothing to predict from shuffled rows.
    """
    name, different = target.name, len(np.unique(target.values))
    if target.kind == "date":
        raise BadData(f"{where}: target '{name}' holds dates or times: choose another target")
    if target.kind == "category" and not as_classes:
        raise BadData(f"{where}: target '{name}' is text, which is no number: leave out task=number, or choose another target")
    if different == 1:
        kind = "has one class" if as_classes else "is one number"
        raise BadData(
            f"{where}: target '{name}' {kind} in every row ({target.format_value(target.values[0])}): choose a target that varies"
        )
    if as_classes and different == len(target.values):
        text = "{where}: target '{name}' has as many classes as rows: choose another target"
        if target.kind == "category":
            raise BadData(Message("target-classes", text, where=where, name=name))
        text = "{where}: target '{name}' has as many classes as rows: choose another target, or {option}"
        raise BadData(Message("target-many", text, where=where, name=name, option=Option(task="number")))


def labels(target: Column) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's class (rows,) as a number from 0, in the sorted order of the values, and the classes' names."""
    values, codes = np.unique(target.values, return_inverse=True)
    names = [target.format_value(value) if target.labels or target.boolean else f"{value:.12g}" for value in values]
    return codes.astype("int32"), tuple(names)


def rare(codes: np.ndarray) -> bool:
    """Whether a class has so few rows that accuracy says little of it."""
    counts = np.bincount(codes)
    return bool(counts.min() < RARE * len(codes) / len(counts))


def balanced_weights(codes: np.ndarray) -> tuple[float, ...]:
    """Weights of classes by which all weigh as much: rows / (classes * rows of the class).

    Counted over all rows, as parts are drawn class by class. King and Zeng, Logistic Regression in Rare Events Data (2001).
    """
    counts = np.bincount(codes)
    return tuple((len(codes) / (len(counts) * counts)).tolist())


def unit(target: Column) -> float:
    """What 1 of a scaled target is in its own unit: the deviation over all rows, so that all seeds share it."""
    return float(np.std(target.values)) or 1.0


def scale(where: str, target: Column, train: np.ndarray) -> np.ndarray:
    """The target in its `unit` as float32 (rows,), less its mean over the rows `train`, so that a loss of about 1 is a guess."""
    with np.errstate(over="ignore"):
        y = ((target.values - np.mean(target.values[train])) / unit(target)).astype("float32")
    if not np.all(np.isfinite(y)):
        raise BadData(f"{where}: target '{target.name}' spans too many magnitudes: take its logarithm")
    return y
