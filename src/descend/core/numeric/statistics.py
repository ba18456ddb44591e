"""The average that races are judged by, and resampling in bounded memory."""

import numpy as np

from ..system.extras import module

trim_mean = module("scipy.stats").trim_mean


def iqm(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """The interquartile mean: the mean of what is left when a quarter is cut from either end.

    Source: Agarwal et al., Deep Reinforcement Learning at the Edge of the Statistical Precipice (2021), section 4.3.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(trim_mean(values, 0.25, axis=axis))


BLOCK = 2**22  # numbers that are resampled at once


def parts(resamples: int, size: int) -> list[int]:
    """How many resamples of `size` numbers to draw at a time; together they are all, and drawn one after another the same ones.

    >>> parts(10, 20), parts(3, 2**21)
    ([10], [2, 1])
    """
    each = max(1, BLOCK // max(1, size))
    return [min(each, resamples - done) for done in range(0, resamples, each)]
