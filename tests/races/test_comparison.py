"""Which entrants differ: the stated error rate with many entrants, few seeds, divergence and heavy tails, and the power left."""

import numpy as np
import pytest
from scipy import stats

from descend.core.numeric.statistics import iqm
from descend.races.judging import comparison
from descend.races.judging.comparison import ALPHA, attainable, carries, compare, exact, seeds_to_settle


def draw(random, entrants, seeds, kind="normal", pairing=0.0, failing=0.0):
    """Losses (entrants, seeds) of rules that are equal: correlated within a seed, and diverging with a share of the seeds."""
    shared = np.sqrt(pairing) * random.normal(size=seeds)
    z = shared + np.sqrt(1 - pairing) * random.normal(size=(entrants, seeds))
    losses = {"normal": z, "lognormal": np.exp(z), "heavy": stats.t.ppf(stats.norm.cdf(z), 2)}[kind]
    return np.where(random.random(losses.shape) < failing, np.inf, losses)


def leader(losses):
    return int(np.argmin(iqm(losses)))


def false_alarms(entrants, seeds, races, monkeypatch, **options):
    monkeypatch.setattr(comparison, "PERMUTATIONS", 400)
    random = np.random.default_rng(7)
    drawn = (draw(random, entrants, seeds, **options) for _ in range(races))
    return np.mean([compare(losses, leader(losses)).behind.any() for losses in drawn])


@pytest.mark.parametrize(
    ("entrants", "seeds", "options"),
    [
        (2, 20, {"failing": 0.02}),
        (5, 10, {"kind": "lognormal", "pairing": 0.5}),
        (10, 20, {"kind": "heavy"}),
        (10, 20, {"failing": 0.05}),
        (10, 5, {"pairing": 0.9}),
        (29, 10, {}),
        (2, 3, {}),
        (10, 3, {"kind": "heavy", "failing": 0.1}),
    ],
)
def test_equal_rules_are_found_different_no_more_often_than_stated(entrants, seeds, options, monkeypatch):
    races = 200
    assert false_alarms(entrants, seeds, races, monkeypatch, **options) * races <= stats.binom.ppf(0.999, races, ALPHA)


def test_of_two_entrants_the_test_is_wilcoxons():
    random = np.random.default_rng(1)
    for shift in (0.5, 0.7, 0.9):
        losses = draw(random, 2, 16)
        losses[1] += shift
        first = leader(losses)
        assert first == 0
        mine = compare(losses, first).p[1 - first]
        theirs = stats.wilcoxon(losses[0], losses[1], method="exact").pvalue
        assert mine == pytest.approx(theirs, abs=0.025)


def test_one_divergence_is_no_significant_difference():
    a = np.array([0.30, 0.31, 0.29, 0.32, 0.30, 0.31, 0.28, 0.33, 0.30, 0.31])
    losses = np.array([a, np.append(a[:-1], np.inf)])
    assert not compare(losses, 0).behind.any()
    losses[1, :7] = np.inf
    assert compare(losses, 0).behind.tolist() == [False, True]


@pytest.mark.parametrize("pairing", [0.0, 0.5])
def test_a_difference_of_one_and_a_half_deviations_is_found(pairing, monkeypatch):
    monkeypatch.setattr(comparison, "PERMUTATIONS", 400)
    random, found = np.random.default_rng(2), []
    for _ in range(60):
        losses = draw(random, 10, 20, pairing=pairing)
        losses[0] -= 1.5
        found.append(compare(losses, 0).behind[1:].mean())
    assert np.mean(found) > 0.85


def test_entrants_that_are_far_behind_do_not_hide_one_that_is_near():
    random = np.random.default_rng(3)
    losses = draw(random, 6, 20, pairing=0.9)
    losses[1] += 1.0
    losses[2:] += 100.0
    assert compare(losses, 0).behind.tolist() == [False] + [True] * 5


def test_too_few_seeds_decide_nothing_and_few_are_judged_by_students_test():
    random = np.random.default_rng(4)
    losses = draw(random, 2, 2) + np.array([[0], [1e6]])
    assert compare(losses, 0).test == "none"
    assert not compare(losses, 0).behind.any()
    assert np.isnan(compare(losses, 0).p[1])
    losses = draw(random, 3, 3)
    losses[1:] += 100
    alone = np.array([[1.0, 1.1, 0.9, 1.0, 1.05], [2.0, 2.1, 1.9, 2.2, 2.0]])
    few = compare(alone, 0)
    assert few.test == "t"
    assert few.p[1] == pytest.approx(stats.ttest_rel(alone[1], alone[0]).pvalue)
    lost = compare(np.where(alone == 2.2, np.inf, alone), 0)
    assert np.isnan(lost.p[1]) and not lost.behind.any()
    assert not attainable(2, 6) and attainable(2, 7)


def test_without_chance_what_differs_by_more_than_a_percent_differs():
    found = exact(np.array([[1.0], [1.005], [1.02], [np.inf]]), 0)
    assert found.behind.tolist() == [False, False, True, True]


def test_rounding_is_a_tie():
    random = np.random.default_rng(5)
    base = random.uniform(1e-9, 2e-9, size=12)
    assert not compare(np.array([base, base * (1 + 1e-6)]), 0).behind.any()
    assert compare(np.array([base, base * (1 + 1e-3)]), 0).behind[1]


def test_the_seeds_that_would_settle_it_have_the_power_promised(monkeypatch):
    monkeypatch.setattr(comparison, "PERMUTATIONS", 400)
    random = np.random.default_rng(6)
    seen = stats.zscore(random.normal(size=20), ddof=1) + 0.57
    needed = seeds_to_settle(np.zeros(20), seen, 2)
    assert 20 < needed < 60
    differences = random.normal(0.57, size=(80, needed))
    trials = [np.array([np.zeros(needed), each]) for each in differences]
    assert 0.65 < np.mean([compare(trial, leader(trial)).behind[1] for trial in trials]) < 0.97
    assert seeds_to_settle(seen, seen, 2) is None


def test_splits_of_one_table_are_no_independent_samples():
    random = np.random.default_rng(8)
    base = random.normal(size=20)
    near, far = base + 1 + random.normal(size=20), base + 10 + random.normal(size=20)
    assert carries(base, far, 2, 1 / 3)
    assert compare(np.array([base, near]), 0).behind[1] and not carries(base, near, 2, 1 / 3)
