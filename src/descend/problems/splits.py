"""Which rows train and which judge, and scaling that looks at the training rows only."""

from typing import Any

import numpy as np

from descend.core.errors import BadValue

from .base import Data


def split(rows: int, share: float, seed: int, labels: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """The shuffled numbers of the rows that train and of those that judge (a `share` of all, none for 0).

    With `labels` (rows,), each class has its share in both; where one has too few members for that, a member of each trains.
    BadValue where fewer than two rows would train.
    """
    if share == 0:
        return np.arange(rows), np.arange(0)
    from sklearn.model_selection import train_test_split  # here: it takes a second to import

    held_out = max(1, round(share * rows))
    if rows - held_out < 2:
        raise BadValue(f"validation is {share:g}, which leaves {rows - held_out} of {rows} rows to train on: take a smaller share")
    if labels is not None:
        counts = np.unique(labels, return_counts=True)[1]
        if counts.min() < 2 or len(counts) > min(held_out, rows - held_out):
            return _one_of_each(labels, held_out, seed)
    train, judge = train_test_split(np.arange(rows), test_size=held_out, random_state=seed, stratify=labels)
    return np.asarray(train), np.asarray(judge)


def _one_of_each(labels: Any, held_out: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """As `split`, with the first row of each class, as far as rows reach, among those that train."""
    random, rows = np.random.default_rng(seed), len(labels)
    firsts = np.unique(labels, return_index=True)[1][: rows - held_out]
    others = random.permutation(np.setdiff1d(np.arange(rows), firsts))
    return random.permutation(np.concatenate([firsts, others[held_out:]])), others[:held_out]


def pack(x: Any, y: Any, train: np.ndarray, judge: np.ndarray) -> Data:
    """The rows (x, y) as Data, x in float32; without rows to judge by, the training rows serve."""
    x = np.asarray(x, "float32")
    return Data((x[train], y[train]), (x[judge], y[judge]) if len(judge) else None)


def standardise(x: Any, train: np.ndarray) -> np.ndarray:
    """Each column of x (rows, columns) less its mean and divided by its deviation over the rows `train`.

    A column that is constant there is only shifted.
    """
    from sklearn.preprocessing import StandardScaler  # here: it takes a second to import

    return np.asarray(StandardScaler().fit(x[train]).transform(x))
