"""Bridged to optax, every rule is a GradientTransformation like any other."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax
import optax_cases
import pytest
from native import NATIVE
from optax_cases import network, trainer

from descend import bridges
from descend.core.errors import BadValue, MissingExtra, UnknownName
from descend.rules import (
    RULES,
    Adam,
    Average,
    ClipByGlobalNorm,
    Lookahead,
    Momentum,
    NesterovLookahead,
    ScheduleFreeAdamW,
    first_order,
)
from descend.schedules import Exponential

STEPS, RATE = 200, 0.02
SINGLE = {"radam": 1e-3}  # its rectification is the difference of two large numbers
NESTED = [ClipByGlobalNorm(Adam(0.1), 0.5), Lookahead(Adam(0.1)), Average(Momentum(0.1)), Adam(Exponential(0.1, 0.5, 10.0))]
EVERY = [pytest.param(rule, id=str(rule)) for rule in [*(cls() for cls in first_order(RULES).values()), *NESTED]]


def trained(optimizer, params, loss, steps=STEPS):
    return trainer(optimizer, loss)((params, optimizer.init(params)), jnp.arange(steps))


def walked(optimizer, params, state, grads):
    """Three updates, not compiled, whose gradients point now one way, now the other."""
    for sign in (1, -0.5, 0.25):
        updates, state = optimizer.update(jax.tree.map(lambda g, sign=sign: sign * g, grads), state, params)
        params = optax.apply_updates(params, updates)
    return params, state


def close(one, other, rtol):
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol)


SINGLY = ("adam", "momentum", "radam")  # in float32 too: the arithmetic is the same, and compiling it takes most of the time
CASES = [pytest.param(name, True, id=f"{name}-float64") for name in NATIVE["optax"]]
CASES += [pytest.param(name, False, id=f"{name}-float32") for name in SINGLY]


@pytest.mark.parametrize(("name", "x64"), CASES)
def test_200_steps_in_a_chain_with_a_schedule_are_optaxs_own(name, x64):
    factory, options = NATIVE["optax"][name]
    with jax.enable_x64(x64):
        params, loss = network()
        rates = jnp.asarray(Exponential(RATE, 0.5, 50.0)(np.arange(STEPS)))
        schedule = lambda count: rates[count]  # noqa: E731
        native = getattr(optax, factory)(learning_rate=schedule, **options)
        ours = bridges.optax(RULES[name].as_in("optax", learning_rate=Exponential(RATE, 0.5, 50.0)))
        both = [trained(optax.chain(optax.clip(10.0), each), params, loss)[0] for each in (native, ours)]
        close(*both, 1e-10 if x64 else SINGLE.get(name, 1e-5))


@pytest.mark.parametrize("rule", EVERY)
def test_an_update_is_the_rules_own_and_a_state_resumes(rule):
    params, loss = network()
    optimizer = bridges.optax(rule)
    grads = jax.grad(loss)(params, jax.random.key(1))
    updates, _ = optimizer.update(grads, optimizer.init(params), params)
    change, slots = rule.update_tree(grads, rule.init_tree(params), params, 1)
    if rule.probes:
        moved = jax.tree.map(jnp.add, params, change)
        change = jax.tree.map(jnp.subtract, rule.probe_tree(moved, slots, 2), params)
    close(updates, change, 1e-6)
    half = walked(optimizer, params, optimizer.init(params), grads)
    whole, _ = walked(optimizer, *half, grads)
    again = jax.device_put(pickle.loads(pickle.dumps(jax.device_get(half))))
    rest, state = walked(optimizer, *again, grads)
    for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(rest), strict=True):
        np.testing.assert_array_equal(a, b)
    assert jax.tree.structure(bridges.evaluation(rule, (optax.EmptyState(), state), rest)) == jax.tree.structure(params)


def test_hyperparameters_change_without_a_recompilation():
    params, loss = network()
    optimizer = optax.chain(optax.clip(1.0), bridges.optax(Adam(0.1)))
    traces = []

    @jax.jit
    def step(params, state):
        traces.append(1)
        updates, state = optimizer.update(jax.grad(loss)(params, jax.random.key(0)), state, params)
        return optax.apply_updates(params, updates), state

    state = optimizer.init(params)
    moved, state = step(params, state)
    assert np.abs(moved["bias1"] - params["bias1"]).max() == pytest.approx(0.1, rel=1e-3)
    state = optax.tree.set(state, learning_rate=0.0)
    still, state = step(moved, state)
    close(still, moved, 0)
    assert len(traces) == 1
    assert optax.tree.get(state, "b2") == pytest.approx(0.999)
    named = bridges.optax(NESTED[0]).init(params).hyperparams
    assert list(named) == ["learning_rate", "b1", "b2", "eps", "eps_root", "max_norm"]


def test_partition_multi_steps_and_vmap():
    params, loss = network()
    parts = optax.partition({"w": bridges.optax(Adam(0.1)), "b": optax.sgd(0.1)}, {name: name[0] for name in params})
    peers = optax.partition({"w": optax.adam(0.1), "b": optax.sgd(0.1)}, {name: name[0] for name in params})
    close(trained(parts, params, loss, 20)[0], trained(peers, params, loss, 20)[0], 1e-4)
    ours, theirs = (optax.MultiSteps(o, 3) for o in (bridges.optax(Adam(0.1)), optax.adam(0.1)))
    close(trained(ours, params, loss, 20)[0], trained(theirs, params, loss, 20)[0], 1e-4)
    many = jax.tree.map(lambda a: jnp.stack([a, 2 * a]), params)
    optimizer = bridges.optax("adam")
    side_by_side = jax.vmap(lambda p: trained(optimizer, p, loss, 5)[0])(many)
    alone = trained(optimizer, jax.tree.map(lambda a: a[1], many), loss, 5)[0]
    close(jax.tree.map(lambda a: a[1], side_by_side), alone, 1e-5)


def test_buffers_may_be_donated():
    params, loss = network()
    optimizer = bridges.optax(ScheduleFreeAdamW())

    def step(params, state):
        updates, state = optimizer.update(jax.grad(loss)(params, jax.random.key(0)), state, params)
        return optax.apply_updates(params, updates), state

    donated = jax.jit(step, donate_argnums=(0, 1))
    carry = kept = (params, optimizer.init(params))
    carry = jax.tree.map(lambda a: a + 0, carry)
    for _ in range(3):
        carry, kept = donated(*carry), jax.jit(step)(*kept)
    close(carry, kept, 1e-6)


def test_a_training_goes_on_exactly_in_a_fresh_process(tmp_path):
    first = {name: optax_cases.halves(rule)(None, False) for name, rule in optax_cases.HALVES.items()}
    file = tmp_path / "half.pickle"
    file.write_bytes(pickle.dumps(jax.device_get(first)))
    program = Path(__file__).with_name("optax_goes_on.py")
    done = subprocess.run([sys.executable, program, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    there = pickle.loads(file.read_bytes())
    for name, rule in optax_cases.HALVES.items():
        here = optax_cases.halves(rule)(first[name], True)
        jax.tree.map(lambda a, b, name=name: np.testing.assert_array_equal(a, b, err_msg=name), here, there[name])


def test_look_ahead_evaluates_at_its_own_weights():
    params, loss = network()
    rule = NesterovLookahead(0.1)
    optimizer = bridges.optax(rule)
    point, state = trained(optimizer, params, loss, 5)
    w = bridges.evaluation(rule, (optax.EmptyState(), state), point)
    close(rule.probe_tree(w, state.rule_state["slots"], 6), point, 1e-6)
    assert np.abs(w["w1"] - point["w1"]).max() > 1e-4


SHARDED = """
import jax, jax.numpy as jnp, numpy as np, optax
from jax.sharding import NamedSharding, PartitionSpec
from descend import bridges
mesh = jax.make_mesh((8,), ("rows",))
place = NamedSharding(mesh, PartitionSpec("rows"))
optimizer = bridges.optax("adam")
w = jnp.arange(64.0).reshape(16, 4)

@jax.jit
def step(w, state):
    updates, state = optimizer.update(w, state, w)
    return optax.apply_updates(w, updates), state

alone, split = (w, optimizer.init(w)), None
placed = jax.device_put(w, place)
split = (placed, optimizer.init(placed))
for _ in range(3):
    alone, split = step(*alone), step(*split)
assert len(jax.devices()) == 8 and split[0].sharding.is_equivalent_to(place, 2), split[0].sharding
assert split[1].rule_state["slots"]["m"].sharding.is_equivalent_to(place, 2)
np.testing.assert_allclose(alone[0], split[0], rtol=1e-6)
"""


def test_sharded_arrays_stay_where_they_are():
    flags = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", SHARDED], capture_output=True, text=True, check=False, env=flags)
    assert done.returncode == 0, done.stderr


def test_what_cannot_be_done_says_how():
    params, _ = network()
    optimizer = bridges.optax("adam")
    state = optimizer.init(params)
    with pytest.raises(UnknownName, match="did you mean 'adam'"):
        bridges.optax("adm")
    with pytest.raises(BadValue, match="adam: params is None"):
        optimizer.update(params, state)
    with pytest.raises(BadValue, match="holds 0 bridged rules"):
        bridges.evaluation("adam", optax.adam(0.1).init(params), params)
    with pytest.raises(BadValue, match="hyperparameters are learning_rate, must be learning_rate, b1"):
        optimizer.update(params, bridges.optax("sgd").init(params), params)
    with pytest.raises(BadValue, match="slot"):
        optimizer.update(params, state._replace(rule_state={"slots": {}}), params)


def test_without_optax_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", None)
    with pytest.raises(MissingExtra, match=r"bridges\.optax needs optax; install it with: pip install 'descend\[optax\]'"):
        bridges.optax("adam")
