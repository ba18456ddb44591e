"""What every update rule must do, on every kind of array; a new rule is tested by being registered."""

import contextlib
import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rule_cases import CASES, FEW, KINDS, ROUNDING, SHAPES, close, tree, walk

from descend.core.hyper import ranges
from descend.rules import Rule
from descend.schedules import PiecewiseConstant


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_jax_and_torch_agree_and_keep_type_and_shape(rule, dtype):
    ends = {}
    with jax.enable_x64(True):
        for kind in KINDS:
            shapes = SHAPES if dtype == "float64" else FEW
            start = tree(kind, dtype, 0, shapes)
            ends[kind] = params, slots = walk(rule, start, tree(kind, dtype, 1, shapes), 12 if dtype == "float64" else 4)
            for w, after in zip(jax.tree.leaves(start), jax.tree.leaves(params), strict=True):
                assert tuple(after.shape) == tuple(w.shape)
            kinds = {str(a.dtype).removeprefix("torch.") for a in jax.tree.leaves((params, slots))}
            assert {kind for kind in kinds if "float" in kind} == {dtype}
        for kind in ("jax", "torch"):
            close(ends["numpy"], ends[kind], ROUNDING.get(rule.name, 1e-12) if dtype == "float64" else 2e-5)


def step(rule, w, slots, t, noise):
    """One update of `walk`, whose t may be traced."""
    grads = jax.tree.map(lambda p, n: 2 * p + n, rule.probe_tree(w, slots, t), noise)
    change, slots = rule.update_tree(grads, slots, w, t)
    return jax.tree.map(jnp.add, w, change), slots


def on_numpy(rule, steps):
    return walk(rule, tree("numpy", "float64", 0, FEW), tree("numpy", "float64", 1, FEW), steps)


@pytest.mark.parametrize("rule", CASES)
def test_jit_changes_nothing(rule):
    with jax.enable_x64(True):
        w, noise = tree("jax", "float64", 0, FEW), tree("jax", "float64", 1, FEW)
        slots, move = rule.init_tree(w), jax.jit(step)
        for t in range(1, 4):
            w, slots = move(rule, w, slots, t, noise)
        close((w, slots), on_numpy(rule, 3), ROUNDING.get(rule.name, 1e-12))


@pytest.mark.parametrize("rule", CASES)
def test_stacked_hyperparameters_under_vmap_are_a_loop_over_rules(rule):
    rules = [jax.tree.map(lambda h, f=f: h * f, rule) for f in (1.0, 0.9, 0.5)]
    with jax.enable_x64(True):
        w, noise = tree("jax", "float64", 0, FEW), tree("jax", "float64", 1, FEW)
        stacked = jax.tree.map(lambda *h: jnp.asarray(h), *rules)
        slots = jax.vmap(lambda rule: rule.init_tree(w))(stacked)
        w = jax.tree.map(lambda a: jnp.stack(3 * [a]), w)
        move = jax.jit(jax.vmap(step, (0, 0, 0, None, None)))
        for t in range(1, 4):
            w, slots = move(stacked, w, slots, t, noise)
    for lane, rule in enumerate(rules):
        close(jax.tree.map(lambda a, i=lane: a[i], (w, slots)), on_numpy(rule, 3), ROUNDING.get(rule.name, 1e-12))


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_zero_gradient_moves_nothing(rule, kind):
    allowed = ranges(type(rule)).get("eps")
    no_eps = [dataclasses.replace(rule, eps=0.0)] if allowed and allowed.holds(np.zeros(())) else []
    for form in (rule, *no_eps):
        if "weight_decay" in ranges(type(form)):
            form = dataclasses.replace(form, weight_decay=0.0)
        params = tree(kind, "float32", 0, FEW if kind == "jax" else SHAPES)
        zero = jax.tree.map(lambda w: w * 0, params)
        change, slots = form.update_tree(zero, form.init_tree(params), params, 1)
        close(change, zero, 0)
        assert all(np.isfinite(np.asarray(s)).all() for s in jax.tree.leaves(slots))


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("kind", ["numpy", "torch"])
def test_an_update_leaves_its_inputs_alone(rule, kind):
    params, grads = tree(kind, "float64"), tree(kind, "float64", 1)
    _, slots = walk(rule, params, grads, 1)
    given = (params, grads, slots)
    before = jax.tree.map(lambda a: np.asarray(a).copy(), given)
    with contextlib.suppress(AttributeError):  # torch has no such flag
        jax.tree.map(lambda a: a.setflags(write=False), given)
    rule.probe_tree(params, slots, 2)
    rule.update_tree(grads, slots, params, 2)
    rule.readout_tree(params, slots)
    close(given, before, 0)


@pytest.mark.parametrize("rule", CASES)
def test_a_schedule_works_in_every_hyperparameter(rule):
    params, noise = tree("numpy", "float32", 0, FEW), tree("numpy", "float32", 1, FEW)
    numbers = {name: getattr(rule, name) for name in ranges(type(rule)) if getattr(rule, name) is not None}
    for name, now in numbers.items():
        scheduled = dataclasses.replace(rule, **{name: PiecewiseConstant((1,), (now, now / 2))})
        first, slots = walk(rule, params, noise, 1)
        by_hand = walk(dataclasses.replace(rule, **{name: now / 2}), first, noise, 1, slots, start=2)
        ends = walk(scheduled, params, noise, 2)
        assert {a.dtype for a in jax.tree.leaves(ends)} == {np.dtype("float32")}
        close(ends, by_hand, 1e-6)
    everywhere = dataclasses.replace(rule, **{name: PiecewiseConstant((1,), (now, now / 2)) for name, now in numbers.items()})
    params, noise = params["matrix"], noise["matrix"]  # one array, as each costs compilation
    close(jax.jit(lambda r: walk(r, params, noise, 2))(everywhere), walk(everywhere, params, noise, 2), 2e-5)


def test_the_base_class_has_no_update_of_its_own():
    with pytest.raises(NotImplementedError):
        Rule().update(np.ones(1), {}, np.ones(1), 1)
