"""How the weights of a layer start, by name, and where that does not fit the activation."""

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from descend.core.numeric import draws

from .activations import ACTIVATIONS

DEEP = 4  # hidden layers from which sigmoids are said to let gradients vanish

Draw = Callable[[Any, tuple[int, ...], float], Any]


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many numbers meet in a unit and to how many each goes (fan_in, fan_out), of weights (outputs, inputs, *kernel)."""
    kernel = math.prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def _normal(deviation: Callable[[int, int, float], float]) -> Draw:
    def draw(key: jax.Array, shape: tuple[int, ...], gain: float) -> jax.Array:
        return deviation(*fans(shape), gain) * draws.normal(key, shape)

    return draw


def _uniform(key: jax.Array, shape: tuple[int, ...], gain: float) -> jax.Array:
    return draws.uniform(key, shape, 1 / math.sqrt(fans(shape)[0]))


def _orthogonal(key: jax.Array, shape: tuple[int, ...], gain: float) -> jax.Array:
    matrix = (shape[0], fans(shape)[0])
    return draws.orthogonal(key, matrix, gain).reshape(shape)


def _zero(key: jax.Array, shape: tuple[int, ...], gain: float) -> jax.Array:
    return jnp.zeros(shape)


# name -> weights (outputs, inputs, *kernel) from (key, shape, gain of the activation)
INITIALISATIONS: dict[str, Draw] = {
    # He et al. (2015), equations 10 and 15: the variance is gain^2 / fan_in, 2 / fan_in for relu
    "he": _normal(lambda fan_in, fan_out, gain: gain / math.sqrt(fan_in)),
    # Glorot and Bengio (2010), equation 12: the variance is 2 / (fan_in + fan_out), for gain 1
    "glorot": _normal(lambda fan_in, fan_out, gain: math.sqrt(2 / (fan_in + fan_out))),
    # LeCun et al., Efficient BackProp (1998), equation 16: the variance is 1 / fan_in, for gain 1
    "lecun": _normal(lambda fan_in, fan_out, gain: math.sqrt(1 / fan_in)),
    # Saxe, McClelland, Ganguli (2014), section 3: gain times a matrix whose rows or columns are orthonormal
    "orthogonal": _orthogonal,
    # Glorot and Bengio (2010), equation 1: within 1 / sqrt(fan_in)
    "uniform": _uniform,
    # every weight 0: for networks without hidden layers, and to see why others must not start so
    "zero": _zero,
}


def doubts(initialisation: str, activation: str, hidden: int, normalised: bool = False) -> list[str]:
    """What speaks against this start of a network with so many hidden layers, a sentence each; nothing where it fits.

    Layers that are `normalised` keep their signal whatever the size of the weights.
    """
    fits = ACTIVATIONS[activation].fits
    sentences = []
    if hidden and initialisation == "zero":
        sentences.append(f"initialisation zero: all units of a layer start equal and stay equal; {fits[0]} suits {activation}")
    elif hidden and initialisation not in fits and not normalised:
        sentences.append(
            f"initialisation {initialisation} with {activation}: {_misfit(initialisation)}; {fits[0]} suits {activation}"
        )
    if hidden >= DEEP and activation == "sigmoid" and not normalised:
        sentences.append(
            f"activation sigmoid in {hidden} hidden layers: its slope is at most 1/4, so gradients vanish towards the first layer; "
            "relu keeps them"
        )
    return sentences


def _misfit(initialisation: str) -> str:
    if initialisation == "uniform":
        return "within 1 / sqrt(fan_in), weights shrink the signal at every layer"
    if initialisation == "he":
        return "its variance is derived for rectifiers"
    return "its variance is for activations that are linear around 0, and rectifiers halve the signal at every layer"
