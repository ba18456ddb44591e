"""Which rows train, which choose settings and which judge, and scaling that looks at the training rows only."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np

from descend.core.errors import BadValue
from descend.core.system.extras import module

from .base import Data
from .options import OneOf

Scaling = Annotated[str, OneOf(("standardised", "raw"))]


class Split(NamedTuple):
    """The numbers of the rows of each part, shuffled: training moves weights, validation chooses settings, test judges."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def split(rows: int, validation: float, test: float, seed: int, labels: Any = None) -> Split:
    """Part so many rows: `validation` and `test` are shares of all (none for 0), and the rest trains.

    With `labels` (rows,), each class has its share in every part. A class with too few rows for that has one that trains, the
    next in the test part, the third in the validation part, as far as these parts reach. How many rows a part has does not
    depend on `seed`. BadValue where fewer than two rows would train.
    """
    sizes = {name: max(1, round(share * rows)) if share else 0 for name, share in (("test", test), ("validation", validation))}
    left = rows - sum(sizes.values())
    if left < 2:
        shares = " and ".join(f"{name} is {share:g}" for name, share in (("validation", validation), ("test", test)) if share)
        verb = "leave" if " and " in shares else "leaves"
        raise BadValue(f"{shares}, which {verb} {max(left, 0)} of {rows} rows to train on: take smaller shares")
    if not any(sizes.values()):
        return Split(np.arange(rows), np.arange(0), np.arange(0))
    if labels is None or _ample(labels, min(size for size in (left, *sizes.values()) if size)):
        train, test_rows = _part(np.arange(rows), sizes["test"], seed, labels)
        return Split(*_part(train, sizes["validation"], seed, labels), test_rows)
    return _one_of_each(labels, sizes, seed)


def _ample(labels: Any, smallest: int) -> bool:
    """Whether every class has a row in each part that is drawn in proportion, the smallest among them."""
    return bool(np.unique(labels, return_counts=True)[1].min() * smallest >= len(labels))


def _part(rows: np.ndarray, count: int, seed: int, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """The rows without and with `count` of them that were drawn, by class where there are `labels` (of all rows)."""
    train_test_split = module("sklearn.model_selection").train_test_split  # here: it takes a second to import

    if not count:
        return rows, np.arange(0)
    stratify = None if labels is None else labels[rows]
    left, drawn = train_test_split(rows, test_size=count, random_state=seed, stratify=stratify)
    return np.asarray(left), np.asarray(drawn)


def _one_of_each(labels: Any, sizes: Mapping[str, int], seed: int) -> Split:
    """As `split`, with a row of each class in each part, training first, then test, as far as rows and parts reach."""
    random, rows = np.random.default_rng(seed), len(labels)
    order = random.permutation(rows)
    taken: dict[str, np.ndarray] = {}
    for name, size in {"train": rows - sum(sizes.values()), **sizes}.items():
        firsts = np.unique(labels[order], return_index=True)[1][:size]
        taken[name], order = order[firsts], np.delete(order, firsts)
    for name, size in sizes.items():
        more = size - len(taken[name])
        taken[name], order = np.concatenate([taken[name], order[:more]]), order[more:]
    train = random.permutation(np.concatenate([taken["train"], order]))
    return Split(train, taken["validation"], taken["test"])


def pack(x: Any, y: Any, split: Split) -> Data:
    """The rows (x, y) as Data, x in float32; parts without rows are None."""
    x = np.asarray(x, "float32")
    train, *others = ((x[part], y[part]) if len(part) else None for part in split)
    return Data(train, *others)


def standardise(x: Any, train: np.ndarray) -> np.ndarray:
    """Each column of x (rows, columns) less its mean and divided by its deviation over the rows `train`.

    A column that is constant there is only shifted.
    """
    StandardScaler = module("sklearn.preprocessing").StandardScaler  # here: it takes a second to import

    return np.asarray(StandardScaler().fit(x[train]).transform(x))


def scale(x: np.ndarray, train: np.ndarray, scaling: str) -> np.ndarray:
    """The columns of x (rows, columns) standardised by the rows `train`, or "raw" as they are."""
    return x if scaling == "raw" else standardise(x, train)
