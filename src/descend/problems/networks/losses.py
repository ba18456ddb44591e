"""Losses and scores, each formula once, as means over the rows of a batch."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ..kinks import absolute, sides

Array = Any  # a JAX or NumPy array


def mse(prediction: Array, target: Array) -> Array:
    """The mean squared error of arrays of one shape.

        mean((prediction - target)^2)

    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """
    return jnp.mean((prediction - target) ** 2)


def mae(prediction: Array, target: Array) -> Array:
    """The mean absolute error of arrays of one shape.

        mean(|prediction - target|)

    Its minimum is the median, so single wild targets hardly move it; its slope at a target is 0. Hastie, Tibshirani,
    Friedman (2009), section 10.6.
    """
    return jnp.mean(absolute(prediction - target))


def huber(prediction: Array, target: Array, delta: Any = 1.0) -> Array:
    """Squared for errors up to delta > 0, linear beyond.

        mean(where(|e| <= delta, e^2 / 2, delta * (|e| - delta / 2))),  e = prediction - target

    Huber, Robust Estimation of a Location Parameter (1964).
    """
    size = absolute(prediction - target)
    return jnp.mean(jnp.where(size <= delta, size**2 / 2, delta * (size - delta / 2)))


def binary_cross_entropy(logits: Array, target: Array) -> Array:
    """The mean cross entropy of logits with targets in [0, 1] of one shape.

        mean(-y log(p) - (1 - y) log(1 - p)),  p = 1 / (1 + exp(-z))
        = mean(y log(1 + exp(-z)) + (1 - y) log(1 + exp(z)))

    Sigmoid and logarithm are fused, so that large logits cannot overflow. Goodfellow et al. (2016), section 6.2.2.2.
    """
    return jnp.mean(target * jax.nn.softplus(-logits) + (1 - target) * jax.nn.softplus(logits))


def softmax_cross_entropy(logits: Array, labels: Array, axis: int = -1, weights: Any = None) -> Array:
    """The mean cross entropy of logits (rows, classes) with whole-number labels (rows,) in [0, classes).

        mean(log(sum_j exp(z_j)) - z_label)

    Softmax and logarithm are fused, so that large logits cannot overflow. `axis` is where the classes lie; `weights`
    (classes,) multiply each row's loss by its label's. Goodfellow et al. (2016), equation 6.30.
    """
    chosen = jnp.take_along_axis(logits, jnp.expand_dims(labels, axis), axis=axis)
    terms = jnp.squeeze(jax.nn.logsumexp(logits, axis=axis, keepdims=True) - chosen, axis)
    return jnp.mean(terms if weights is None else jnp.asarray(weights, terms.dtype)[labels] * terms)


def uniform_cross_entropy(logits: Array, labels: Array, axis: int = -1, weights: Any = None) -> Array:
    """The mean cross entropy of logits (rows, classes) with every class being as likely, as labels are smoothed towards.

        mean(log(sum_j exp(z_j)) - mean_j(z_j))

    `weights` (classes,) multiply each row's loss by its label's. Szegedy et al., Rethinking the Inception Architecture (2016),
    section 7.
    """
    terms = jax.nn.logsumexp(logits, axis=axis) - jnp.mean(logits, axis=axis)
    return jnp.mean(terms if weights is None else jnp.asarray(weights, terms.dtype)[labels] * terms)


def cross_entropy(probabilities: Array, target: Array) -> Array:
    """The mean cross entropy of distributions (rows, classes) with target distributions of the same shape.

        mean(-sum_j target_j log(p_j)),  0 log(0) = 0

    Infinite where a probability is 0 and its target is not. Goodfellow et al. (2016), equation 3.51.
    """
    terms = jnp.where(target > 0, target * jnp.log(jnp.where(target > 0, probabilities, 1.0)), 0.0)
    return -jnp.mean(jnp.sum(terms, axis=-1))


def asymmetric(prediction: Array, target: Array, profit: Any = 1.0, cost: Any = 1.0) -> Array:
    """The mean cost of unequal errors: `profit` per unit predicted too low, `cost` per unit too high; it is mae while both are 1.

        mean(where(prediction > target, cost * (prediction - target), profit * (target - prediction)))

    Its minimum is the quantile profit / (profit + cost); its slope at a target is 0. Koenker and Bassett, Regression
    Quantiles (1978), equation 1.1.
    """
    return jnp.mean(sides(prediction - target, profit, cost))


def accuracy(chosen: Array, labels: Array) -> Array:
    """The share, in [0, 1], of rows whose chosen class (rows,) is the label (rows,)."""
    return jnp.mean(chosen == labels)


def balanced_accuracy(chosen: Array, labels: Array, classes: int) -> Array:
    """The mean over the classes met in labels (rows,) of the share, in [0, 1], of a class's rows where chosen (rows,) is right.

    Guessing one class always gives 1 / classes, however rare the others are. Brodersen et al., The Balanced Accuracy and Its
    Posterior Distribution (2010), section 2.
    """
    counts = confusion(chosen, labels, classes)
    rows = jnp.sum(counts, axis=1)
    return jnp.sum(jnp.diagonal(counts) / jnp.maximum(rows, 1)) / jnp.sum(rows > 0)


def f1(chosen: Array, labels: Array, classes: int) -> Array:
    """The mean over the classes met of the harmonic mean of precision and recall, in [0, 1]; of two classes, the rarer one's.

        2 * right / (chosen as the class + truly of the class)

    van Rijsbergen, Information Retrieval (1979), chapter 7.
    """
    counts = confusion(chosen, labels, classes)
    rows, columns = jnp.sum(counts, axis=1), jnp.sum(counts, axis=0)
    each = 2 * jnp.diagonal(counts) / jnp.maximum(rows + columns, 1)
    if classes == 2:
        return each[jnp.argmin(rows)]
    return jnp.sum(jnp.where(rows > 0, each, 0.0)) / jnp.sum(rows > 0)


def auc(scores: Array, labels: Array) -> Array:
    """The chance, in [0, 1], that a row of class 1 has a higher score (rows,) than one of class 0; ties count half.

    0.5 where one of the classes has no row. Hanley and McNeil, The Meaning and Use of the Area under a ROC Curve (1982).
    """
    ordered = jnp.sort(scores)
    below, up_to = (jnp.searchsorted(ordered, scores, side=side, method="sort") for side in ("left", "right"))
    ranks = (below + up_to + 1) / 2
    ones = jnp.sum(labels == 1)
    pairs = ones * (len(labels) - ones)
    above = jnp.sum(jnp.where(labels == 1, ranks, 0.0)) - ones * (ones + 1) / 2
    return jnp.where(pairs > 0, above / jnp.maximum(pairs, 1), 0.5)


def confusion(chosen: Array, labels: Array, classes: int) -> Array:
    """How many rows of each true class (down) were given each class (across): (classes, classes)."""
    true, given = (jax.nn.one_hot(a, classes, axis=0) for a in (labels, chosen))
    return true @ given.T


def earnings(prediction: Array, target: Array, profit: Any, cost: Any) -> Array:
    """The mean earnings of one who provides `prediction` where `target` is asked for.

        mean(profit * min(prediction, target) - cost * max(prediction - target, 0)) = mean(profit * target) - asymmetric

    The newsvendor's profit: Arrow, Harris, Marschak, Optimal Inventory Policy (1951).
    """
    return jnp.mean(profit * target) - asymmetric(prediction, target, profit, cost)


def r2(prediction: Array, target: Array) -> Array:
    """The share of the targets' variance (rows,) that is explained, in (-inf, 1]; 0 where the targets are all one value.

    1 - sum((target - prediction)^2) / sum((target - mean(target))^2)
    """
    total = jnp.sum((target - jnp.mean(target)) ** 2)
    residual = jnp.sum((target - prediction) ** 2)
    return jnp.where(total > 0, 1 - residual / jnp.where(total > 0, total, 1.0), 0.0)


# what an option names: (prediction or logits, target) -> scalar; cross_entropy is the one fused with softmax
LOSSES: dict[str, Callable[..., Any]] = {
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "binary_cross_entropy": binary_cross_entropy,
    "cross_entropy": softmax_cross_entropy,
    "asymmetric": asymmetric,
}
