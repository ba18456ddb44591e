"""Columns as features and targets: filled, scaled and encoded by what the training rows hold, and nothing else."""

from typing import Any, cast

import numpy as np

from descend.core.errors import BadData

from .columns import Column, drop
from .splits import standardise

MOST_VALUES = 100  # columns that one text column may become


def encode(where: str, features: list[Column], train: np.ndarray) -> np.ndarray:
    """The features as float32 (rows, columns), numbers first, from statistics of the rows `train`."""
    numbers, texts = [f for f in features if not f.text], [f for f in features if f.text]
    blocks = [_numbers(numbers, train)] if numbers else []
    with np.errstate(over="ignore"):
        x = np.hstack([*blocks, *([_texts(texts, train)] if texts else [])]).astype("float32")
    for i, feature in enumerate(numbers):
        if not np.all(np.isfinite(x[:, i])):
            raise BadData(
                f"{where}: column '{feature.name}' spans too many magnitudes: take its logarithm, or {drop(feature.name)}"
            )
    return x


def _numbers(features: list[Column], train: np.ndarray) -> np.ndarray:
    """Missing numbers filled with the median, then each column standardised."""
    from sklearn.impute import SimpleImputer  # here: it takes a second to import

    values = np.stack([feature.values for feature in features], axis=1)
    fill = SimpleImputer(strategy="median", keep_empty_features=True)
    return standardise(fill.fit(values[train]).transform(values), train)


def _texts(features: list[Column], train: np.ndarray) -> np.ndarray:
    """A column of 0 and 1 for each value (missing being one), the rarest together; values not met in training are all 0."""
    from sklearn.impute import SimpleImputer  # here: they take a second to import
    from sklearn.preprocessing import OneHotEncoder

    values = np.stack([feature.values for feature in features], axis=1)
    fill = SimpleImputer(missing_values=cast(Any, None), strategy="constant", fill_value="")
    one_hot = OneHotEncoder(max_categories=MOST_VALUES, handle_unknown="infrequent_if_exist", sparse_output=False)
    values = np.asarray(fill.fit_transform(values))
    return np.asarray(one_hot.fit(values[train]).transform(values))


def standardised_target(where: str, target: Column, train: np.ndarray) -> np.ndarray:
    """The target as float32 (rows,) with mean 0 and variance 1 over the rows `train`, so that a loss of 1 is a guess."""
    with np.errstate(over="ignore"):
        y = standardise(target.values[:, None], train)[:, 0].astype("float32")
    if not np.all(np.isfinite(y)):
        raise BadData(f"{where}: target '{target.name}' spans too many magnitudes: take its logarithm")
    return y
