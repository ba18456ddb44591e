"""Adam's relatives take the same 200 noisy steps as PyTorch's, optax's and Keras' own, to a relative 1e-10 in double precision."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from native import ENDS, ours

from descend.rules import AdaBelief, Adam, AdaMax, AdamW, AMSGrad, Nadam, RAdam, Yogi
from descend.schedules import Exponential

RATE = Exponential(0.05, 0.5, 50.0)
B = (0.8, 0.95)
TORCH, KERAS, OPTAX = (
    {"betas": B, "eps": 1e-3},
    {"beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
    {"b1": 0.8, "b2": 0.95, "eps": 1e-3},
)
# An epsilon large enough for its place to matter. By framework: our rule, the native name, its options.
PAIRS = {
    "torch": [
        (Adam(RATE, *B, eps=1e-3), "Adam", TORCH),
        (AMSGrad(RATE, *B, eps=1e-3), "Adam", {**TORCH, "amsgrad": True}),
        (AdamW(RATE, *B, eps=1e-3, weight_decay=0.1), "AdamW", {**TORCH, "weight_decay": 0.1}),
        (AdaMax(RATE, *B, eps=1e-3), "Adamax", TORCH),
        (Nadam(RATE, *B, eps=1e-3, momentum_decay=0.02, dozat=True), "NAdam", {**TORCH, "momentum_decay": 0.02}),
        (RAdam(RATE, *B, eps=1e-3, eps_hat=True), "RAdam", TORCH),
    ],
    "optax": [
        (AMSGrad(RATE, *B, eps=1e-3, eps_root=1e-2, correct_first=True), "amsgrad", {**OPTAX, "eps_root": 1e-2}),
        (
            AMSGrad(RATE, *B, eps=1e-3, bias_correction=False),
            "amsgrad",
            {**OPTAX, "bias_correction_mu": False, "bias_correction_nu": False},
        ),
        (AdaMax(RATE, *B, eps=1e-3), "adamax", OPTAX),
        (Nadam(RATE, *B, eps=1e-3, eps_root=1e-2), "nadam", {**OPTAX, "eps_root": 1e-2}),
        (AdamW(RATE, *B, eps=1e-3, eps_root=1e-2, weight_decay=0.1), "adamw", {**OPTAX, "eps_root": 1e-2, "weight_decay": 0.1}),
        (RAdam(RATE, *B, eps=1e-3, eps_root=1e-2), "radam", {**OPTAX, "eps_root": 1e-2}),
        (RAdam(RATE, *B, eps=1e-3, threshold=9.5), "radam", {**OPTAX, "threshold": 9.5}),
        (AdaBelief(RATE, *B, eps=1e-3, eps_root=1e-4), "adabelief", {**OPTAX, "eps_root": 1e-4}),
        (Yogi(RATE, *B, eps=1e-3, initial_momentum=1e-6), "yogi", OPTAX),
    ],
    "keras": [
        (Adam(RATE, *B, eps=1e-3, eps_hat=True), "Adam", KERAS),
        (AMSGrad(RATE, *B, eps=1e-3, eps_hat=True), "Adam", {**KERAS, "amsgrad": True}),
        (AdamW(RATE, *B, eps=1e-3, weight_decay=0.1, eps_hat=True), "AdamW", {**KERAS, "weight_decay": 0.1}),
        (AdaMax(RATE, *B, eps=1e-3, eps_outside=True), "Adamax", KERAS),
        (Nadam(RATE, *B, eps=1e-3, momentum_decay=1.0, dozat=True), "Nadam", KERAS),
    ],
}
CASES = [(framework, *pair) for framework, pairs in PAIRS.items() for pair in pairs]
NAMED = [pytest.param(*c, id=f"{c[0]}-{c[1].name}-{i}") for i, c in enumerate(CASES)]
STEPS = 200


@pytest.fixture(autouse=True)
def double():
    """PyTorch keeps NAdam's product in its default type."""
    torch.set_default_dtype(torch.float64)
    with jax.enable_x64(True):
        yield
    torch.set_default_dtype(torch.float32)


def noise(shape=(5,)):
    """A start and gradients whose size changes tenfold back and forth, so that maxima and bursts matter."""
    rng = np.random.default_rng(0)
    size = 10.0 ** np.sin(np.arange(STEPS) / 15)[:, None]
    start = {"a": jnp.asarray(rng.normal(size=shape)), "b": jnp.asarray(rng.normal(size=(1,)))}
    return start, {k: jnp.asarray(rng.normal(size=(STEPS, *w.shape)) * size) for k, w in start.items()}


@pytest.mark.parametrize(("framework", "rule", "name", "options"), NAMED)
def test_a_rule_follows_the_native_one(framework, rule, name, options):
    start, grads = noise()
    theirs = ENDS[framework](name, options, start, grads, np.asarray(RATE(np.arange(STEPS)), float))
    found = ours(rule, start, grads)
    for key in start:
        np.testing.assert_allclose(found[key], theirs[key], rtol=1e-10, atol=1e-12)


PLACES = [
    (Adam(0.05, eps=1e-3), {"eps_hat": True}),
    (AdamW(0.05, eps=1e-3), {"eps_hat": True}),
    (AdamW(0.05), {"independent": True}),
    (AMSGrad(0.05), {"correct_first": True}),
    (AMSGrad(0.05), {"bias_correction": False}),
    (AMSGrad(0.05, eps=1e-3), {"eps_hat": True}),
    (AdaMax(0.05, *B, eps=1e-2), {"eps_outside": True}),
    (Nadam(0.05), {"dozat": True}),
    (RAdam(0.05, eps=1e-2), {"eps_hat": True}),
    (Yogi(0.05), {"bias_correction": False}),
    (Yogi(0.05), {"eps_hat": True}),
]


@pytest.mark.parametrize(("rule", "other"), PLACES, ids=lambda x: getattr(x, "name", None) or next(iter(x)))
def test_the_forms_lead_to_different_places(rule, other):
    """So that no agreement above holds for both forms."""
    start, grads = noise()
    grads = {k: g[:30] for k, g in grads.items()}
    changed = type(rule)(**{**vars(rule), **other})
    assert np.abs(ours(rule, start, grads)["a"] - ours(changed, start, grads)["a"]).max() > 1e-6
