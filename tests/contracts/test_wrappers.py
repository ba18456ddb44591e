"""What every wrapper must do, around every kind of rule; a new wrapper is tested by being registered."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rule_cases import FEW, KINDS, SHAPES, close, tree, walk

import descend
from descend.core.hyper import ranges
from descend.rules import SGD, WRAPPERS, Adam, ClipByValue, Lookahead, Momentum, NesterovLookahead, first_order
from descend.schedules import Exponential, PiecewiseConstant

INNER = {
    "sgd": SGD(Exponential(0.05, 0.9)),
    "adam": Adam(0.05),
    "ahead": NesterovLookahead(0.05),
    "wrapper": Lookahead(ClipByValue(Momentum(0.05), 2.0), k=2),
}
# The hyperparameters at which a wrapper does nothing; None: it has none such.
NEUTRAL = {
    "accumulate": {"k": 1},
    "average": {"decay": 0.0},
    "cautious": None,
    "clip_by_global_norm": {"max_norm": 1e9},
    "clip_by_value": {"max_value": 1e9},
    "coupled_weight_decay": {"decay": 0.0},
    "decoupled_weight_decay": {"decay": 0.0},
    "groups": {},
    "lookahead": {"k": 1, "slow_step": 1.0},
    "skip_non_finite": {},
}


def forms(cls):
    """A wrapper as it is, and with its switches the other way."""
    turned = {f.name: not f.default for f in dataclasses.fields(cls) if isinstance(f.default, bool)}
    shorter = {"k": 2} if "k" in ranges(cls) else {}
    return [shorter, shorter | turned] if turned else [shorter]


CASES = [
    pytest.param(cls(inner, **form), id=f"{cls.name}-{i}-{name}")
    for cls in first_order(WRAPPERS).values()
    for i, form in enumerate(forms(cls))
    for name, inner in INNER.items()
]
COMPILED = [case for case in CASES if case.id.endswith(("adam", "wrapper"))]
NOTHING = {"nothing": None, "none": []}


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numpy_jax_and_torch_agree_and_keep_type_and_shape(rule, dtype):
    ends = {}
    with jax.enable_x64(True):
        for kind in KINDS:
            shapes = SHAPES if dtype == "float64" else FEW
            start = tree(kind, dtype, 0, shapes)
            params, slots = walk(rule, start, tree(kind, dtype, 1, shapes), 5)
            shipped = rule.readout_tree(params, slots)
            ends[kind] = (params, shipped, slots)
            for w, after, out in zip(*map(jax.tree.leaves, (start, params, shipped)), strict=True):
                assert w.shape == after.shape == out.shape
                assert type(w) is type(out) or w.ndim == 0
            kinds = {str(a.dtype).removeprefix("torch.") for a in jax.tree.leaves(ends[kind])}
            assert {kind for kind in kinds if "float" in kind} == {dtype}
        for kind in ("jax", "torch"):
            close(ends["numpy"], ends[kind], 1e-12 if dtype == "float64" else 1e-4)


@pytest.mark.parametrize("rule", COMPILED)
def test_jit_and_vmap_over_stacked_hyperparameters_are_a_loop(rule):
    rules = [jax.tree.map(lambda h, f=f: h * f, rule) for f in (1.0, 0.5)]
    with jax.enable_x64(True):
        params, noise = tree("jax", "float64", 0, FEW), tree("jax", "float64", 1, FEW)
        stacked = jax.tree.map(lambda *h: jnp.asarray(h), *rules)
        ends = jax.jit(jax.vmap(lambda rule: _end(rule, params, noise)))(stacked)
    for lane, one in enumerate(rules):
        by_hand = _end(one, tree("numpy", "float64", 0, FEW), tree("numpy", "float64", 1, FEW))
        close(jax.tree.map(lambda a, i=lane: a[i], ends), by_hand, 1e-12)


def _end(rule, params, noise, steps=2):
    params, slots = walk(rule, params, noise, steps)
    return params, slots, rule.readout_tree(params, slots)


@pytest.mark.parametrize("rule", [case for case in CASES if case.id.endswith("ahead")])
def test_a_traced_step_keeps_the_slots_as_they_are(rule):
    params, noise = tree("jax", "float32"), tree("jax", "float32", 1)

    def step(carry, t):
        w, slots = carry
        grads = jax.tree.map(lambda p, n: 2 * p + n, rule.probe_tree(w, slots, t), noise)
        change, slots = rule.update_tree(grads, slots, w, t)
        return (jax.tree.map(jnp.add, w, change), slots), None

    close(jax.lax.scan(step, (params, rule.init_tree(params)), jnp.arange(1, 6))[0], walk(rule, params, noise, 5), 1e-4)


@pytest.mark.parametrize("rule", CASES)
def test_a_schedule_works_in_every_number(rule):
    params, noise = tree("numpy", "float32"), tree("numpy", "float32", 1)
    numbers = {name: getattr(rule, name) for name in ranges(type(rule))}
    later = {name: now // 2 if name == "k" else now / 2 for name, now in numbers.items()}
    scheduled = dataclasses.replace(rule, **{n: PiecewiseConstant((1,), (now, later[n])) for n, now in numbers.items()})
    first, slots = walk(rule, params, noise, 1)
    by_hand, by_hand_slots = walk(dataclasses.replace(rule, **later), first, noise, 1, slots, start=2)
    after, after_slots = walk(scheduled, params, noise, 2)
    close((after, after_slots), (by_hand, by_hand_slots), 1e-6)
    assert {a.dtype.kind for a in jax.tree.leaves((after, after_slots))} <= {"f", "i"}
    assert "float64" not in {a.dtype.name for a in jax.tree.leaves((after, after_slots))}
    close(scheduled.readout_tree(after, after_slots), rule.readout_tree(by_hand, by_hand_slots), 1e-6)


@pytest.mark.parametrize("rule", [case for case in CASES if case.id.endswith("0-sgd")])
def test_schedules_work_under_jit(rule):
    params, noise = tree("numpy", "float32"), tree("numpy", "float32", 1)
    numbers = {name: getattr(rule, name) for name in ranges(type(rule))}
    scheduled = dataclasses.replace(rule, **{n: PiecewiseConstant((1,), (now, now)) for n, now in numbers.items()})
    close(jax.jit(lambda r: walk(r, params, noise, 2))(scheduled), walk(rule, params, noise, 2), 1e-4)


@pytest.mark.parametrize("rule", CASES)
def test_a_tree_without_parameters_is_moved_nowhere(rule):
    params, slots = walk(rule, NOTHING, NOTHING, 3)
    assert params == rule.readout_tree(params, slots) == NOTHING


@pytest.mark.parametrize("inner", INNER.values(), ids=INNER)
@pytest.mark.parametrize("name", list(first_order(WRAPPERS)))
def test_neutral_settings_leave_the_rule_unchanged(name, inner):
    if NEUTRAL[name] is None:
        return
    params, noise = tree("numpy", "float64"), tree("numpy", "float64", 1)
    wrapped = WRAPPERS[name](inner, **NEUTRAL[name])
    wrapped_end, bare_end = _end(wrapped, params, noise, 6), _end(inner, params, noise, 6)
    close((wrapped_end[0], wrapped_end[2]), (bare_end[0], bare_end[2]), 1e-12)
    close(wrapped_end[1]["rule"], bare_end[1], 1e-12)


@pytest.mark.parametrize("rule", CASES)
def test_the_learning_rate_is_that_of_the_rule_inside(rule):
    assert rule.rate == rule.rule.rate
    assert rule.probes == rule.rule.probes
    assert rule.with_rate(0.125) == dataclasses.replace(rule, rule=rule.rule.with_rate(0.125))
    assert str(rule).startswith(f"{rule.name}({rule.rule}")


def test_wrappers_race_on_one_problem():
    rules = {name: WRAPPERS[name](Adam()) for name in first_order(WRAPPERS)} | {
        "adam": Adam(),
        "nested": Lookahead(ClipByValue(SGD()), k=2),
    }
    race = descend.race("iris", rules, learning_rates=0.01, steps=20, seeds=1, evaluation_seeds=2)
    board = {place["rule"]: place for place in race.leaderboard}
    assert set(board) == set(rules)
    for name, place in board.items():
        assert np.isfinite(place["loss"]["iqm"]), name
        assert place["learning_rate"] == 0.01, name
    assert board["groups"].loss.iqm == pytest.approx(board["adam"].loss.iqm, rel=1e-4)
    assert board["accumulate"]["loss"]["iqm"] > board["adam"]["loss"]["iqm"]  # a quarter of the steps
