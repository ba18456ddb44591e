"""What every rule keeps between updates: all of it is in its slots, and it lasts."""

import io

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rule_cases import CASES, SHAPES, equal, tree, walk

CURVES = jnp.array([0.5, 1.0, 2.0])


def f(w):
    return 0.5 * jnp.sum(CURVES * w["v"] ** 2) + 0.5 * jnp.sum(w["m"] ** 2)


@pytest.mark.parametrize("rule", CASES)
def test_ten_thousand_steps_on_a_quadratic_end_lower_and_finite(rule):
    start = {"v": jnp.array([1.0, -2.0, 0.5]), "m": jnp.array([[1.0, -1.0], [0.5, 2.0]])}

    @jax.jit
    def end(rule):
        def step(i, carry):
            w, slots = carry
            change, slots = rule.update_tree(jax.grad(f)(rule.probe_tree(w, slots, i + 1)), slots, w, i + 1)
            return jax.tree.map(jnp.add, w, change), slots

        w, slots = jax.lax.fori_loop(0, 10_000, step, (start, rule.init_tree(start)))
        return f(rule.readout_tree(w, slots)), w, slots

    value, w, slots = end(rule)
    assert all(np.isfinite(a).all() for a in jax.tree.leaves((w, slots)))
    assert value < 0.5 * f(start)


def saved_and_loaded(values):
    """A tree whose arrays have been through a file."""
    leaves, structure = jax.tree.flatten(values)
    file = io.BytesIO()
    np.savez(file, *leaves)
    file.seek(0)
    with np.load(file) as arrays:
        return structure.unflatten([arrays[f"arr_{i}"] for i in range(len(leaves))])


@pytest.mark.parametrize("rule", CASES)
def test_a_training_saved_and_loaded_goes_on_as_if_never_stopped(rule):
    params, noise = tree("numpy", "float32"), tree("numpy", "float32", 1)
    half = saved_and_loaded(walk(rule, params, noise, 12))
    equal(walk(rule, half[0], noise, 12, half[1], start=13), walk(rule, params, noise, 24))


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_keeps_nothing_but_its_slots(rule):
    params, noise = tree("numpy", "float32"), tree("numpy", "float32", 1)
    once = walk(rule, params, noise, 3)
    walk(rule, tree("numpy", "float32", 2), noise, 3)  # another training in between
    equal(walk(rule, params, noise, 3), once)


@pytest.mark.parametrize("rule", CASES)
def test_arrays_do_not_depend_on_their_order_in_the_tree(rule):
    params, noise = tree("numpy", "float64"), tree("numpy", "float64", 1)
    turned = walk(rule, {"z": params["scalar"], "a": params["nested"]}, {"z": noise["scalar"], "a": noise["nested"]})[0]
    usual = walk(rule, {"a": params["scalar"], "z": params["nested"]}, {"a": noise["scalar"], "z": noise["nested"]})[0]
    for one, other in zip(jax.tree.leaves([turned["z"], turned["a"]]), jax.tree.leaves([usual["a"], usual["z"]]), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_the_shapes_of_the_suite_have_every_case():
    leaves = jax.tree.leaves(SHAPES, is_leaf=lambda s: isinstance(s, tuple))
    assert {len(s) for s in leaves} == {0, 1, 2, 3}
    assert (0,) in leaves
    assert SHAPES["nothing"] is None
