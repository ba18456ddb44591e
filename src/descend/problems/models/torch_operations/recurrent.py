"""Recurrent layers, a loop over time each."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from .chance import dropout
from .table import operation

Cell = Callable[[Any, Any, list[Any]], Any]  # (what a step's inputs give, the state, the weights of the state) to the next state


def _lstm_cell(given: Any, state: Any, weights: list[Any]) -> Any:
    h, c = state
    i, f, g, o = jnp.split(given + _times(h, weights), 4, -1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h @ weights[2].T if len(weights) > 2 else h), c


def _gru_cell(given: Any, state: Any, weights: list[Any]) -> Any:
    (h,) = state
    (r_x, z_x, n_x), (r_h, z_h, n_h) = jnp.split(given, 3, -1), jnp.split(_times(h, weights), 3, -1)
    r, z = jax.nn.sigmoid(r_x + r_h), jax.nn.sigmoid(z_x + z_h)
    return ((1 - z) * jnp.tanh(n_x + r * n_h) + z * h,)


def _plain_cell(activation: Callable[[Any], Any]) -> Cell:
    return lambda given, state, weights: (activation(given + _times(state[0], weights)),)


def _times(h: Any, weights: list[Any]) -> Any:
    out = h @ weights[0].T
    return out if weights[1] is None else out + weights[1]


@operation("lstm.input", draws=True)
def lstm(
    key: Any, x: Any, start: Any, weights: Any, biased: bool, layers: int, share: float, training: bool, both: bool, first: bool
) -> Any:
    """(outputs, last h, last c), h and c (layers x directions, rows, units)."""
    return _layers(_lstm_cell, key, x, tuple(start), weights, biased, layers, share if training else 0.0, both, first)


def _single(cell: Cell) -> Callable[..., Any]:
    def run(
        key: Any, x: Any, start: Any, weights: Any, biased: bool, layers: int, share: float, training: bool, both: bool, first: bool
    ) -> Any:
        return _layers(cell, key, x, (start,), weights, biased, layers, share if training else 0.0, both, first)

    return run


operation("gru.input", draws=True)(_single(_gru_cell))
operation("rnn_tanh.input", draws=True)(_single(_plain_cell(jnp.tanh)))
operation("rnn_relu.input", draws=True)(_single(_plain_cell(jax.nn.relu)))


def _layers(
    cell: Cell, key: Any, x: Any, start: Any, weights: Any, biased: bool, layers: int, share: float, both: bool, first: bool
) -> Any:
    """All layers and directions; `first` says that rows come before times."""
    x = jnp.swapaxes(x, 0, 1) if first else x
    directions = 2 if both else 1
    each = len(weights) // (layers * directions)
    ends = []
    for layer in range(layers):
        if layer:
            x = dropout(None if key is None else jax.random.fold_in(key, layer), x, share)
        outs = []
        for direction in range(directions):
            at = layer * directions + direction
            mine, state = weights[at * each : (at + 1) * each], tuple(a[at] for a in start)
            out, end = _one_way(cell, x, state, mine, biased, bool(direction))
            outs.append(out)
            ends.append(end)
        x = jnp.concatenate(outs, -1)
    return (jnp.swapaxes(x, 0, 1) if first else x), *(jnp.stack(parts) for parts in zip(*ends, strict=True))


def _one_way(cell: Cell, x: Any, state: Any, weights: list[Any], biased: bool, backwards: bool) -> Any:
    """One direction of one layer over x (times, rows, inputs): the outputs, and the state at its end."""
    inner, outer, *more = weights
    inner_bias, outer_bias = more[:2] if biased else (None, None)
    given = _times(x, [inner, inner_bias])  # of all times at once

    def step(state: Any, given: Any) -> Any:
        state = cell(given, state, [outer, outer_bias, *more[2 if biased else 0 :]])
        return state, state[0]

    end, outs = jax.lax.scan(step, state, given, reverse=backwards)
    return outs, end
