"""What can be had without a network: the majority class or the mean, and a linear model, by the same scores."""

import warnings
from typing import Any

import jax
import numpy as np

from descend.core.system.extras import module

from ..base import Data
from ..networks.bag_of_words import Bag
from ..networks.heads import Classes, Decision

MOST = 2e7  # numbers that a linear model is fitted to; of more, the first rows
ITERATIONS = 300
RARE = 1e-12  # probability of a class that has no row to train on


def baselines(problem: Any, data: Data) -> list[tuple[str, dict[str, float]]]:
    """Name and measures of the baselines of a network's data, fitted to the training rows, judged by the rows that judge.

    For classes the most frequent one and scikit-learn's LogisticRegression, for numbers the mean and its Ridge; the measures
    are those of the network.
    """
    head = problem.head
    if isinstance(head, Decision):  # which has one output
        head = Classes(2)
    return _of_classes(head, data) if head.classes else _of_numbers(head, data)


def _of_classes(head: Any, data: Data) -> list[tuple[str, dict[str, float]]]:
    LogisticRegression = module("sklearn.linear_model").LogisticRegression  # here: it takes a second to import

    x, y = _rows(data.train)
    shares = np.maximum(np.bincount(y, minlength=head.classes) / len(y), RARE)
    rows = len(_evaluation_rows(data)[1])
    constant = np.repeat(np.log(shares)[:, None], rows, axis=1)
    weights = None if head.weights is None else dict(enumerate(head.weights))
    weights = weights and {code: weights[code] for code in np.unique(y).tolist()}
    model = _fit(LogisticRegression(max_iter=ITERATIONS, class_weight=weights), x, y)
    outputs = np.full((head.classes, rows), np.log(RARE))
    outputs[model.classes_] = np.log(np.maximum(model.predict_proba(_evaluation_rows(data)[0]), RARE)).T
    return [("majority class", _scores(head, constant, data)), ("logistic regression", _scores(head, outputs, data))]


def _of_numbers(head: Any, data: Data) -> list[tuple[str, dict[str, float]]]:
    Ridge = module("sklearn.linear_model").Ridge  # here: it takes a second to import

    x, y = _rows(data.train)
    constant = np.full((1, len(_evaluation_rows(data)[1])), np.mean(y))
    outputs = _fit(Ridge(), x, y).predict(_evaluation_rows(data)[0])[None]
    return [("mean", _scores(head, constant, data)), ("ridge regression", _scores(head, outputs, data))]


def _evaluation_rows(data: Data) -> tuple[Any, np.ndarray]:
    return _plain(data.judging[0]), np.asarray(data.judging[1])


def _rows(part: Any) -> tuple[Any, np.ndarray]:
    """The rows to fit, as many as are quickly fitted."""
    x, y = _plain(part[0]), np.asarray(part[1])
    count = max(2, int(MOST / max(1, x.shape[1])))
    return x[:count], y[:count]


def _plain(x: Any) -> Any:
    """Rows as scikit-learn takes them: an array, or a sparse one."""
    if not isinstance(x, Bag):
        return np.asarray(x)
    csr_array = module("scipy.sparse").csr_array

    columns, weights = np.asarray(x.columns), np.asarray(x.weights)
    places = np.arange(len(columns) + 1) * columns.shape[1]
    return csr_array((weights.ravel(), columns.ravel(), places), shape=x.shape)


def _fit(model: Any, x: Any, y: np.ndarray) -> Any:
    ConvergenceWarning = module("sklearn.exceptions").ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)


def _scores(head: Any, outputs: np.ndarray, data: Data) -> dict[str, float]:
    """The measures of outputs (outputs, rows), as those of a network."""
    outputs, target = outputs.astype("float32"), _evaluation_rows(data)[1]
    found = {"loss": head.loss(outputs, target), **head.scores(outputs, target)}
    return {name: float(value) for name, value in jax.device_get(found).items()}
