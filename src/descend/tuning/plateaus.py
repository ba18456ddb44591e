"""Learning rates that work, from short trainings at each: no ramp, so that the answer depends on no ramp's length."""

from collections.abc import Sequence

import numpy as np

from descend.core.numeric.statistics import iqm
from descend.store.tuning import Plateau

RANGE = (1e-4, 10.0)  # of the first learning rates
LOWEST, HIGHEST = 1e-9, 1e6  # that are tried where the best is at an edge
WORKS = 0.9  # of the best one's progress, that a learning rate on its plateau makes at least
DIGITS = 3  # of a learning rate


def first_rates(count: int) -> np.ndarray:
    """The learning rates (count,) that every rule is tried at first."""
    return _round(np.geomspace(*RANGE, count))


def next_rates(plateau: Plateau, count: int) -> np.ndarray:
    """The learning rates (count,) to try next: beyond the edge where the best is at one, else between its neighbours."""
    rates = np.array(plateau.rates)
    ratio = rates[1] / rates[0]
    if plateau.learning_rate is None:  # none works: far below
        return _round(np.clip(np.geomspace(rates[0] / 1e4, rates[0] / ratio, count), LOWEST, HIGHEST))
    best = plateau.learning_rate
    if plateau.edge == "low":
        low, high = best * ratio**-count, best / ratio
    elif plateau.edge == "high":
        low, high = best * ratio, best * ratio**count
    else:
        low, high = best * ratio ** -(1 - 1 / count), best * ratio ** (1 - 1 / count)
    return _round(np.clip(np.geomspace(low, high, count), LOWEST, HIGHEST))


def plateau(rule: str, rates: Sequence[float] | np.ndarray, start: np.ndarray, loss: np.ndarray, diverged: np.ndarray) -> Plateau:
    """What is known of a rule from trainings at `rates` (n,), in any order: losses before and after, and which diverged (n, seeds).

    The plateau holds the rates next to the best one, and to each other, that make at least nine tenths of its progress.
    """
    order = np.argsort(rates, kind="stable")
    rates_, loss, diverged = np.asarray(rates, float)[order], loss[order], diverged[order]
    losses = iqm(np.where(np.isfinite(loss) & ~diverged, loss, np.inf))
    lost = diverged.mean(axis=1)
    shown = tuple(float(each) if np.isfinite(each) else None for each in losses)
    known = {"rates": tuple(rates_.tolist()), "losses": shown, "lost": tuple(lost.tolist())}
    if not np.isfinite(losses).any():
        return Plateau(rule, None, None, None, None, float(diverged.mean()), None, None, **known)
    best = int(np.argmin(losses))
    level = losses[best] + (1 - WORKS) * max(float(np.mean(start)) - losses[best], 0.0)
    low = best
    while low > 0 and losses[low - 1] <= level:
        low -= 1
    high = best
    while high < len(losses) - 1 and losses[high + 1] <= level:
        high += 1
    edge = {0: "low", len(losses) - 1: "high"}.get(best) if len(losses) > 1 else None
    spread = float(np.std(loss[best]))
    ends = float(rates_[low]), float(rates_[high])
    return Plateau(rule, float(rates_[best]), *ends, edge, float(diverged.mean()), float(losses[best]), spread, **known)


def _round(rates: np.ndarray) -> np.ndarray:
    return np.array([float(f"{rate:.{DIGITS}g}") for rate in rates])
