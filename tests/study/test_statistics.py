import numpy as np
import pytest
from scipy import stats

from descend.core.statistics import iqm
from descend.study.statistics import decades, interval, median_steps, ranked, tied


@pytest.fixture
def random():
    """A seed of its own for every test: what holds often, but not always, must not depend on which tests ran before."""
    return np.random.default_rng(0)


def test_interquartile_mean_is_the_mean_of_the_middle_half(random):
    values = np.append(random.normal(size=10), [1e9, -1e9])  # a quarter of twelve is cut from either end
    assert iqm(values) == pytest.approx(np.sort(values)[3:-3].mean())
    assert iqm(np.array([1.0, 2.0, 6.0])) == pytest.approx(3.0)
    assert iqm(np.append(random.normal(size=9), np.inf)) < np.inf


def test_interval_is_scipys_percentile_bootstrap(random):
    values = random.lognormal(size=20)

    def middle(samples, axis):
        return stats.trim_mean(samples, 0.25, axis=axis)

    peer = stats.bootstrap((values,), middle, n_resamples=20000, method="percentile", rng=random)
    low, high = interval(values)
    width = peer.confidence_interval.high - peer.confidence_interval.low
    assert low == pytest.approx(peer.confidence_interval.low, abs=0.12 * width)
    assert high == pytest.approx(peer.confidence_interval.high, abs=0.12 * width)


def test_interval_covers_the_truth_about_as_often_as_it_says(random):
    held = [low <= 0 <= high for low, high in (interval(random.normal(size=12), n) for n in range(200))]
    assert 0.82 < np.mean(held) < 0.99


def test_interval_of_one_value_or_of_equal_values_is_a_point():
    assert interval(np.array([3.0])) == (3.0, 3.0)
    assert interval(np.full(5, 2.0)) == (2.0, 2.0)
    assert interval(np.array([1.0, np.inf, np.inf, np.inf]))[1] == np.inf


def test_a_tie_is_a_difference_that_may_be_zero(random):
    base = random.normal(size=10)
    assert tied(base, base + random.normal(size=10) * 1e-3 * np.resize([1, -1], 10))
    assert not tied(base, base + 0.1 + random.normal(size=10) * 1e-3)
    # the spread between seeds does not hide a difference that every seed shows
    assert not tied(base * 100, base * 100 + 0.1)
    assert not tied(base, np.append(base[:-1], np.inf))
    one = base[:1]
    assert tied(one, one * 1.001)
    assert not tied(one, one * 1.1)
    assert not tied(one, one * np.inf)


def test_rounding_is_no_difference_however_small_the_losses(random):
    base = random.uniform(1e-9, 2e-9, size=10)
    assert tied(base, base * (1 + 1e-6))
    assert not tied(base, base * (1 + 1e-3))


def test_median_of_steps_that_may_never_come():
    assert median_steps(np.array([3, 5, 9])) == 5
    assert median_steps(np.array([3, -1, 9])) == 9
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
    np.testing.assert_array_equal(ranked(np.array([1, np.nan, -np.inf, np.inf])), [1, np.inf, np.inf, np.inf])
