"""Networks of convolutional and dense layers from equinox, laid out so that many lanes train fast."""

import itertools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from ..base import absent
from . import batch_norm as normalising
from .activations import ACTIVATIONS
from .bag_of_words import Bag, in_blocks
from .convolution import convolution, convolve, left
from .initializers import INITIALISATIONS

Step = Callable[[int, Any], Any]  # of a layer's number and its columns: what becomes of them


def _blank(sizes: tuple[int, ...], channels: tuple[int, ...], shape: tuple[int, ...] | None, biased: bool) -> list[Any]:
    """The layers without their numbers; the last has biases, the others where they are `biased`."""
    places = shape or ()
    first = [convolution(len(places), *pair, biased) for pair in itertools.pairwise((1, *channels))]
    if channels:
        sizes = (channels[-1] * left(places, len(channels)), *sizes[1:])
    *hidden, last = itertools.pairwise(sizes)
    return [*first, *(_linear(*pair, biased) for pair in hidden), _linear(*last)]


def _linear(fan_in: int, fan_out: int, biased: bool = True) -> Any:
    """The shapes of an equinox Linear."""
    return eqx.filter_eval_shape(lambda: eqx.nn.Linear(fan_in, fan_out, use_bias=biased, key=jax.random.key(0)))


def _initialise(layer: Any, activation: str, initialisation: str, key: jax.Array) -> Any:
    """The layer with weights of its own and biases of zero, where it has biases."""
    weight = INITIALISATIONS[initialisation](key, layer.weight.shape, ACTIVATIONS[activation].gain)
    layer = eqx.tree_at(lambda made: made.weight, layer, weight)
    return layer if layer.bias is None else eqx.tree_at(lambda made: made.bias, layer, jnp.zeros(layer.bias.shape))


def _affine(layer: Any, columns: Any) -> Any:
    """What a layer makes of columns (..., rows): of an equinox Linear (fan_out, rows) from (fan_in, rows)."""
    if isinstance(layer, eqx.nn.Conv):
        return convolve(layer, columns)
    out = layer.weight @ columns.reshape(-1, columns.shape[-1])
    return out if layer.bias is None else out + layer.bias[:, None]


def _drop(columns: Any, rate: Any, key: jax.Array, layer: int) -> Any:
    """Each number set to 0 with probability `rate`, the kept ones divided by 1 - rate, so that the mean stays.

    Srivastava et al., Dropout (2014), section 10: the scaling takes place in training.
    """
    if absent(rate):
        return columns
    single: Any = jnp.asarray(rate, jnp.float32)  # whose chance is the same in double precision
    return eqx.nn.Dropout(single)(columns, key=jax.random.fold_in(key, layer))


class Dense(eqx.Module):
    """Linear layers of the widths `sizes` (inputs first, outputs last) with an activation between them.

    Its arrays are its only leaves, so a Dense is its own tree of parameters. `activation` is a key of ACTIVATIONS,
    `initialisation` of INITIALISATIONS; biases start at zero. With `channels`, convolutions come first: the sizes[0] inputs are
    then a signal or an image of the given `shape`. With `batch_norm`, every hidden layer is normalised before its activation
    and has no bias, which normalising would remove; `averages` is then the aux to start from.
    """

    layers: tuple[Any, ...]
    norms: tuple[normalising.Norm, ...]
    activation: str = eqx.field(static=True)
    shape: tuple[int, ...] | None = eqx.field(static=True)

    def __init__(
        self,
        sizes: tuple[int, ...],
        activation: str,
        initialisation: str,
        key: jax.Array,
        *,
        channels: tuple[int, ...] = (),
        shape: tuple[int, ...] | None = None,
        batch_norm: bool = False,
    ):
        blank = _blank(sizes, channels, shape, not batch_norm)
        keys = jax.random.split(key, len(blank))
        self.layers = tuple(_initialise(layer, activation, initialisation, k) for layer, k in zip(blank, keys, strict=True))
        self.norms = tuple(normalising.norm(len(layer.weight)) for layer in self.layers[:-1]) if batch_norm else ()
        self.activation = activation
        self.shape = shape if channels else None

    @property
    def averages(self) -> Any:
        """What batch normalisation has seen before the first batch: the aux to start from."""
        return tuple(normalising.start(norm) for norm in self.norms)

    def __call__(self, x: Any, aux: Any = ()) -> Any:
        """The outputs, a column a row of x, as evaluation has them: (sizes[-1], rows) from (rows, sizes[0]).

        Whole batches meet whole weights: under vmap over parameters with one shared batch the first layer, the largest,
        becomes one matrix product for all lanes. Rows lie along the last axis, which is the one that processors
        vectorise: with ten outputs along it instead, a training step takes 1.6 times as long.
        """

        def run(rows: Any) -> Any:
            return self._run(rows, self._by_averages(aux))[0]

        return in_blocks(run, x) if isinstance(x, Bag) else run(x)

    def hidden(self, x: Any, aux: Any = ()) -> list[Any]:
        """The values of each hidden layer's units (units, ..., rows), as evaluation has them."""
        return self._run(x, self._by_averages(aux))[1]

    def train(self, x: Any, aux: Any, key: jax.Array, dropout: Any = 0.0, input_dropout: Any = 0.0) -> tuple[Any, Any]:
        """The outputs as training has them, from this batch's own statistics and with units dropped, and the new aux."""
        averages = list(aux)
        if isinstance(x, Bag):  # it has few numbers to drop; dense, it has many
            x, input_dropout = eqx.tree_at(lambda bag: bag.weights, x, _drop(x.weights, input_dropout, key, 0)), 0.0

        def normalise(i: int, columns: Any) -> Any:
            if self.norms:
                columns, averages[i] = normalising.by_batch(self.norms[i], columns, aux[i])
            return columns

        def drop(i: int, columns: Any) -> Any:
            return _drop(columns, dropout if i else input_dropout, key, i)

        return self._run(x, normalise, drop)[0], tuple(averages)

    def _run(self, x: Any, normalise: Step, drop: Step = lambda i, columns: columns) -> tuple[Any, list[Any]]:
        """The outputs, and the values of each hidden layer before some are dropped."""
        columns = drop(0, x.T.reshape(1, *self.shape, len(x)) if self.shape else x.T)
        hidden = []
        for i, layer in enumerate(self.layers[:-1]):
            hidden.append(ACTIVATIONS[self.activation](normalise(i, _affine(layer, columns))))
            columns = drop(i + 1, hidden[-1])
        return _affine(self.layers[-1], columns), hidden

    def _by_averages(self, aux: Any) -> Step:
        return lambda i, columns: normalising.by_averages(self.norms[i], columns, aux[i]) if self.norms else columns

    def weights(self) -> list[Any]:
        """The weights of each layer: what penalties count, biases and what normalising learns left out."""
        return [layer.weight for layer in self.layers]
