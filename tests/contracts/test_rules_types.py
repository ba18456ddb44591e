"""What every rule does with parameters of every float type: 16-bit ones move in float32, wider ones as they are."""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest
import torch
from rule_cases import CASES, KINDS, SHAPES, equal, lead, tree

from descend.rules import Adam, ClipByValue, TreeRule
from descend.rules.floats import to_type

HALVES = [
    ("numpy", np.float16),
    ("numpy", ml_dtypes.bfloat16),
    ("jax", jnp.float16),
    ("jax", jnp.bfloat16),
    ("torch", torch.float16),
    ("torch", torch.bfloat16),
]
IDS = [f"{kind}-{str(dtype).split('.')[-1].rstrip(chr(39) + '>')}" for kind, dtype in HALVES]


def typed(a, dtype):
    return jax.tree.map(lambda x: to_type(x, dtype), a)


def types(a):
    return {str(x.dtype).removeprefix("torch.") for x in jax.tree.leaves(a)}


def single(kind):
    return torch.float32 if kind == "torch" else np.float32


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize(("kind", "dtype"), HALVES, ids=IDS)
def test_16_bit_parameters_move_in_single_precision_and_keep_their_type(rule, kind, dtype):
    params, grads = (typed(tree(kind, "float32", seed, SHAPES), dtype) for seed in (0, 1))
    slots = rule.init_tree(params)
    change, after = rule.update_tree(grads, slots, params, 1)
    assert types(change) == types(params) == types(rule.readout_tree(params, after)) == types(rule.probe_tree(params, slots, 1))
    assert {t for t in types((slots, after)) if "float" in t} <= {"float32"}
    wide = typed(params, single(kind))
    moved, kept = rule.update_tree(typed(grads, single(kind)), rule.init_tree(wide), wide, 1)
    with np.errstate(all="ignore"):
        equal(typed((change, after), single(kind)), typed((typed(moved, dtype), kept), single(kind)))


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_single_precision_is_the_update_itself_to_the_last_bit(rule, kind):
    if isinstance(rule, TreeRule):
        params, grads = tree(kind, "float32", 0, SHAPES), tree(kind, "float32", 1, SHAPES)
        equal(rule.update_tree(grads, rule.init_tree(params), params, 1), rule.update(grads, rule.init(params), params, 1))
        return
    for w, g in zip(jax.tree.leaves(tree(kind, "float32", 0)), jax.tree.leaves(tree(kind, "float32", 1)), strict=True):
        equal(rule.update_tree(g, rule.init_tree(w), w, 1), rule.update(g, rule.init(w), w, 1))


@pytest.mark.parametrize("rule", CASES)
def test_gradients_of_another_float_type_are_taken_in_the_parameters(rule):
    params, grads = tree("numpy", "float32"), tree("numpy", "float32", 1)
    usual = lead(rule, params, 3 * [grads])
    equal(lead(rule, params, 3 * [typed(grads, np.float64)]), usual)
    assert types(lead(rule, params, 3 * [typed(grads, np.float64)])[0]) == {"float32"}


@pytest.mark.parametrize("rule", CASES)
def test_types_may_differ_from_array_to_array(rule):
    params = {"half": jnp.ones(3, jnp.bfloat16), "single": jnp.ones(3, jnp.float32)}
    change, _ = rule.update_tree(params, rule.init_tree(params), params, 1)
    assert {name: str(c.dtype) for name, c in change.items()} == {"half": "bfloat16", "single": "float32"}


@pytest.mark.parametrize("rule", [Adam(), ClipByValue(Adam())], ids=["adam", "wrapped"])
@pytest.mark.parametrize(("kind", "dtype"), HALVES, ids=IDS)
def test_squares_of_small_gradients_do_not_vanish(rule, kind, dtype):
    w = to_type(KINDS[kind](np.ones(3, np.float32)), dtype)
    change, slots = rule.update_tree(w * 1e-6, rule.init_tree(w), w, 1)
    v = slots.get("rule", slots)["v"]
    np.testing.assert_allclose(np.asarray(v), 1e-3 * 1e-12, rtol=0.1)
    np.testing.assert_allclose(np.asarray(to_type(change, single(kind))), -1e-3, rtol=0.02)
