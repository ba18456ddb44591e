"""The growth of a rule on a quadratic, measured over many updates: for rules whose update is not one linear map."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.rules import Rule

from . import quadratic


def growth(rule: Rule, steep: Any, lanes: Mapping[str, Any], steps: int) -> np.ndarray:
    """The growth (lanes,) over so many updates, for a rule with each lane's values of some hyperparameters."""
    return _rates(np.asarray(_distances(rule, steep, lanes, steps)))


@partial(jax.jit, static_argnames="steps")
def _distances(rule: Rule, steep: Any, lanes: Mapping[str, Any], steps: int) -> Any:
    """The distance to the minimum (lanes, steps + 1) after each update."""

    def way(one: Any) -> Any:
        chosen = quadratic.chosen(rule, one)

        def body(state: Any, t: Any) -> Any:
            state = quadratic.update(chosen, steep, state, t)
            return state, jnp.linalg.norm(state[0])

        first = quadratic.start(chosen, steep)
        return jnp.concatenate([jnp.linalg.norm(first[0])[None], jax.lax.scan(body, first, jnp.arange(1.0, steps + 1))[1]])

    return jax.vmap(way)(lanes)


def _rates(distances: np.ndarray) -> np.ndarray:
    """The growth of each row: from its second quarter to its last, or up to where it is no number any more."""
    found = np.empty(len(distances))
    for i, row in enumerate(distances):
        kept = row[: int(np.argmin(np.isfinite(row)))] if not np.isfinite(row).all() else row
        quarter = len(kept) // 4
        if quarter < 1:
            found[i] = np.inf
            continue
        early, late = kept[quarter : 2 * quarter].max(), kept[-quarter:].max()
        found[i] = (max(late, 1e-300) / max(early, 1e-300)) ** (1 / (len(kept) - 2 * quarter))
    return found
