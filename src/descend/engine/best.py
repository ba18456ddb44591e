"""Early stopping: each lane's best weights so far, and when its patience was over. Lanes have axes (seeds, settings).

Prechelt, Early Stopping - But When? (1998), the criterion UP_s with one judgement a strip.
"""

from typing import Any

import jax
import jax.numpy as jnp

NEVER = -1  # in place of a step that did not come


def start(shipped: Any, aux: Any, lanes: tuple[int, int]) -> dict[str, Any]:
    """What is known of lanes before they are judged for the first time."""
    return {
        "params": shipped,
        "aux": aux,
        "loss": jnp.full(lanes, jnp.inf),
        "step": jnp.full(lanes, NEVER, jnp.int32),
        "waited": jnp.zeros(lanes, jnp.int32),
        "stopped": jnp.full(lanes, NEVER, jnp.int32),
    }


def update(best: dict[str, Any], loss: jax.Array, t: jax.Array, shipped: Any, aux: Any, patience: int) -> dict[str, Any]:
    """The same after a judgement at step t: weights are kept where the loss is lower than ever before.

    A lane stops at the judgement that is the `patience`-th in a row without a lower loss; what comes after is not looked at.
    """
    going = best["stopped"] == NEVER
    better = going & (loss < best["loss"])
    waited = jnp.where(better, 0, best["waited"] + 1)

    def keep(new: jax.Array, old: jax.Array) -> jax.Array:
        return jnp.where(better.reshape(*better.shape, *(1,) * (new.ndim - 2)), new, old)

    return {
        "params": jax.tree.map(keep, shipped, best["params"]),
        "aux": jax.tree.map(keep, aux, best["aux"]),
        "loss": keep(loss, best["loss"]),
        "step": keep(jnp.broadcast_to(t, better.shape), best["step"]),
        "waited": waited,
        "stopped": jnp.where(going & (waited >= patience), t, best["stopped"]),
    }
