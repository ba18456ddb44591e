import numpy as np
import pytest

import descend
from descend.analysis.stability import limit
from descend.core.errors import BadValue, UnknownName
from descend.problems import Parabola
from descend.rules import SGD, EMAMomentum, Momentum, Nesterov, NesterovLookahead

BOWL = (0.2, 4.0)  # the curvatures of the problem "bowl"


def test_gradient_descent_on_the_bowl_diverges_beyond_a_half():
    found = descend.stability("sgd", curvature=BOWL, learning_rate=[0.06, 0.499, 0.5, 0.501, 0.61])
    assert found.linear
    np.testing.assert_allclose(found.growth, [1 - 0.06 * 0.2, 0.996, 1.0, 1.004, 1.44], rtol=1e-9)
    assert found.diverges.tolist() == [False, False, False, True, True]
    np.testing.assert_allclose(limit(SGD(), BOWL), 0.5, rtol=1e-4)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Momentum(momentum=0.9), 2 * 1.9 / 4),
        (Momentum(momentum=0.42, lr_inside=True), 2 * 1.42 / 4),
        (EMAMomentum(), None),
        (Nesterov(momentum=0.9), 2 * 1.9 / (4 * 2.8)),
        (NesterovLookahead(momentum=0.9), 2 * 1.9 / (4 * 2.8)),
    ],
    ids=str,
)
def test_the_limits_of_momentum(rule, expected):
    expected = 2 * (1 + rule.b1) / (4 * (1 - rule.b1)) if isinstance(rule, EMAMomentum) else expected
    np.testing.assert_allclose(limit(rule, BOWL), expected, rtol=1e-4)


def test_the_spectral_radius_is_the_rate_of_a_training():
    found = descend.stability("momentum", curvature=1.0, learning_rate=[0.1, 0.5], momentum=[0.2, 0.8, 0.9])
    assert found.growth.shape == (2, 3)
    np.testing.assert_allclose(found.growth[:, 2], 0.9**0.5, rtol=1e-9)  # ringing: the root of the momentum
    path = descend.train(Parabola(curvature=1.0), Momentum(0.1, 0.2), steps=60, keep_params=True).params[:, 0]
    np.testing.assert_allclose(path[60] / path[50], found.growth[0, 0] ** 10, rtol=1e-3)


def test_rules_that_are_not_linear_are_measured():
    found = descend.stability("adam", curvature=4.0, learning_rate=[0.001, 0.01, 1.0])
    assert not found.linear
    assert found.growth[1] < found.growth[0] < 1
    assert found.circles.tolist() == [False, False, True]
    assert not found.diverges.any()
    assert limit("adam") is None
    grown = descend.stability("adamw", curvature=1.0, weight_decay=[0.0, 3000.0], steps=64)
    assert grown.diverges.tolist() == [False, True]


@pytest.mark.parametrize("rule", ["lion", "signum"])
def test_a_rule_that_takes_the_sign_is_not_linear_however_flat_its_jacobian(rule):
    found = descend.stability(rule, learning_rate=[1e-3, 1e-2])
    assert not found.linear
    assert not found.diverges.any()
    assert found.circles.all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"learning_rat": [1]}, UnknownName, "did you mean 'learning_rate'"),
        ({"learning_rate": [-1.0]}, BadValue, "sgd: learning_rate is"),
        ({"curvature": 0}, BadValue, "curvature is 0, must be above 0"),
        ({"curvature": [1.0, -1.0]}, BadValue, "must be above 0"),
        ({"steps": 2}, BadValue, "steps is 2, must be a whole number from 64"),
    ],
)
def test_what_does_not_fit_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        descend.stability("sgd", **arguments)
