"""Rules that are special cases of others: with the hyperparameters named, both take one path, whatever the gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.rules import (
    SGD,
    Adafactor,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    Adan,
    EMAMomentum,
    Lion,
    Momentum,
    Muon,
    Nadam,
    Nesterov,
    NesterovLookahead,
    Prodigy,
    RAdam,
    RMSProp,
    RMSPropNesterov,
    Shampoo,
    Signum,
)


def sign_descent(lr):
    return Signum(lr, b1=0.0)


# The general rule, with what makes it the special one, and the special rule; lr and b are drawn anew for each example.
CONTAINED = {
    "momentum 0 is gradient descent": lambda lr, b: (Momentum(lr, 0.0), SGD(lr)),
    "momentum 0 with the rate inside is gradient descent": lambda lr, b: (Momentum(lr, 0.0, lr_inside=True), SGD(lr)),
    "nesterov 0 is gradient descent": lambda lr, b: (Nesterov(lr, 0.0), SGD(lr)),
    "nesterov look-ahead 0 is gradient descent": lambda lr, b: (NesterovLookahead(lr, 0.0), SGD(lr)),
    "averaged momentum 0 is gradient descent": lambda lr, b: (EMAMomentum(lr, 0.0), SGD(lr)),
    "averaged momentum is momentum at lr (1 - b)": lambda lr, b: (EMAMomentum(lr, b), Momentum(lr * (1 - b), b)),
    "the two forms of momentum are one at a constant rate": lambda lr, b: (Momentum(lr, b, lr_inside=True), Momentum(lr, b)),
    "rmsprop without memory is sign descent": lambda lr, b: (RMSProp(lr, 0.0, eps=0.0), sign_descent(lr)),
    "rmsprop with momentum 0 is rmsprop": lambda lr, b: (RMSProp(lr, b, momentum=0.0), RMSProp(lr, b)),
    "rmsprop nesterov with momentum 0 is rmsprop": lambda lr, b: (RMSPropNesterov(lr, b, momentum=0.0), RMSProp(lr, b)),
    "adam without memory is sign descent": lambda lr, b: (Adam(lr, 0.0, 0.0, eps=0.0), sign_descent(lr)),
    "adamax without memory is sign descent": lambda lr, b: (AdaMax(lr, 0.0, 0.0, eps=0.0), sign_descent(lr)),
    "adamw without decay is adam": lambda lr, b: (AdamW(lr, b, 0.9, weight_decay=0.0), Adam(lr, b, 0.9)),
    "adan without differences is adam": lambda lr, b: (Adan(lr, b, 0.0, 0.9), Adam(lr, b, 0.9)),
    "nadam without momentum is adam without": lambda lr, b: (Nadam(lr, 0.0, b), Adam(lr, 0.0, b)),
    "radam that never rectifies, without momentum, is gradient descent": lambda lr, b: (
        RAdam(lr, 0.0, b, threshold=1e9),
        SGD(lr),
    ),
    "prodigy that never finds a larger rate is adam at d0": lambda lr, b: (
        Prodigy(lr, b, 0.9, eps=0.0, d0=0.01, d_coef=1e-200, bias_correction=True),
        Adam(lr * 0.01, b, 0.9, eps=0.0),
    ),
    "lion with one average is signum": lambda lr, b: (Lion(lr, b, b), Signum(lr, b)),
    "lion without momentum in its step is sign descent": lambda lr, b: (Lion(lr, 0.0, b), sign_descent(lr)),
    "shampoo of vectors is adagrad": lambda lr, b: (Shampoo(lr, eps=b), AdaGrad(lr, 0.0, eps=0.0, eps_root=b)),
    "muon of vectors is its fallback": lambda lr, b: (Muon(fallback=Adam(lr, b), own_rate=True), Adam(lr, b)),
    "adafactor of vectors at the rate 1 / sqrt(t) over all squares is adagrad at 1": lambda lr, b: (
        Adafactor(1e9, decay_rate=1.0, eps=0.0, clip_threshold=1e9, scale_parameter=False),
        AdaGrad(1.0, 0.0, eps=0.0),
    ),
}


def path(rule, start, gradients):
    """The parameters after each update by given gradients."""
    w, slots, points = start, rule.init_tree(start), []
    for t, g in enumerate(gradients, 1):
        change, slots = rule.update_tree(g, slots, w, t)
        w = w + change
        points.append(rule.readout_tree(w, slots))
    return np.array(points)


@pytest.mark.parametrize("name", list(CONTAINED))
@settings(max_examples=10)
@given(lr=st.floats(1e-4, 1.0), b=st.floats(0.01, 0.99), seed=st.integers(0, 2**32 - 1), size=st.floats(1e-3, 1e3))
def test_a_rule_contains_its_special_case(name, lr, b, seed, size):
    general, special = CONTAINED[name](lr, b)
    rng = np.random.default_rng(seed)
    start, gradients = rng.normal(size=4), size * rng.normal(size=(12, 4))
    usual = path(special, start, gradients)
    np.testing.assert_allclose(path(general, start, gradients) - start, usual - start, rtol=1e-8, atol=1e-12)
    assert not np.array_equal(usual[-1], start)
