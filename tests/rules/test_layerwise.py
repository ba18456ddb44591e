"""Rules that measure a whole array, and Adan: optax, torch and Keras agree, or the paper, written out in NumPy, does."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import optax
import pytest
import torch
from noisy import close, given, ours, theirs

from descend.rules import LAMB, LARS, Adafactor, Adam, Adan, Momentum, RMSProp
from descend.schedules import Exponential

DECAY, SAME = Exponential(0.05, 0.98), lambda count: 0.05 * 0.98 ** jnp.asarray(count, float)
# optax weighs the differences by 1 - b2, where the paper (whose betas are 1 minus these) and its code have b2.
ADAN = {"b1": 0.9, "b2": 0.5, "b3": 0.95, "eps": 1e-3}
PAIRS = {
    "lars": (LARS(DECAY, 0.8, 0.01), optax.lars(SAME, momentum=0.8, trust_coefficient=0.01)),
    "lars weight decay": (
        LARS(DECAY, 0.8, 0.01, weight_decay=0.1, eps=1e-3, joint_norm=True),
        optax.lars(SAME, 0.1, momentum=0.8, trust_coefficient=0.01, eps=1e-3),
    ),
    "lamb": (LAMB(DECAY, 0.8, 0.95, eps=1e-3), optax.lamb(SAME, 0.8, 0.95, eps=1e-3)),
    "lamb weight decay": (LAMB(DECAY, 0.8, 0.95, 1e-3, 0.1), optax.lamb(SAME, 0.8, 0.95, eps=1e-3, weight_decay=0.1)),
    "adan": (Adan(DECAY, **ADAN, eps_root=1e-4), optax.adan(SAME, **ADAN, eps_root=1e-4)),
    "adan weight decay": (
        Adan(DECAY, **ADAN, weight_decay=0.1, no_prox=True),
        optax.adan(SAME, **ADAN, eps_root=0.0, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", list(PAIRS))
def test_a_rule_follows_optax(name):
    rule, native = PAIRS[name]
    with jax.enable_x64(True):
        start, noise = given()
        close(ours(rule, start, noise)[0], theirs(native, start, noise)[0])  # (the parameters after each update)


# optax has its decay 1 - t^-0.8 in single precision, whatever the arrays are in.
@pytest.mark.parametrize("momentum", [None, 0.7])
@pytest.mark.parametrize("scaled", [False, True])
def test_adafactor_follows_optax(momentum, scaled):
    rule = Adafactor(DECAY, clip_threshold=0.7, momentum=momentum, relative_step=False, scale_parameter=scaled)
    native = optax.adafactor(
        SAME, min_dim_size_to_factor=1, multiply_by_parameter_scale=scaled, clipping_threshold=0.7, momentum=momentum
    )
    with jax.enable_x64(True):
        start, noise = given()
        for a, b in zip(*(jax.tree.leaves(f(r, start, noise)[0]) for f, r in ((ours, rule), (theirs, native))), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def walk(rule, arrays, gradients):
    slots = rule.init_tree(arrays)
    for t, grads in enumerate(gradients, 1):
        change, slots = rule.update_tree(grads, slots, arrays, t)
        arrays = [w + c for w, c in zip(arrays, change, strict=True)]
    return arrays


SHAPES = [(3, 2), (2, 3, 4), (4,), ()]


def arrays_and_noise(dtype="float64", steps=200):
    rng = np.random.default_rng(0)
    start, *noise = ([np.asarray(10 ** rng.normal() * rng.normal(size=s), dtype) for s in SHAPES] for _ in range(steps + 1))
    return start, noise  # of sizes that jump, so that clipping has work


@pytest.mark.parametrize("rate", [0.01, 0.5])
def test_adafactor_follows_torch_which_has_its_eps_elsewhere(rate):
    start, noise = arrays_and_noise()
    params = [torch.tensor(w, requires_grad=True) for w in start]
    native = torch.optim.Adafactor(params, lr=rate, eps=(1e-30, 1e-3), beta2_decay=-0.7)
    for grads in noise:
        for p, g in zip(params, grads, strict=True):
            p.grad = torch.tensor(g)
        native.step()
    for w, p in zip(walk(Adafactor(rate, 0.7, eps=0.0), start, noise), params, strict=True):
        np.testing.assert_allclose(w, p.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("rule", "native"), [(Adafactor(0.1), keras.optimizers.Adafactor(0.1)), (LAMB(0.01), keras.optimizers.Lamb(0.01, epsilon=1e-6))]
)
def test_a_rule_follows_keras(rule, native):
    start, noise = arrays_and_noise("float32", 50)
    variables = [keras.Variable(w) for w in start]
    native.build(variables)
    for grads in noise:
        native.apply([keras.ops.convert_to_tensor(g) for g in grads])
    for w, v in zip(walk(rule, start, noise), variables, strict=True):
        np.testing.assert_allclose(w, np.asarray(v), rtol=1e-4, atol=1e-5)


def test_lars_adds_the_two_norms_as_the_paper_does():
    (w, *_), noise = arrays_and_noise()
    start, v = w, 0.0
    for g, *_ in noise:
        local = 0.02 * np.linalg.norm(w) / (np.linalg.norm(g) + 0.1 * np.linalg.norm(w))
        v = 0.8 * v + 0.05 * local * (g + 0.1 * w)
        w = w - v
    ours_end = walk(LARS(0.05, 0.8, 0.02, weight_decay=0.1), [start], [[g] for g, *_ in noise])
    np.testing.assert_allclose(ours_end[0], w, rtol=1e-10)


def test_adan_follows_its_paper_with_its_codes_corrections():
    (w, *_), noise = arrays_and_noise()
    start, last, m, v, n = w, noise[0][0], 0.0, 0.0, 0.0
    beta1, beta2, beta3, decay = 0.02, 0.08, 0.01, 0.3  # the paper's, 1 minus ours
    for t, (g, *_) in enumerate(noise, 1):
        m = (1 - beta1) * m + beta1 * g
        v = (1 - beta2) * v + beta2 * (g - last)
        n = (1 - beta3) * n + beta3 * (g + (1 - beta2) * (g - last)) ** 2
        m_hat, v_hat, n_hat = (a / (1 - (1 - b) ** t) for a, b in ((m, beta1), (v, beta2), (n, beta3)))
        w = (w - 0.1 * (m_hat + (1 - beta2) * v_hat) / (np.sqrt(n_hat) + 1e-8)) / (1 + 0.1 * decay)
        last = g
    ours_end = walk(Adan(0.1, weight_decay=decay), [start], [[g] for g, *_ in noise])
    np.testing.assert_allclose(ours_end[0], w, rtol=1e-10, atol=1e-12)


def test_lamb_is_adam_with_a_length():
    """One step's direction is Adam's, its length the learning rate times the array's."""
    start, noise = arrays_and_noise(steps=1)
    ends = (walk(rule, start, noise) for rule in (LAMB(0.1, eps=1e-8), Adam(0.1)))
    for w, a, b in zip(start, *ends, strict=True):
        np.testing.assert_allclose(a - w, (b - w) * 0.1 * np.linalg.norm(w) / np.linalg.norm(b - w), rtol=1e-10)


def test_an_array_at_zero_moves_as_without_a_trust_ratio():
    start, noise = arrays_and_noise(steps=1)
    zero = [0 * w for w in start]
    for one, other in ((LARS(0.1, 0.9), Momentum(0.1, 0.9)), (LAMB(0.1, eps=1e-8), Adam(0.1))):
        for a, b in zip(walk(one, zero, noise), walk(other, zero, noise), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12)


def test_adafactors_first_step_on_vectors_is_rmsprops_without_memory():
    start, noise = arrays_and_noise(steps=1)
    one = Adafactor(0.1, relative_step=False, scale_parameter=False)
    for a, b in zip(walk(one, start[2:], [noise[0][2:]]), walk(RMSProp(0.1, 0.0), start[2:], [noise[0][2:]]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)
