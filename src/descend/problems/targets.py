"""The column to predict: whether it means classes or a number, and whether it can be learned at all."""

import numpy as np

from descend.core.errors import BadData

from .columns import Column

MOST_CLASSES = 20  # of whole numbers: more than that are taken for a number


def means_classes(target: Column) -> bool:
    """Whether a target without missing values looks like classes.

    Text and booleans do, and few whole numbers (at most 20 different ones, each twice or more on average).
    """
    if target.text or target.boolean:
        return True
    different = len(np.unique(target.values))
    return bool(np.all(target.values == np.round(target.values))) and different <= min(MOST_CLASSES, len(target.values) / 2)


def check_target(where: str, target: Column, as_classes: bool) -> None:
    """BadData for a target that holds one value only, classes that never repeat, or text that should be a number.

    And for dates, which are features but nothing to predict from shuffled rows.
    """
    name, different = target.name, len(set(target.values.tolist()))
    if target.dates:
        raise BadData(f"{where}: target '{name}' holds dates or times: choose another target")
    if target.text and not as_classes:
        raise BadData(f"{where}: target '{name}' is text, which is no number: leave out task=number, or choose another target")
    if different == 1:
        kind = "has one class" if as_classes else "is one number"
        raise BadData(f"{where}: target '{name}' {kind} in every row ({target.values[0]}): choose a target that varies")
    if as_classes and different == len(target.values):
        raise BadData(f"{where}: target '{name}' has as many classes as rows: choose another target{_or_number(target)}")


def _or_number(target: Column) -> str:
    return "" if target.text else ", or --set task=number"


def labels(target: Column) -> tuple[np.ndarray, tuple[str, ...]]:
    """Each row's class (rows,) as a number from 0, in the sorted order of the values, and the classes' names."""
    values, codes = np.unique(target.values.astype(str) if target.text else target.values, return_inverse=True)
    if target.boolean:
        names = ["true" if value else "false" for value in values]
    else:
        names = [str(value) if target.text else f"{value:.12g}" for value in values]
    return codes.astype("int32"), tuple(names)
