"""What people do to parameters between updates in optax, with every rule and wrapper."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import outside
import pytest

from descend import bridges
from descend.schedules import Linear

EVERY = [pytest.param(rule, id=name) for name, rule in outside.EVERY.items()]
SHIPPING = [pytest.param(rule, id=rule.name) for rule in outside.SHIPPING]


def training(rule, dtype="float32"):
    """Parameters and state at the start, and the compiled update by given gradients, after which `box` may hold weights."""
    optimizer = bridges.optax(rule)
    params = {name: jnp.asarray(a, dtype) for name, a in outside.numbers(0).items()}

    @jax.jit
    def step(params, state, grads, box):
        updates, state = optimizer.update(grads, state, params)
        return jax.tree.map(lambda p: jnp.clip(p, -box, box), optax.apply_updates(params, updates)), state

    return params, optimizer.init(params), step


def gradients(seed, kind=outside.numbers, dtype="float32"):
    return {name: jnp.asarray(g, dtype) for name, g in kind(seed).items()}


@pytest.mark.parametrize("rule", EVERY)
def test_loading_and_projecting(rule):
    params, state, step = training(rule)
    for seed in (1, 2, 3):
        params, state = step(params, state, gradients(seed), np.inf)
    plain = bridges.evaluation(rule, state, params)
    far = jax.tree.map(jnp.asarray, outside.loaded())
    outside.same(bridges.evaluation(rule, state, far), far)
    loaded, later = far, state
    for seed in (4, 5, 6, 7, 8, 9):
        loaded, later = step(loaded, later, gradients(seed), np.inf)
    if rule.name != "prodigy":  # it takes the way for its distance to the solution
        outside.goes_on_from(outside.loaded(), loaded, "trained")
        outside.goes_on_from(outside.loaded(), bridges.evaluation(rule, later, loaded), "shipped")
    outside.same(bridges.evaluation(rule, state, params), plain)
    params, state, _ = training(rule)
    params = jax.tree.map(jnp.zeros_like, params)
    state = bridges.optax(rule).init(params)
    for _ in range(25):
        params, state = step(params, state, gradients(1, outside.outward), outside.HIGH)
    outside.within(bridges.evaluation(rule, state, params), "shipped")


@pytest.mark.parametrize("rule", SHIPPING)
def test_without_a_change_the_weights_kept_are_the_rules_own_to_the_last_bits(rule):
    """Compiled apart from the addition, whose rounding may then be another."""
    params, state, _ = training(rule)
    w, slots = outside.numbers(0), rule.init_tree(outside.numbers(0))
    update = jax.jit(bridges.optax(rule).update)
    for t in range(1, 30):
        updates, state = update(gradients(t), state, params)
        params = optax.apply_updates(params, updates)
        change, slots = rule.update_tree(outside.numbers(t), slots, w, t)
        w = jax.tree.map(np.add, w, change)
    for name, a in rule.readout_tree(w, slots).items():
        np.testing.assert_allclose(bridges.evaluation(rule, state, params)[name], a, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("rule", SHIPPING)
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_half_precision_is_followed(rule, dtype):
    params, state, step = training(rule, dtype)
    for seed in (1, 2):
        params, state = step(params, state, gradients(seed, dtype=dtype), np.inf)
    far = jax.tree.map(lambda a: jnp.asarray(a, dtype), outside.loaded())
    outside.same(bridges.evaluation(rule, state, far), far)
    for seed in (3, 4, 5):
        far, state = step(far, state, gradients(seed, dtype=dtype), np.inf)
    outside.goes_on_from(outside.loaded(), bridges.evaluation(rule, state, far), "shipped")


@pytest.mark.parametrize("rule", SHIPPING)
def test_frozen_by_masked_added_by_partition_accumulated_by_multi_steps_and_scheduled(rule):
    params = jax.tree.map(jnp.asarray, outside.numbers(0))
    labels = {"layer.kernel": "ours", "layer.bias": "frozen"}
    rule = rule.with_rate(Linear(0.1, 0.05, 10))
    optimizer = optax.partition({"ours": bridges.optax(rule), "frozen": optax.set_to_zero()}, labels)
    optimizer = optax.MultiSteps(optimizer, 2)
    state = optimizer.init(params)
    start, step = params, jax.jit(optimizer.update)
    for seed in range(1, 9):
        updates, state = step(gradients(seed), state, params)
        params = optax.apply_updates(params, updates)
        assert (seed % 2 == 1) == all(not np.any(u) for u in updates.values())
    np.testing.assert_array_equal(params["layer.bias"], start["layer.bias"])
    shipped = bridges.evaluation(rule, state, {"layer.kernel": params["layer.kernel"], "layer.bias": optax.MaskedNode()})
    assert (shipped["layer.kernel"] != start["layer.kernel"]).all()
    assert (abs(shipped["layer.kernel"] - params["layer.kernel"]) < 1).all()


def test_a_projection_after_every_update_holds_as_for_optaxs_own():
    for name in ("nesterov", "nesterov_lookahead", "rmsprop_nesterov", "schedule_free_sgd"):
        optimizer, params = bridges.optax(name), jnp.zeros(1)
        state = optax.tree.set(optimizer.init(params), learning_rate=0.05)
        step = jax.jit(optimizer.update)
        for _ in range(200):
            updates, state = step(2 * (params - 3.0), state, params)
            params = optax.projections.projection_box(optax.apply_updates(params, updates), -1.0, 1.0)
        np.testing.assert_allclose([params[0], bridges.evaluation(name, state, params)[0]], 1.0, atol=5e-4, err_msg=name)
