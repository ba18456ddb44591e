"""What is watched of a network in training: its layers one by one, and units that no longer learn."""

from typing import Any

import jax.numpy as jnp

from .activations import ACTIVATIONS

NEAR = 0.01  # of the activation's range: closer than that to an end, a unit counts as saturated


def layers(network: Any) -> dict[str, Any]:
    """The trained arrays of each layer: "layer 1" (the first hidden one), "layer 2", ..., the outputs last."""
    norms = (*network.norms, *(None,) * (len(network.layers) - len(network.norms)))
    return {f"layer {i}": parts for i, parts in enumerate(zip(network.layers, norms, strict=True), 1)}


def watch(network: Any, aux: Any, x: Any) -> dict[str, Any]:
    """The share of units of each layer (layers,) that hardly learn from these rows, as evaluation has them.

    - "dead", of relu: units that are 0 on every row, so that no gradient reaches their weights (Maas et al., 2013)
    - "saturated", of sigmoid and tanh: pairs of a unit and a row within NEAR of the range's width of either end, where the
      slope is below 4 * NEAR of its largest (Glorot and Bengio, 2010, section 3)

    NaN for the outputs; nothing for other activations. A unit of a convolution is a channel at a place.
    """
    used = ACTIVATIONS[network.activation]
    if network.activation == "relu":
        shares = [jnp.mean(jnp.all(units == 0, axis=-1)) for units in network.hidden(x, aux)]
        return {"dead": jnp.stack([*shares, jnp.nan])}
    if not used.saturates:
        return {}
    (low, high), near = used.bounds, NEAR * (used.bounds[1] - used.bounds[0])
    shares = [jnp.mean((units < low + near) | (units > high - near)) for units in network.hidden(x, aux)]
    return {"saturated": jnp.stack([*shares, jnp.nan])}
