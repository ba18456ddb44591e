"""Numbers of lectures and textbooks on plain functions."""

import numpy as np
import pytest

from descend.rules import SGD, AdaGrad, Adam, Momentum, RMSProp
from descend.schedules import Exponential


def path(rule, slope, start, steps):
    """The parameters at the start and after each update: an array (steps + 1, ...)."""
    w = np.asarray(start, dtype=float)
    slots, points = rule.init_tree(w), [w]
    for t in range(1, steps + 1):
        change, slots = rule.update_tree(slope(rule.probe_tree(w, slots, t)), slots, w, t)
        w = w + change
        points.append(w)
    return np.array(points)


def parabola(w):
    return 2 * (w + 1)


def test_gradient_descent_on_the_parabola():
    np.testing.assert_allclose(path(SGD(0.2), parabola, 5, 3)[1:], [2.6, 1.16, 0.296], rtol=1e-12)
    assert path(SGD(0.001), parabola, 5, 40)[-1] > 4  # too slow
    assert abs(path(SGD(0.999), parabola, 5, 40)[-1] + 1) > 5  # goes to and fro


def test_exponential_decay_on_the_parabola():
    after = [2.6, 1.1744, 0.321948, -0.191126, -0.501926, -0.691392, -0.807611, -0.879339, -0.923874, -0.951691, -0.969167]
    before = [36, 12.959999, 4.728015, 1.747547, 0.654277, 0.248077, 0.095239, 0.037014, 0.014559, 0.005795, 0.002334]
    rates = [0.2, 0.198, 0.19602, 0.19406, 0.192119, 0.190198, 0.188296, 0.186413, 0.184549, 0.182703, 0.180876]
    schedule = Exponential(0.2, 0.99)
    w = path(SGD(schedule), parabola, 5, 11)
    np.testing.assert_allclose(w[1:], after, atol=1e-6)
    np.testing.assert_allclose((w[:-1] + 1) ** 2, before, atol=2e-6)
    np.testing.assert_allclose(schedule(np.arange(11)), rates, atol=1e-6)


def test_the_velocity_under_a_constant_gradient():
    rule, w, speeds = Momentum(1.0, 0.1), np.zeros(1), []
    slots = rule.init(w)
    for t in range(1, 40):
        change, slots = rule.update(-np.ones(1), slots, w, t)
        speeds.append(change[0])
    np.testing.assert_allclose(speeds[:3], [1, 1.1, 1.11], rtol=1e-12)
    assert speeds[-1] == pytest.approx(1 / (1 - 0.1), rel=1e-12)


@pytest.mark.parametrize(
    ("rule", "ends"),
    [
        (SGD(0.1), [0.9]),
        (Momentum(0.1, 0.9), [1 - 0.1, 1 - 0.1 - 0.18]),
        (AdaGrad(0.1, 0.1, eps=1e-7), [0.9046537]),
        (RMSProp(0.1, 0.9, eps=1e-7), [0.6837723]),
        (Adam(0.1, eps=1e-7), [0.9]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_first_steps_on_half_a_square(rule, ends):
    np.testing.assert_allclose(path(rule, lambda w: w, 1, len(ends))[1:], ends, atol=1e-7)


def bowl(x):
    return 0.1 * x[0] ** 2 + 2 * x[1] ** 2


def in_bowl(rule, steps=50):
    return path(rule, lambda x: np.array([0.2, 4.0]) * x, (-5, -2), steps)


def test_gradient_descent_in_the_bowl():
    slow = in_bowl(SGD(0.06))[-1]
    assert slow[0] == pytest.approx(-2.734118, abs=1e-6)
    assert slow[1] == pytest.approx(-2.196e-06, rel=1e-3)
    assert bowl(in_bowl(SGD(0.42))[-1]) == pytest.approx(3.868e-04, rel=1e-3)
    assert bowl(in_bowl(SGD(0.61))[-1]) == pytest.approx(5.487e16, rel=1e-3)


@pytest.mark.parametrize("lr_inside", [False, True])
@pytest.mark.parametrize(("lr", "momentum", "end"), [(0.61, 0.42, 1.099e-15), (0.61, 0.81, 5.974e-04), (0.02, 0.91, 3.240e-03)])
def test_momentum_in_the_bowl(lr, momentum, end, lr_inside):
    points = in_bowl(Momentum(lr, momentum, lr_inside=lr_inside))
    assert bowl(points[-1]) == pytest.approx(end, rel=1e-3)


def test_momentum_rings_in_the_bowl():
    crossings = np.sum(np.diff(np.sign(in_bowl(Momentum(0.61, 0.81))[:, 1])) != 0)
    assert crossings > 20


ADAPTIVE = [(AdaGrad(1.0, 0.0, eps=0.0, eps_root=1e-6), 50), (RMSProp(0.15, 0.9, eps=0.0, eps_root=1e-6), 50)]
ADAPTIVE += [(Adam(lr, b1, 0.99), 30) for lr in (1.0, 0.35) for b1 in (0.9, 0.5)]


@pytest.mark.parametrize(("rule", "steps"), ADAPTIVE)
def test_adaptive_rules_come_near_the_minimum_of_the_bowl_and_stay(rule, steps):
    values = [bowl(x) for x in in_bowl(rule, steps)]
    print(rule, values[-1], max(values[-5:]))
    assert max(values[-5:]) < 0.05 * values[0]


def test_three_learning_rates_on_the_square():
    low, high, beyond = (path(SGD(lr), lambda w: 2 * w, 1, 20) for lr in (0.1, 0.9, 1.04))
    assert 0 < low[-1] < 0.02
    assert (np.diff(low) < 0).all()
    assert (np.sign(high[1:]) == -np.sign(high[:-1])).all()
    assert abs(high[-1]) < 0.02
    assert abs(beyond[-1]) > 4
