"""In a framework's dialect, 200 noisy steps are those of that framework's own optimizer with its own defaults."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from native import ENDS, NATIVE, ours

from descend.rules import RULES
from descend.schedules import Exponential

SHAPES = {"b1": (4,), "b2": (2,), "w1": (3, 4), "w2": (4, 2)}  # a network 3-4-2
CASES = [(dialect, cls) for cls in RULES.values() for dialect in cls.dialects if dialect in ENDS]
NAMED = [pytest.param(dialect, cls, id=f"{dialect}-{cls.name}") for dialect, cls in CASES]
STEPS = 200
SINGLE = {("keras", "adafactor"), ("keras", "muon")}  # Keras takes means and norms in single precision, whatever its floatx


def noise():
    """A start and gradients."""
    rng = np.random.default_rng(0)
    start = {name: jnp.asarray(rng.normal(size=shape)) for name, shape in SHAPES.items()}
    return start, {name: jnp.asarray(rng.normal(size=(STEPS, *shape))) for name, shape in SHAPES.items()}


def close(one, other, rtol=1e-10):
    for name in SHAPES:
        np.testing.assert_allclose(one[name], other[name], rtol=rtol, atol=rtol / 100, err_msg=name)


@pytest.mark.parametrize(("dialect", "cls"), NAMED)
def test_the_defaults_are_the_frameworks(dialect, cls):
    name, options = NATIVE[dialect][cls.name]
    rule = cls.as_in(dialect)
    with jax.enable_x64(True):
        start, grads = noise()
        rates = None
        if dialect == "optax" and not _has_default_rate(name):
            rates = np.full(STEPS, rule.learning_rate)
        theirs = ENDS[dialect](name, options, start, grads, rates)
        close(ours(rule, start, grads), theirs, 1e-6 if (dialect, cls.name) in SINGLE else 1e-10)


def _has_default_rate(name):
    factory = getattr(optax, name, None) or getattr(optax.contrib, name)
    return isinstance(inspect.signature(factory).parameters["learning_rate"].default, float)


MOVING = [("momentum", {}), ("nesterov", {}), ("rmsprop", {"momentum": 0.9}), ("rmsprop", {"momentum": 0.9, "centered": True})]


@pytest.mark.parametrize("dialect", ENDS)
@pytest.mark.parametrize(("rule", "more"), MOVING)
def test_the_form_of_the_momentum_is_the_frameworks_under_a_changing_rate(dialect, rule, more):
    name, options = NATIVE[dialect][rule]
    shape = Exponential(0.05, 0.5, 20.0)
    eps = {"eps": 1e-2} if "centered" in more else {}  # rounding decides where the centred root is near 0
    with jax.enable_x64(True):
        start, grads = noise()
        made = RULES[rule].as_in(dialect, learning_rate=shape, **more, **_placed(RULES[rule], dialect, eps))
        own = options | more | ({{"keras": "epsilon"}.get(dialect, "eps"): eps["eps"]} if eps else {})
        close(ours(made, start, grads), ENDS[dialect](name, own, start, grads, np.asarray(shape(np.arange(STEPS)), float)))


def _placed(cls, dialect, eps):
    """An epsilon where the dialect has it."""
    inside = cls.dialects[dialect].get("eps_root", 0.0) > 0
    return {"eps_root": eps["eps"]} if eps and inside else eps


def test_the_other_form_of_the_momentum_leads_elsewhere():
    shape = Exponential(0.05, 0.5, 20.0)
    with jax.enable_x64(True):
        start, grads = noise()
        for rule, more in MOVING[:3]:
            ends = [ours(RULES[rule](learning_rate=shape, lr_inside=inside, **more), start, grads) for inside in (False, True)]
            assert np.abs(ends[0]["w1"] - ends[1]["w1"]).max() > 1e-3
