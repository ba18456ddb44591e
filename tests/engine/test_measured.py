import jax
import numpy as np
import pytest

import descend
from descend.analysis.stability.runs import measure_growth
from descend.rules import SGD, Adam, Momentum, RMSProp

C = 4.0


def long_run(rule, steps=20_000):
    """The largest distance in the last fifth of a long run from w = 1, update by update in NumPy."""
    w = np.array([1.0])
    slots, seen = rule.init_tree(w), []
    for t in range(1, steps + 1):
        change, slots = rule.update_tree(C * w, slots, w, t)
        w = w + change
        seen.append(abs(w[0]))
    return max(seen[-steps // 5 :])


@pytest.mark.parametrize("rule", [SGD(), Momentum(momentum=0.5)], ids=str)
def test_a_linear_rule_that_is_measured_has_the_growth_of_its_spectral_radius(rule):
    rates = np.linspace(0.05, 1.0, 96)
    known = descend.stability(rule, curvature=C, learning_rate=rates)
    with jax.enable_x64(True):
        growth, size = measure_growth(rule, np.array([C]), {"learning_rate": rates}, 2048)
    far = np.abs(known.growth - 1) > 0.003
    assert np.array_equal((growth > 1)[far], known.diverges[far])
    np.testing.assert_allclose(growth[far], known.growth[far], rtol=0.01, atol=1e-4)
    assert not size[far].any()


def test_rmsprop_circles_at_half_a_step():
    random = np.random.default_rng(0)
    rates, decays = 10 ** random.uniform(-2, 0.5, 6), random.uniform(0.1, 0.9, 5)
    found = descend.stability("rmsprop", curvature=C, learning_rate=rates, decay=decays)
    assert found.circles.all()
    np.testing.assert_allclose(found.size, np.tile(rates[:, None] / 2, 5), rtol=0.02)
    np.testing.assert_allclose(long_run(RMSProp(rates[0], decays[0]), 4000), found.size[0, 0], rtol=1e-3)


@pytest.mark.parametrize(
    ("rule", "factor"), [(RMSProp(eps=0.1, decay=0.5), 1.0), (Adam(eps=0.1, b1=0.5, b2=0.5), 3.0)], ids=["rmsprop", "adam"]
)
def test_a_rule_settles_up_to_the_step_at_which_its_eps_holds_it(rule, factor):
    """Near the minimum it is linear, with the learning rate over eps; the edge is 2 (1 + b1) / (1 - b1) / curvature."""
    edge = factor * 2 * 0.1 / C
    rates = edge * np.random.default_rng(0).permutation([0.3, 0.6, 0.8, 0.9, 0.95, 1.05, 1.1, 1.3, 2.0, 5.0])
    found = descend.stability(rule, curvature=C, learning_rate=rates)
    assert found.circles.tolist() == (rates > edge).tolist()
    assert (found.growth[rates < edge] < 0.99).all()
    for rate, size in zip(rates[:4], found.size[:4], strict=True):
        last = long_run(type(rule)(**vars(rule) | {"learning_rate": rate}), 4000)
        assert last < 1e-9 if size == 0 else last == pytest.approx(size, rel=0.05)


def test_adagrad_remembers_every_gradient_and_so_always_settles():
    found = descend.stability("adagrad", curvature=C, learning_rate=np.geomspace(0.1, 10, 32))
    assert not found.circles.any()
    assert (found.growth < 1).all()


def test_the_worst_start_counts_and_a_run_in_overflow_diverges():
    with jax.enable_x64(True):
        growth, size = measure_growth(SGD(), np.array([1.0]), {"learning_rate": np.array([1e3, 1e200, 1.0])}, 64)
    assert growth[0] == pytest.approx(999, rel=1e-6)
    assert growth[1] == np.inf
    assert growth[2] == 0
    assert not size.any()
