"""The average that races are judged by."""

import numpy as np

from .extras import module

trim_mean = module("scipy.stats").trim_mean


def iqm(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """The interquartile mean: the mean of what is left when a quarter is cut from either end.

    Source: Agarwal et al., Deep Reinforcement Learning at the Edge of the Statistical Precipice (2021), section 4.3.
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(trim_mean(values, 0.25, axis=axis))
