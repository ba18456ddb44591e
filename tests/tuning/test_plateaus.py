"""Learning rates that work, where the answer is known."""

import numpy as np
import pytest

from descend.tuning.plateaus import HIGHEST, LOWEST, first_rates, next_rates, plateau


def parabola(rates, best, seeds=3, limit=np.inf):
    """Losses that are lowest at `best`, grow with the decades from it to 1, and diverge from `limit` on."""
    distance = np.abs(np.log10(np.asarray(rates) / best))
    loss = np.minimum(0.1 + 0.45 * distance, 1.0)[:, None] + np.linspace(0, 1e-6, seeds)
    lost = np.broadcast_to((np.asarray(rates) >= limit)[:, None], loss.shape)
    return np.ones_like(loss), np.where(lost, np.nan, loss), lost


def of(rates, best, **more):
    return plateau("rule", rates, *parabola(rates, best, **more))


def test_the_plateau_holds_nine_tenths_of_the_progress():
    rates = np.geomspace(1e-4, 1, 401)
    found = of(rates, 0.01)
    assert found.learning_rate == pytest.approx(0.01, rel=0.02)
    reach = 0.1 * (1 - 0.1) / 0.45  # decades until a tenth of the progress is lost
    assert found.low == pytest.approx(0.01 / 10**reach, rel=0.03)
    assert found.high == pytest.approx(0.01 * 10**reach, rel=0.03)
    assert (found.edge, found.diverged) == (None, 0.0)


def test_order_of_the_rates_changes_nothing():
    rates = first_rates(12)
    start, loss, lost = parabola(rates, 0.01)
    mixed = np.random.default_rng(0).permutation(12)
    assert plateau("rule", rates[mixed], start[mixed], loss[mixed], lost[mixed]) == plateau("rule", rates, start, loss, lost)


def test_a_plateau_ends_where_trainings_diverge():
    rates = np.geomspace(1e-4, 1, 17)
    found = of(rates, 0.1, limit=0.15)
    assert found.high is not None
    assert found.high < 0.15
    assert found.lost[-1] == 1
    assert found.losses[-1] is None
    assert found.diverged == pytest.approx(np.mean(rates >= 0.15))


@pytest.mark.parametrize(("best", "edge"), [(1e-6, "low"), (150.0, "high")])
def test_a_best_rate_at_the_edge_is_followed_beyond_it(best, edge):
    rates = first_rates(12)
    found = of(rates, best)
    assert found.edge == edge
    more = next_rates(found, 12)
    assert (more < rates[0]).all() if edge == "low" else (more > rates[-1]).all()
    both = of(np.concatenate([rates, more]), best)
    assert both.edge is None
    assert abs(np.log10(both.learning_rate / best)) < 0.3


def test_inside_the_next_rates_lie_between_the_neighbours():
    rates = first_rates(12)
    found = of(rates, 0.01)
    at = list(rates).index(found.learning_rate)
    more = next_rates(found, 12)
    assert (more > rates[at - 1]).all()
    assert (more < rates[at + 1]).all()
    assert len(set(more)) == 12


def test_where_nothing_works_far_lower_rates_are_tried_and_nothing_is_recommended():
    rates = first_rates(12)
    found = of(rates, 0.01, limit=0.0)
    assert (found.learning_rate, found.low, found.high, found.loss, found.edge) == (None,) * 5
    assert found.diverged == 1
    more = next_rates(found, 12)
    assert more.max() < rates[0]
    assert (more >= LOWEST).all()
    assert (more <= HIGHEST).all()
