"""Which entrants of a race differ from its leader: a test that keeps the error rate it states, however many race.

The leader is named after the results are known, so every pair of entrants might have been compared: Holm's correction for the
comparisons with the leader alone finds a false difference in 8 to 10 % of races between equal rules (simulated), not in 5 %.
So the whole procedure, choice of the leader included, is repeated under permutations of the entrants' names within each seed.

Sources: Hodges and Lehmann, Rank methods for combination of independent experiments in analysis of variance (1962), aligned
ranks, which for two entrants are Wilcoxon's signed ranks; Westfall and Young, Resampling-Based Multiple Testing (1993),
step-down maxima.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import factorial, log

import numpy as np

from descend.core.numeric.statistics import iqm, parts
from descend.core.system.extras import module

stats = module("scipy.stats")

ALPHA = 0.025  # of races between equal rules, the share in which a difference is found
PERMUTATIONS = 4000
FEWEST = 3  # seeds below which nothing is decided
ALIKE = 0.01  # relative difference below which two losses without chance count as one
ROUNDING = 1e-5  # relative: what single precision may add up to over a training
Center = Callable[[np.ndarray], np.ndarray]  # the figure of an entrant from its sorted figures, seeds along axis 1
POWER = 0.8  # with which a difference as large as the one seen should be found
MOST = 10_000  # seeds beyond which nobody goes
EFFICIENCY = 3 / np.pi  # of ranks against means, where the losses are normal


@dataclass(frozen=True)
class Comparison:
    """What the figures of entrants (entrants, seeds) say: the row of the `leader`, and by each row how it compares.

    - `behind`: whether it is significantly worse than the leader
    - `p`: the p value of that, corrected for the number of entrants; 1 for the leader, NaN where nothing can be decided
    - `test`: "permutation" (aligned ranks), "t" (paired, where seeds are too few for ranks), "none" (fewer than 3 seeds), or
      "exact" (no chance: a difference above 1 % is one)
    """

    leader: int
    behind: np.ndarray
    p: np.ndarray
    test: str


def interquartile(figures: np.ndarray) -> np.ndarray:
    """The interquartile means of sorted figures (..., seeds, entrants) over seeds."""
    return iqm(figures, axis=-2)


def median(figures: np.ndarray) -> np.ndarray:
    """The medians of sorted figures (..., seeds, entrants) over seeds, the lower of two: Kaplan and Meier's of steps."""
    return figures[..., (figures.shape[-2] - 1) // 2, :]


def compare(figures: np.ndarray, leader: int, center: Center = interquartile) -> Comparison:
    """Compare entrants by figures (entrants, seeds) of which less is better, paired by seed; infinite: did not get there.

    `leader` is the row whose `center` is lowest. Figures that agree to ROUNDING are ties.
    """
    entrants, seeds = figures.shape
    if entrants == 1:
        return Comparison(leader, np.zeros(1, bool), np.ones(1), "none")
    if seeds < FEWEST:
        return Comparison(leader, np.zeros(entrants, bool), np.where(np.arange(entrants) == leader, 1.0, np.nan), "none")
    if attainable(entrants, seeds):
        return _permutation_test(_tie(figures), leader, center)
    return _t(figures, leader)


def exact(figures: np.ndarray, leader: int) -> Comparison:
    """Compare entrants (entrants, 1) of a race without chance: whatever differs by more than 1 % differs."""
    only = figures[:, 0]
    finite = np.where(np.isfinite(only), only, 0.0)
    alike = np.isfinite(only) & (np.abs(finite - finite[leader]) <= ALIKE * abs(finite[leader]))
    alike[leader] = True
    return Comparison(leader, ~alike, np.where(alike, 1.0, 0.0), "exact")


def attainable(entrants: int, seeds: int) -> bool:
    """Whether some outcome of so many entrants and seeds has a p value below ALPHA: one of all arrangements up to names."""
    return (seeds - 1) * log(factorial(max(entrants, 2))) >= -log(ALPHA)


def seeds_to_settle(leader: np.ndarray, other: np.ndarray, entrants: int) -> int | None:
    """About how many seeds would find a difference as large as that of two rows of figures, with a power of 80 %.

    From the normal approximation for ranks, at a level shared among all pairs of entrants. None: more than MOST, or it cannot
    be told.
    """
    if not np.isfinite([leader, other]).all() or len(leader) < FEWEST or (other - leader).std() == 0:
        return None
    difference = other - leader
    effect = difference.mean() / difference.std(ddof=1)
    pairs = entrants * (entrants - 1) / 2
    reach = stats.norm.isf(ALPHA / pairs / 2) + stats.norm.isf(1 - POWER)
    needed = np.ceil((reach / effect) ** 2 / EFFICIENCY) if effect > 0 else np.inf
    return int(max(needed, len(leader) + 1)) if needed <= MOST else None


def carries(leader: np.ndarray, other: np.ndarray, entrants: int, share: float) -> bool:
    """Whether a difference between two rows of figures, each seed with another split of the same rows, would hold on new rows.

    Splits of one table share rows, so their differences are not independent: the corrected resampled t test widens the
    variance by `share`, test rows to training rows. It is corrected for all pairs; infinite figures are a difference anywhere.

    Source: Nadeau and Bengio, Inference for the Generalization Error (2003), section 4.
    """
    if not np.isfinite([leader, other]).all():
        return True
    difference = other - leader
    error = np.sqrt((1 / len(difference) + share) * difference.var(ddof=1))
    p = 2 * stats.t.sf(difference.mean() / error, len(difference) - 1) if error > 0 else 0.0
    return bool(p * entrants * (entrants - 1) / 2 <= ALPHA)


def _tie(figures: np.ndarray) -> np.ndarray:
    """The figures with those that agree to ROUNDING with a better one of their seed set to it, so that they tie."""
    settled = figures.copy()
    for column in settled.T:
        order = np.argsort(column)
        for better, worse in pairwise(order):
            if np.isfinite(column[worse]) and column[worse] - column[better] <= ROUNDING * abs(column[better]):
                column[worse] = column[better]
    return settled


def _permutation_test(figures: np.ndarray, leader: int, center: Center) -> Comparison:
    """Step down: entrants behind by more than chance explains are set aside, and the others are judged without them."""
    entrants = len(figures)
    behind, p, floor = np.zeros(entrants, bool), np.ones(entrants), 0.0
    left = [row for row in range(entrants) if row != leader]
    while left:
        rows = [leader, *left]
        lags, chance = _lags(figures, rows, center)
        values = (1 + (chance[:, None] >= lags[1:] - 1e-9).sum(axis=0)) / (1 + PERMUTATIONS)
        p[left] = np.maximum(values, floor)
        far = p[left] <= ALPHA
        if not far.any():
            break
        floor = p[left][far].max()
        behind[np.array(left)[far]] = True
        left = [row for row, out in zip(left, far, strict=True) if not out]
    return Comparison(leader, behind, p, "permutation")


def _lags(figures: np.ndarray, rows: list[int], center: Center) -> tuple[np.ndarray, np.ndarray]:
    """By how many ranks each entrant of `rows` is behind the first on average, and by how many, at most, under each permutation
    (permutations,) of these entrants within seeds, behind the one that leads then. `figures` are of all (entrants, seeds)."""
    chosen, random = figures[rows], np.random.default_rng(0)
    ranks = _aligned_ranks(chosen)
    lags = [
        _chance(chosen, ranks, random.random((count, *figures.T.shape), dtype=np.float32)[:, :, rows], center)
        for count in parts(PERMUTATIONS, figures.size)
    ]
    own = ranks.mean(axis=1)
    return own - own[0], np.concatenate(lags)


def _chance(figures: np.ndarray, ranks: np.ndarray, keys: np.ndarray, center: Center) -> np.ndarray:
    """The largest lag (permutations,) under the permutations that sorting the keys (permutations, seeds, entrants) gives."""
    names = np.argsort(keys, axis=2)
    means = np.take_along_axis(ranks.T[None], names, axis=2).mean(axis=1)
    drawn = np.take_along_axis(figures.T[None], names, axis=2)
    leaders = np.argmin(center(np.sort(drawn, axis=1)), axis=1)
    return means.max(axis=1) - np.take_along_axis(means, leaders[:, None], axis=1)[:, 0]


def _aligned_ranks(figures: np.ndarray) -> np.ndarray:
    """The ranks (entrants, seeds) of all figures less the median of their seed: what is not finite ranks last."""
    finite = np.isfinite(figures)
    known = np.where(finite, figures, np.nan)
    some = finite.any(axis=0)
    middle = np.zeros(figures.shape[1])
    middle[some] = np.nanmedian(known[:, some], axis=0)
    return stats.rankdata(np.where(finite, figures - middle, np.inf)).reshape(figures.shape)


def _t(figures: np.ndarray, leader: int) -> Comparison:
    """Student's paired t test, corrected for all pairs; undecided where a figure is infinite."""
    entrants = len(figures)
    p = np.full(entrants, np.nan)
    if not np.isfinite(figures[leader]).all():
        p[leader] = 1.0
        return Comparison(leader, np.zeros(entrants, bool), p, "t")
    for row in np.flatnonzero(np.isfinite(figures).all(axis=1)):
        difference = figures[row] - figures[leader]
        far = np.abs(difference) > ROUNDING * np.abs(figures[leader])
        worse = far.any() and difference.mean() > 0
        alone = stats.ttest_rel(np.where(far, figures[row], figures[leader]), figures[leader])[1] if worse else 1.0
        p[row] = min(1.0, float(alone) * entrants * (entrants - 1) / 2)
    p[leader] = 1.0
    return Comparison(leader, p <= ALPHA, p, "t")
