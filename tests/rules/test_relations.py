"""How the rules' forms turn into one another, and what their switches do."""

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.rules import AdaGrad, Momentum, Nesterov, NesterovLookahead, RMSProp, RMSPropNesterov
from descend.schedules import Exponential, Linear, PiecewiseConstant

START = np.array([-5.0, 2.0, 1.0])


def slope(w):
    return np.array([0.2, 4.0, 1.0]) * w + 0.1 * np.sin(3 * w)


def path(rule, steps=60, start=START):
    """The probes and the parameters of some updates, from the start on: two arrays (steps, 3), and the last slots."""
    w, slots, probes, points = start, rule.init_tree(start), [], []
    for t in range(1, steps + 1):
        p = rule.probe_tree(w, slots, t)
        probes.append(p)
        points.append(w)
        change, slots = rule.update_tree(slope(p), slots, w, t)
        w = w + change
    return np.array(probes), np.array(points), slots


@settings(max_examples=20)
@given(rate=st.floats(1e-3, 0.1), momentum=st.floats(0.05, 0.95), seed=st.integers(0, 2**32 - 1))
def test_nesterov_traces_the_look_ahead_points_of_the_look_ahead_form(rate, momentum, seed):
    start = np.random.default_rng(seed).normal(size=3)
    ahead, behind, _ = path(NesterovLookahead(rate, momentum), start=start)
    _, points, _ = path(Nesterov(rate, momentum), start=start)
    np.testing.assert_allclose(points, ahead, rtol=1e-9, atol=1e-11)
    assert not np.allclose(points, behind, rtol=1e-6, atol=0)


def test_the_two_forms_of_momentum_part_when_the_rate_changes():
    np.testing.assert_allclose(path(Momentum(0.05))[1], path(Momentum(0.05, lr_inside=True))[1], rtol=1e-9, atol=1e-12)
    falling = Exponential(0.05, 0.9)
    assert np.abs(path(Momentum(falling))[1] - path(Momentum(falling, lr_inside=True))[1]).max() > 0.1


def test_rmsprop_keeps_only_the_memory_that_it_uses():
    assert set(RMSProp().init(START)) == {"r"}
    assert set(RMSProp(momentum=0.9).init(START)) == {"r", "b"}
    assert set(RMSProp(momentum=0.0, centered=True).init(START)) == {"r", "b", "m"}


def test_centered_rmsprop_stays_finite_under_a_constant_gradient():
    rule = RMSProp(centered=True, eps=1e-3)
    w = np.zeros(1000, np.float32)
    g = np.random.default_rng(0).normal(size=1000).astype("float32")
    slots = rule.init(w)
    for t in range(1, 400):
        change, slots = rule.update(g, slots, w, t)
        assert np.isfinite(change).all()


def test_the_probe_follows_a_momentum_schedule():
    rising = PiecewiseConstant((2,), (0.0, 0.5))
    for rule in (NesterovLookahead(0.1, rising), RMSPropNesterov(0.1, momentum=rising)):
        slots = {name: np.ones(3) for name in rule.init(START)}
        np.testing.assert_allclose(rule.probe_tree(START, slots, 2), START)
        np.testing.assert_allclose(rule.probe_tree(START, slots, 3), START + 0.5)


def test_the_first_accumulator_may_be_a_schedule_read_at_step_0():
    slots = AdaGrad(initial_accumulator=Linear(0.4, 0.0, 10)).init_tree({"w": START})
    np.testing.assert_allclose(slots["w"]["s"], 0.4)


def test_the_end_can_be_differentiated_by_a_hyperparameter():
    def end(rule):
        w = slots = jax.numpy.asarray(2.0)
        slots = rule.init(w)
        for t in range(1, 4):
            change, slots = rule.update(w, slots, w, t)
            w = w + change
        return w

    gradient, step = jax.grad(end)(Momentum(0.1, 0.5)), 1e-3
    by_difference = (end(Momentum(0.1 + step, 0.5)) - end(Momentum(0.1 - step, 0.5))) / (2 * step)
    assert float(gradient.learning_rate) == pytest.approx(float(by_difference), rel=1e-3)
