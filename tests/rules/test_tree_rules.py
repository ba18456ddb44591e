"""Prodigy and the schedule-free rules: 200 noisy updates agree with optax, and with the papers in NumPy where it has not the form.

Gradients are 2 p + noise at the point p where each takes them, so that the points matter.
"""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from optax import contrib

from descend.rules import SGD, Adam, Prodigy, ScheduleFreeAdamW, ScheduleFreeSGD
from descend.schedules import Exponential, PiecewiseConstant


def same(count):
    return 0.98 ** jnp.asarray(count, float)


def noisy(steps=200):
    rng = np.random.default_rng(0)
    start = {"a": rng.normal(size=(3, 2)), "b": rng.normal(size=())}
    return start, jax.tree.map(lambda w: rng.normal(size=(steps, *w.shape)), start)


def ours(rule, start, noise):
    """After each update where the next gradient is taken, and what would be shipped; on NumPy's arrays: nothing to compile."""
    w, slots, path = start, rule.init_tree(start), []
    for t in range(1, len(noise["a"]) + 1):
        g = jax.tree.map(lambda p, n, t=t: 2 * p + n[t - 1], rule.probe_tree(w, slots, t), noise)
        change, slots = rule.update_tree(g, slots, w, t)
        w = jax.tree.map(np.add, w, change)
        path.append((rule.probe_tree(w, slots, t + 1), rule.readout_tree(w, slots)))
    return jax.tree.map(lambda *a: np.stack(a), *path)


def theirs(native, start, noise, shipped=lambda state, w: w):
    def step(carry, n):
        w, state = carry
        change, state = native.update(jax.tree.map(lambda p, n: 2 * p + n, w, n), state, w)
        w = optax.apply_updates(w, change)
        return (w, state), (w, shipped(state, w))

    start = jax.tree.map(jnp.asarray, start)
    return jax.lax.scan(step, (start, native.init(start)), noise)[1]


def close(one, other):
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("safe", [False, True])
def test_prodigy_with_bias_correction_follows_optax(safe):
    rule = Prodigy(Exponential(1.0, 0.98), 0.8, 0.95, d0=1e-4, d_coef=0.7, weight_decay=0.1, bias_correction=True)
    rule = rule if not safe else Prodigy(**{**vars(rule), "safeguard_warmup": True, "b3": 0.9})
    settings = {"betas": (0.8, 0.95), "estim_lr0": 1e-4, "estim_lr_coef": 0.7, "weight_decay": 0.1}
    native = {"beta3": 0.9 if safe else None, "safeguard_warmup": safe}
    with jax.enable_x64(True):
        start, noise = noisy()
        close(ours(rule, start, noise)[0], theirs(contrib.prodigy(same, **settings, **native), start, noise)[0])


def test_prodigy_is_the_papers_algorithm_whose_scale_does_not_matter():
    """Algorithm 4: s and r without the factor 1 / d0, over one vector; eps 0, at whose place code and paper differ."""
    start, noise = noisy()
    w0 = w = np.append(start["a"].ravel(), start["b"])
    d, r, (m, v, s), end = 1e-4, 0.0, np.zeros((3, 7)), []
    for n in np.column_stack([noise["a"].reshape(200, 6), noise["b"]]):
        g = 2 * w + n
        m, v = 0.9 * m + 0.1 * d * g, 0.999 * v + 0.001 * d**2 * g**2
        r = 0.999**0.5 * r + (1 - 0.999**0.5) * d**2 * (g @ (w0 - w))
        s = 0.999**0.5 * s + (1 - 0.999**0.5) * d**2 * g
        w, d = w - d * m / np.sqrt(v), max(d, r / np.abs(s).sum())
        end.append(w)
    with jax.enable_x64(True):
        found = ours(Prodigy(d0=1e-4, eps=0.0), start, noise)[0]
    np.testing.assert_allclose(np.column_stack([found["a"].reshape(200, 6), found["b"]]), end, rtol=1e-8, atol=1e-10)
    assert d > 1e-3


def test_prodigy_sees_all_arrays_as_one():
    w = np.random.default_rng(3).normal(size=6)
    parts, whole = {"a": w[:2], "b": w[2:]}, w
    one, other = Prodigy(d0=1e-3).init_tree(whole), Prodigy(d0=1e-3).init_tree(parts)
    for t in range(1, 30):
        change, one = Prodigy(d0=1e-3).update_tree(whole, one, whole, t)
        changes, other = Prodigy(d0=1e-3).update_tree(parts, other, parts, t)
        whole, parts = whole + change, jax.tree.map(np.add, parts, changes)
    np.testing.assert_allclose(np.append(parts["a"], parts["b"]), whole, rtol=1e-10)
    np.testing.assert_allclose(one["d"], other["d"], rtol=1e-10)
    assert one["d"] > 2e-3


FREE = {
    "sgd": (ScheduleFreeSGD(0.1, weight_decay=0.1), contrib.schedule_free_sgd(0.1, weight_decay=0.1)),
    "sgd b1": (ScheduleFreeSGD(0.1, 0.5, weight_lr_power=0.0), contrib.schedule_free_sgd(0.1, b1=0.5, weight_lr_power=0.0)),
    "adamw": (
        ScheduleFreeAdamW(0.05, 0.95, 0.9, eps=1e-3, weight_decay=0.1),
        contrib.schedule_free_adamw(0.05, b1=0.95, b2=0.9, eps=1e-3, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", list(FREE))
def test_schedule_free_follows_optax_at_its_probe_and_its_readout(name):
    rule, native = FREE[name]
    with jax.enable_x64(True):
        start, noise = noisy()
        close(ours(rule, start, noise), theirs(native, start, noise, contrib.schedule_free_eval_params))


@pytest.mark.parametrize("adam", [False, True])
def test_schedule_free_warms_up_and_weighs_as_the_authors_do(adam):
    """optax shifts the warm-up by a step against the authors' reference, so this is that reference in NumPy."""
    start, noise = noisy()
    x = z = y = np.append(start["a"].ravel(), start["b"])
    v, weights, shipped = np.zeros(7), 0.0, []
    for k, n in enumerate(np.column_stack([noise["a"].reshape(200, 6), noise["b"]])):
        g = 2 * y + n
        v = 0.99 * v + 0.01 * g * g
        lr = 0.05 * min(1.0, (k + 1) / 30)
        z = z - lr * ((g / (np.sqrt(v / (1 - 0.99 ** (k + 1))) + 1e-8) if adam else g) + 0.1 * y)
        weights += lr**1.5
        x = (1 - lr**1.5 / weights) * x + lr**1.5 / weights * z
        y = 0.9 * x + (1 - 0.9) * z
        shipped.append(x)
    settings = {"warmup_steps": 30, "weight_decay": 0.1, "weight_lr_power": 1.5}
    rule = ScheduleFreeAdamW(0.05, b2=0.99, **settings) if adam else ScheduleFreeSGD(0.05, **settings)
    with jax.enable_x64(True):
        found = ours(rule, start, noise)[1]
    np.testing.assert_allclose(np.column_stack([found["a"].reshape(200, 6), found["b"]]), shipped, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("free", "bare"), [(ScheduleFreeSGD, SGD), (ScheduleFreeAdamW, Adam)])
def test_without_interpolation_it_ships_the_mean_of_the_plain_rules_path(free, bare):
    with jax.enable_x64(True):
        start, noise = noisy(50)
        plain = ours(bare(0.1, b1=0.0) if bare is Adam else bare(0.1), start, noise)[0]
        found = ours(free(0.1, b1=0.0), start, noise)
        close(found[0], plain)
        close(jax.tree.map(lambda a: a[-1], found[1]), jax.tree.map(lambda a: a.mean(axis=0), plain))


def test_the_weight_of_an_average_never_falls_with_the_rate():
    rule = ScheduleFreeSGD(Exponential(0.1, 0.5))
    w, slots = np.ones(1), rule.init_tree(np.ones(1))
    for t in range(1, 4):
        change, slots = rule.update_tree(w, slots, w, t)
        w = w + change
    np.testing.assert_allclose([slots["weight"], slots["largest"]], [3 * 0.01, 0.1], rtol=1e-12)


def lead(rule, w, gradients):
    """The changes that given gradients make."""
    slots, changes = rule.init_tree(w), []
    for t, g in enumerate(gradients, 1):
        change, slots = rule.update_tree(g, slots, w, t)
        w = w + change
        changes.append(change)
    return changes


@pytest.mark.parametrize("corrected", [False, True])
def test_prodigy_skips_leading_zeros_and_a_rate_of_zero_as_its_authors_do(corrected):
    rule = Prodigy(d0=1e-3, weight_decay=0.1, bias_correction=corrected)
    start, noise = np.array([1.0, -2.0]), [np.array([0.5, 1.0]), np.array([-1.0, 0.2]), np.array([0.3, 0.4])]
    zeros = [np.zeros(2)] * 3
    late, early = (lead(rule, start, gradients) for gradients in (zeros + noise, noise))
    assert not np.any(late[:3])
    np.testing.assert_array_equal(late[3:], early)
    warm = dataclasses.replace(rule, learning_rate=PiecewiseConstant((2,), (0.0, 1.0)))
    np.testing.assert_array_equal(lead(warm, start, [noise[2]] * 2 + noise), [np.zeros(2)] * 2 + early)
    after = lead(rule, start, [*noise, np.zeros(2)])
    assert np.any(after[3]), "a later zero is an update like any other"
