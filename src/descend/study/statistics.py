"""The numbers a verdict rests on. Losses that are not finite count as infinite: a lane that diverged did worst."""

import numpy as np

from descend.core.statistics import iqm

RESAMPLES = 2000
CONFIDENCE = 0.95
ALIKE = 0.01  # relative difference below which two losses without chance count as one
ROUNDING = 1e-5  # relative: what single precision may add up to over a training


def ranked(losses: np.ndarray) -> np.ndarray:
    """Losses with infinity in place of what is not a number."""
    return np.where(np.isfinite(losses), losses, np.inf)


def interval(values: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """The percentile bootstrap interval of the interquartile mean of (n,) values, one a seed, at 95 %.

    Source: Efron, Bootstrap Methods (1979). Fewer than two values give a point.
    """
    values = np.asarray(values, float)
    if len(values) < 2 or np.all(values == values[0]):
        return float(iqm(values)), float(iqm(values))
    picks = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    means = iqm(np.sort(values[picks]))
    low, high = np.quantile(means, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], method="nearest")
    return float(low), float(high)


def tied(leader: np.ndarray, rival: np.ndarray) -> bool:
    """Whether the losses (n,) of two rules, paired by seed, show no significant difference.

    They show none where the bootstrap interval of the interquartile mean of the paired differences holds zero;
    losses that agree to ROUNDING count as equal. Rules that diverged with different seeds differ. A single value each is
    alike within 1 %.
    """
    if len(leader) == 1:  # no spread to judge by: alike to ALIKE
        return bool(np.isfinite(rival[0]) and abs(rival[0] - leader[0]) <= ALIKE * abs(leader[0]))
    there = np.isfinite(leader)
    if not np.array_equal(there, np.isfinite(rival)) or not there.any():
        return False
    one, other = leader[there], rival[there]
    low, high = interval(np.where(np.isclose(other, one, rtol=ROUNDING, atol=0), 0.0, other - one))
    return low <= 0 <= high


def median_steps(steps: np.ndarray) -> int | None:
    """The median of steps (n,) that are right-censored: -1 (never reached) counts as later than all. None: never."""
    late = np.where(np.asarray(steps) < 0, np.inf, steps)
    middle = float(np.quantile(late, 0.5, method="higher"))
    return int(middle) if np.isfinite(middle) else None


def decades(learning_rates: np.ndarray, works: np.ndarray) -> float | None:
    """How many decades of learning rate work: each working point of the (sorted) grid stands for half the way to either
    neighbour, so that all of them together span the grid.

    None where the grid has a single learning rate.
    """
    if len(learning_rates) < 2:
        return None
    half = np.diff(np.log10(learning_rates)) / 2
    return float((np.append(half, 0) + np.append(0, half))[np.asarray(works)].sum())
