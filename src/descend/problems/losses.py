"""Losses and scores, each formula once, as means over the rows of a batch."""

from typing import Any

import jax
import jax.numpy as jnp

Array = Any  # a JAX or NumPy array


def mse(prediction: Array, target: Array) -> Array:
    """The mean squared error of arrays of one shape.

        mean((prediction - target)^2)

    Goodfellow, Bengio, Courville, Deep Learning (2016), equation 5.4.
    """
    return jnp.mean((prediction - target) ** 2)


def softmax_cross_entropy(logits: Array, labels: Array, axis: int = -1) -> Array:
    """The mean cross entropy of logits (rows, classes) with whole-number labels (rows,) in [0, classes).

        mean(log(sum_j exp(z_j)) - z_label)

    Softmax and logarithm are fused, so that large logits cannot overflow. `axis` is where the classes lie.
    Goodfellow et al. (2016), equation 6.30.
    """
    chosen = jnp.take_along_axis(logits, jnp.expand_dims(labels, axis), axis=axis)
    return jnp.mean(jax.nn.logsumexp(logits, axis=axis, keepdims=True) - chosen)


def cross_entropy(probabilities: Array, target: Array) -> Array:
    """The mean cross entropy of distributions (rows, classes) with target distributions of the same shape.

        mean(-sum_j target_j log(p_j)),  0 log(0) = 0

    Infinite where a probability is 0 and its target is not. Goodfellow et al. (2016), equation 3.51.
    """
    terms = jnp.where(target > 0, target * jnp.log(jnp.where(target > 0, probabilities, 1.0)), 0.0)
    return -jnp.mean(jnp.sum(terms, axis=-1))


def asymmetric(prediction: Array, target: Array, profit: Any, cost: Any) -> Array:
    """The mean cost of unequal errors: `profit` per unit predicted too low, `cost` per unit predicted too high.

        mean(where(prediction > target, cost * (prediction - target), profit * (target - prediction)))

    Its minimum is the quantile profit / (profit + cost). Koenker and Bassett, Regression Quantiles (1978), equation 1.1.
    """
    error = prediction - target
    return jnp.mean(jnp.where(error > 0, cost * error, -profit * error))


def accuracy(logits: Array, labels: Array, axis: int = -1) -> Array:
    """The share, in [0, 1], of rows whose largest logit (rows, classes) is at the label (rows,); classes lie along `axis`."""
    return jnp.mean(jnp.argmax(logits, axis=axis) == labels)


def r2(prediction: Array, target: Array) -> Array:
    """The share of the targets' variance (rows,) that is explained, in (-inf, 1]; 0 where the targets are all one value.

    1 - sum((target - prediction)^2) / sum((target - mean(target))^2)
    """
    total = jnp.sum((target - jnp.mean(target)) ** 2)
    residual = jnp.sum((target - prediction) ** 2)
    return jnp.where(total > 0, 1 - residual / jnp.where(total > 0, total, 1.0), 0.0)
