"""200 noisy updates agree with optax to a relative 1e-10 in double precision."""

import jax
import jax.numpy as jnp
import optax
import pytest
from noisy import close, given, ours, theirs

from descend.rules import SGD, Adadelta, AdaGrad, Adam, EMAMomentum, Momentum, Nesterov, RMSProp
from descend.schedules import Exponential

DECAY = Exponential(0.05, 0.98)


def same(count):  # (optax's own schedule divides its int32 count in single precision)
    return 0.05 * 0.98 ** jnp.asarray(count, float)


PAIRS = {
    "sgd": (SGD(DECAY), optax.sgd(same)),
    "momentum": (Momentum(DECAY, 0.8), optax.sgd(same, momentum=0.8)),
    "nesterov": (Nesterov(DECAY, 0.8), optax.sgd(same, momentum=0.8, nesterov=True)),
    "ema_momentum": (EMAMomentum(DECAY, 0.8), optax.chain(optax.ema(0.8, debias=False), optax.scale_by_learning_rate(same))),
    "adagrad": (AdaGrad(DECAY, 0.3, eps=0.0, eps_root=1e-3), optax.adagrad(same, 0.3, eps=1e-3)),
    "adadelta": (Adadelta(0.7, 0.8, eps=1e-3), optax.adadelta(0.7, rho=0.8, eps=1e-3)),
    "rmsprop": (RMSProp(DECAY, 0.9, eps=0.0, eps_root=1e-3), optax.rmsprop(same, 0.9, eps=1e-3)),
    "rmsprop eps outside": (RMSProp(DECAY, 0.9, eps=1e-3), optax.rmsprop(same, 0.9, eps=1e-3, eps_in_sqrt=False)),
    "rmsprop momentum": (
        RMSProp(0.01, 0.9, eps=0.0, eps_root=1e-3, momentum=0.7),
        optax.rmsprop(0.01, 0.9, eps=1e-3, momentum=0.7),
    ),
    "rmsprop centered": (
        RMSProp(0.01, 0.9, eps=0.0, eps_root=1e-2, centered=True),
        optax.rmsprop(0.01, 0.9, eps=1e-2, centered=True),
    ),
    "adam": (Adam(DECAY, 0.8, 0.95, eps=1e-3), optax.adam(same, 0.8, 0.95, eps=1e-3)),
    "adam eps_root": (
        Adam(DECAY, 0.8, 0.95, eps=1e-3, eps_root=1e-2),
        optax.adam(same, 0.8, 0.95, eps=1e-3, eps_root=1e-2),
    ),
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_rule_follows_optax(name):
    rule, native = PAIRS[name]
    with jax.enable_x64(True):
        start, noise = given({"a": (3, 2), "b": ()})
        close(ours(rule, start, noise)[0], theirs(native, start, noise)[0])  # (the parameters after each update)
