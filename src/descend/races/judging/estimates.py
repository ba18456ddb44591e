"""The numbers that a leaderboard shows. Losses that are not finite count as infinite: a lane that diverged did worst."""

import numpy as np

from descend.core.numeric.statistics import iqm, parts
from descend.core.system.extras import module

stats = module("scipy.stats")

RESAMPLES = 10_000
CONFIDENCE = 0.95
FEWEST = 5  # values below which an interval is their range


def nan_to_inf(losses: np.ndarray) -> np.ndarray:
    """Losses with infinity in place of what is not a number."""
    return np.where(np.isfinite(losses), losses, np.inf)


def interval(values: np.ndarray, seed: int = 0) -> tuple[float, float]:
    """The expanded percentile bootstrap interval of the interquartile mean of (n,) values, one a seed, at 95 %.

    Below 5 values it is their range, which promises no confidence. The plain percentile interval is too narrow for few values;
    this one cuts tails of Phi(-sqrt(n / (n - 1)) t), t being Student's quantile with n - 1 degrees of freedom.

    Source: Hesterberg, What Teachers Should Know About the Bootstrap (2015), section 5.3 (expanded percentile interval).
    """
    values = nan_to_inf(np.asarray(values, float))
    n = len(values)
    if n < FEWEST or np.all(values == values[0]):
        return float(values.min()), float(values.max())
    random = np.random.default_rng(seed)
    means = np.concatenate([iqm(np.sort(values[random.integers(n, size=(rows, n))])) for rows in parts(RESAMPLES, n)])
    tail = stats.norm.cdf(-np.sqrt(n / (n - 1)) * stats.t.ppf((1 + CONFIDENCE) / 2, n - 1))
    low, high = np.quantile(means, [tail, 1 - tail], method="nearest")
    return float(low), float(high)


def median_steps(steps: np.ndarray) -> int | None:
    """The Kaplan-Meier median of steps (n,) that are censored at the end of the training: -1 (never reached).

    It is the first step by which at least half have arrived. None: fewer did.
    """
    late = np.where(np.asarray(steps) < 0, np.inf, steps)
    middle = float(np.quantile(late, 0.5, method="inverted_cdf"))
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
