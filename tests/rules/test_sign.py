"""Rules that step by the sign of a momentum: optax and Keras agree, and what the two rules have in common."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
from noisy import close, given, ours, theirs

from descend.rules import SGD, EMAMomentum, Lion, Signum
from descend.schedules import Exponential

DECAY, SAME = Exponential(0.05, 0.98), lambda count: 0.05 * 0.98 ** jnp.asarray(count, float)
PAIRS = {
    "lion": (Lion(DECAY, 0.8, 0.95), optax.lion(SAME, 0.8, 0.95, weight_decay=0.0)),
    "lion weight decay": (Lion(DECAY, 0.9, 0.99, weight_decay=0.1), optax.lion(SAME, 0.9, 0.99, weight_decay=0.1)),
    "signum": (Signum(DECAY, 0.8), optax.signum(SAME, 0.8)),
    "signum without momentum": (Signum(DECAY, 0.0), optax.sign_sgd(SAME)),
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_rule_follows_optax(name):
    rule, native = PAIRS[name]
    with jax.enable_x64(True):
        start, noise = given()
        close(ours(rule, start, noise)[0], theirs(native, start, noise)[0])  # (the parameters after each update)


def test_lion_follows_keras():
    rng = np.random.default_rng(0)
    w = rng.normal(size=5).astype("float32")
    native, variable = keras.optimizers.Lion(0.01, 0.8, 0.95), keras.Variable(w)
    native.build([variable])
    rule = Lion(0.01, 0.8, 0.95)
    slots = rule.init(w)
    for t in range(1, 51):
        g = rng.normal(size=5).astype("float32")
        change, slots = rule.update_tree(g, slots, w, t)
        w = w + change
        native.apply([keras.ops.convert_to_tensor(g)])
    np.testing.assert_allclose(w, np.asarray(variable), rtol=1e-5, atol=1e-5)


def changes(rule, gradients):
    w, slots, found = np.zeros(4), rule.init(np.zeros(4)), []
    for t, g in enumerate(gradients, 1):
        change, slots = rule.update(g, slots, w, t)
        w, found = w + change, [*found, change]
    return np.array(found)


def test_lion_with_one_beta_is_signum():
    gradients = np.random.default_rng(1).normal(size=(30, 4))
    np.testing.assert_allclose(changes(Lion(0.1, 0.9, 0.9), gradients), changes(Signum(0.1, 0.9), gradients))


def test_signum_is_the_sign_of_averaged_momentum_and_of_the_gradient():
    gradients = np.random.default_rng(2).normal(size=(30, 4))
    np.testing.assert_allclose(changes(Signum(0.1, 0.9), gradients), 0.1 * np.sign(changes(EMAMomentum(1.0, 0.9), gradients)))
    np.testing.assert_allclose(changes(Signum(0.1, 0.0), gradients), 0.1 * np.sign(changes(SGD(1.0), gradients)))


def test_every_step_is_as_long_as_the_learning_rate_whatever_the_gradient():
    gradients = np.random.default_rng(3).normal(size=(30, 4)) * 10.0 ** np.arange(-8, 8, 4)
    for rule in (Lion(0.1), Signum(0.1)):
        np.testing.assert_allclose(np.abs(changes(rule, gradients)), 0.1)
