"""The growth of a rule on a quadratic, measured over many updates: for rules whose update is not one linear map.

What a rule that adapts does at one moment says little: its distance to the minimum rings, and where the second moment has faded it
jumps out again. So a run counts by the largest distance in each of its pieces, from several starts, of which the worst is told.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.rules import Rule

from . import quadratic

STARTS = (1.0, 0.8, 0.63, 0.5, 0.4)  # w; a rule that circles from one need not from another
PIECES, MIDDLE, LATE = 64, 24, 48  # of a run; between the last two the growth is measured
GONE = 1e-250  # a distance that is 0 but for rounding
SAME = 1e-4  # by how much a distance falls that stays the same
KEPT, BURST, BEYOND = 0.5, 10.0, 10.0  # shares of a distance: kept by what circles, jumped over, reached by what diverges
BATCH = 32  # lanes run together, so that one program does for every plane


def measure_growth(rule: Rule, steep: Any, lanes: Mapping[str, Any], steps: int) -> tuple[np.ndarray, np.ndarray]:
    """The growth (lanes,) of a rule with each lane's values of some hyperparameters, and the size (lanes,) of its circles.

    `steps` updates are cut into 64 pieces; distances are in units of that of w = 1. The size, 0 for a rule that
    does not circle, is the largest distance after the first 24 pieces.
    """
    per = steps // PIECES
    distances = _runs(rule, steep, lanes, per).reshape(-1, PIECES)
    ahead = np.maximum.accumulate(distances[:, ::-1], axis=1)[:, ::-1]
    outwards = _outwards(distances)
    circles = ~outwards & _circles(distances, ahead)
    growth = np.where(outwards, _divergence_rate(distances, per), np.where(circles, 1.0, _decay_rate(ahead, per)))
    size = np.where(circles, ahead[:, MIDDLE], 0.0)
    return growth.reshape(-1, len(STARTS)).max(axis=1), size.reshape(-1, len(STARTS)).max(axis=1)


def _outwards(distances: np.ndarray) -> np.ndarray:
    """Which runs diverge: they end in overflow, or, most of the time, beyond where they have been."""
    before = np.maximum(distances[:, :LATE].max(axis=1), 1.0)
    return np.isinf(distances).any(axis=1) | (np.median(distances[:, LATE:], axis=1) > BEYOND * before)


def _circles(distances: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Which runs neither settle nor come closer: the distance stays about the same, or jumps out after it has fallen."""
    late = distances[:, MIDDLE:]
    starts = np.tile(STARTS, len(distances) // len(STARTS))[:, None]
    moved = (np.abs(distances - starts) > SAME * starts).any(axis=1)
    still = (late[:, 1:] >= (1 - SAME) * late[:, :-1]).any(axis=1)
    flat = moved & still & (ahead[:, LATE] > KEPT * ahead[:, MIDDLE])
    smooth = np.max([late[:, i : late.shape[1] - 3 + i] for i in range(4)], axis=0)
    bursts = (smooth > BURST * np.minimum.accumulate(smooth, axis=1)).any(axis=1)
    return (flat | bursts) & (ahead[:, MIDDLE] > GONE)


def _decay_rate(ahead: np.ndarray, per: int) -> np.ndarray:
    """The growth of runs that come closer: between two pieces, the earlier ones where the distance is gone in time."""
    last = np.minimum((ahead > GONE).sum(axis=1) - 1, LATE)  # the distance ahead never rises, so these pieces are the first
    return np.where(last > 0, _root(ahead, np.maximum(last, 0), per), 0.0)


def _divergence_rate(distances: np.ndarray, per: int) -> np.ndarray:
    """The growth of runs that diverge; inf where there are no numbers to measure."""
    last = np.isfinite(distances).sum(axis=1) - 1
    rate = _root(distances, np.maximum(last, 0), per)
    return np.where(last > 0, np.maximum(rate, BEYOND ** (1 / (PIECES * per))), np.inf)


def _root(distances: np.ndarray, last: np.ndarray, per: int) -> np.ndarray:
    """By which factor an update changes the distance from half the way to the piece `last` on."""
    rows, first = np.arange(len(distances)), last // 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return (distances[rows, last] / distances[rows, first]) ** (1 / (per * np.maximum(last - first, 1)))


def _runs(rule: Rule, steep: Any, lanes: Mapping[str, Any], per: int) -> np.ndarray:
    """The largest distances (lanes, starts, pieces), batch by batch; inf where there is no number."""
    count = len(next(iter(lanes.values())))
    full = {name: np.resize(values, -(-count // BATCH) * BATCH) for name, values in lanes.items()}
    parts = [{name: values[i : i + BATCH] for name, values in full.items()} for i in range(0, count, BATCH)]
    distances = np.concatenate([np.asarray(_distances(rule, steep, part, per)) for part in parts])[:count]
    return np.where(np.isfinite(distances), distances, np.inf)


@jax.jit
def _distances(rule: Rule, steep: Any, lanes: Mapping[str, Any], per: Any) -> Any:
    """The largest distance in each piece of `per` updates, in units of that of w = 1."""

    def run(one: Any, far: Any) -> Any:
        chosen = quadratic.with_values(rule, one)
        first = quadratic.start(chosen, steep, far)

        def piece(state: Any, place: Any) -> Any:
            def body(i: Any, before: Any) -> Any:
                state = quadratic.update(chosen, steep, before[0], place * per + i + 1.0)
                return state, jnp.maximum(before[1], jnp.linalg.norm(state[0]))

            return jax.lax.fori_loop(0, per, body, (state, 0.0))

        return jax.lax.scan(piece, first, jnp.arange(PIECES))[1] / jnp.sqrt(len(steep))

    return jax.vmap(lambda one: jax.vmap(partial(run, one))(jnp.array(STARTS)))(lanes)
