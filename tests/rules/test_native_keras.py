"""Keras puts the learning rate inside the velocity, which differs from the other form once the rate changes."""

import keras
import numpy as np
import pytest

from descend.rules import Momentum, Nesterov
from descend.schedules import Exponential

RATE, SAME = Exponential(0.1, 0.5, 10.0), keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)


def ends(rule, native, steps=50):
    """Where 50 random gradients lead, by our rule and by Keras', in single precision."""
    rng = np.random.default_rng(0)
    w = rng.normal(size=5).astype("float32")
    variable, slots = keras.Variable(w), rule.init(w)
    native.build([variable])
    for t in range(1, steps + 1):
        g = rng.normal(size=5).astype("float32")
        change, slots = rule.update_tree(g, slots, w, t)
        w = w + change
        native.apply([keras.ops.convert_to_tensor(g)])
    return w, np.asarray(variable)


def test_momentum_with_the_rate_inside_follows_keras_through_a_changing_rate():
    ours, theirs = ends(Momentum(RATE, 0.9, lr_inside=True), keras.optimizers.SGD(SAME, momentum=0.9))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_momentum_with_the_rate_outside_does_not():
    ours, theirs = ends(Momentum(RATE, 0.9), keras.optimizers.SGD(SAME, momentum=0.9))
    assert np.abs(ours - theirs).max() > 1e-3


@pytest.mark.parametrize("lr_inside", [False, True])
def test_under_a_constant_rate_both_forms_follow_keras(lr_inside):
    ours, theirs = ends(Momentum(0.05, 0.9, lr_inside=lr_inside), keras.optimizers.SGD(0.05, momentum=0.9))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def test_nesterov_follows_keras():
    ours, theirs = ends(Nesterov(0.05, 0.9), keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)
