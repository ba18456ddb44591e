import numpy as np
import pytest
from scipy import stats

from descend.core.numeric.statistics import iqm
from descend.races.judging.estimates import decades, interval, median_steps, nan_to_inf


@pytest.fixture
def random():
    """A seed of its own for every test: what holds often, but not always, must not depend on which tests ran before."""
    return np.random.default_rng(0)


def test_interquartile_mean_is_the_mean_of_the_middle_half(random):
    values = np.append(random.normal(size=10), [1e9, -1e9])  # a quarter of twelve is cut from either end
    assert iqm(values) == pytest.approx(np.sort(values)[3:-3].mean())
    assert iqm(np.array([1.0, 2.0, 6.0])) == pytest.approx(3.0)
    assert iqm(np.append(random.normal(size=9), np.inf)) < np.inf


def test_interval_is_scipys_bootstrap_at_the_expanded_level(random):
    values = random.lognormal(size=20)

    def middle(samples, axis):
        return stats.trim_mean(samples, 0.25, axis=axis)

    level = 1 - 2 * stats.norm.cdf(-np.sqrt(20 / 19) * stats.t.ppf(0.975, 19))
    peer = stats.bootstrap((values,), middle, n_resamples=20000, method="percentile", confidence_level=level, rng=random)
    low, high = interval(values)
    width = peer.confidence_interval.high - peer.confidence_interval.low
    assert low == pytest.approx(peer.confidence_interval.low, abs=0.12 * width)
    assert high == pytest.approx(peer.confidence_interval.high, abs=0.12 * width)


@pytest.mark.parametrize("seeds", [5, 10, 20])
def test_interval_covers_the_truth_about_as_often_as_it_says(random, seeds):
    held = [low <= 0 <= high for low, high in (interval(random.normal(size=seeds), n) for n in range(300))]
    assert np.mean(held) > 0.90


def test_fewer_than_five_values_give_their_range(random):
    assert interval(np.array([3.0])) == (3.0, 3.0)
    assert interval(np.array([3.0, 1.0, 2.0, 7.0])) == (1.0, 7.0)
    assert interval(np.full(5, 2.0)) == (2.0, 2.0)
    assert interval(np.array([1.0, np.inf, np.inf, np.inf, np.nan]))[1] == np.inf


def test_median_of_steps_is_kaplan_and_meiers():
    assert median_steps(np.array([3, 5, 9])) == 5
    assert median_steps(np.array([1, 2, 3, 4])) == 2
    assert median_steps(np.array([1, 2, -1, -1])) == 2
    assert median_steps(np.array([3, -1, -1])) is None
    assert median_steps(np.array([7])) == 7


def test_decades_that_work():
    grid = np.geomspace(1e-4, 1, 9)
    assert decades(grid, np.ones(9, bool)) == pytest.approx(4)  # all of the grid
    assert decades(grid, np.arange(9) == 4) == pytest.approx(0.5)
    assert decades(grid, np.arange(9) == 0) == pytest.approx(0.25)  # an end has one neighbour
    assert decades(grid, np.zeros(9, bool)) == 0
    assert decades(grid[:1], np.ones(1, bool)) is None


def test_what_is_no_number_ranks_last():
    np.testing.assert_array_equal(nan_to_inf(np.array([1, np.nan, -np.inf, np.inf])), [1, np.inf, np.inf, np.inf])
