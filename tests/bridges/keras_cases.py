"""What a Keras optimizer made of a rule must do on every backend: used by the tests here and by keras_elsewhere.py."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import rule_cases
import test_wrappers
from native import NATIVE

from descend import bridges
from descend.bridges.rule_state import switches
from descend.rules import RULES, Adam, Average, Lookahead, NesterovLookahead, ScheduleFreeAdamW

CASES = [*rule_cases.CASES, *test_wrappers.COMPILED]
FEWER = [case for case in CASES if case.id.endswith(("-0", "-adam"))]  # where a process of its own runs them
SHIPPING = [Average(Adam(0.05), decay=0.5), Lookahead(Adam(0.05), k=3), ScheduleFreeAdamW(0.05), NesterovLookahead(0.05)]
ROWS = 200
X = np.random.default_rng(3).normal(size=(ROWS, 2))
Y = np.sin(X.sum(1, keepdims=True)) + 0.1


def run(script, *arguments, **environment):
    """Run a program of this folder in a process of its own, which must succeed."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, Path(__file__).parent / script, *arguments]
    ran = subprocess.run(command, env=os.environ | quiet | environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]


def printed(line, **environment):
    """What a line of Python prints in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment
    return subprocess.run([sys.executable, "-c", line], env=environment, capture_output=True, text=True, check=True).stdout


def model(optimizer, dtype="float32", **compiled):
    """A small network that always starts from the same weights."""
    layers = [keras.layers.Dense(3, "tanh", dtype=dtype, name="hidden"), keras.layers.Dense(1, dtype=dtype, name="out")]
    made = keras.Sequential([keras.Input((2,), dtype=dtype), *layers], name="net")
    rng = np.random.default_rng(7)
    made.set_weights([rng.normal(size=w.shape) for w in made.get_weights()])
    made.compile(optimizer, loss="mse", **compiled)
    return made


def fit(made, rows=slice(None), **options):
    """One update for each of the rows, in order."""
    dtype = made.weights[0].dtype
    return made.fit(X[rows].astype(dtype), Y[rows].astype(dtype), batch_size=1, shuffle=False, verbose=0, **options)


def close(ours, theirs, tolerance):
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(np.asarray(mine), np.asarray(other), rtol=tolerance, atol=tolerance)


def native_pair(name):
    """Keras' own optimizer and ours for a rule that Keras has."""
    factory, options = NATIVE["keras"][name]
    return getattr(keras.optimizers, factory)(**options), bridges.keras(RULES[name].as_in("keras"))()


def three_steps(rule, wrap=lambda step: step):
    """Three updates, and what is shipped after them, are those of the rule itself on NumPy."""
    params, noise = (rule_cases.tree("numpy", "float32", seed, rule_cases.FEW) for seed in (0, 1))
    variables = {name: keras.Variable(value, name=name) for name, value in params.items()}
    optimizer = bridges.keras(rule)()
    optimizer.build(list(variables.values()))
    apply = wrap(optimizer.apply)
    for _ in range(3):
        apply([keras.ops.convert_to_tensor(2 * np.asarray(v.numpy()) + noise[name]) for name, v in variables.items()])
    w, slots = rule_cases.walk(rule, params, noise, 3)
    point = rule.probe_tree(w, slots, 4)
    close([v.numpy() for v in variables.values()], [point[name] for name in variables], 3e-5)
    optimizer.finalize_variable_values(list(variables.values()))
    shipped = rule.readout_tree(w, slots)
    close([v.numpy() for v in variables.values()], [shipped[name] for name in variables], 3e-5)
    optimizer.resume_variable_values()
    close([v.numpy() for v in variables.values()], [point[name] for name in variables], 3e-5)
    assert switches(rule) == any("away" in key for key in optimizer._rule_state.keys)


def native_steps(name, steps=20):
    """Updates by given gradients are those of Keras' own optimizer on this backend."""
    ends = []
    for optimizer in native_pair(name):
        rng = np.random.default_rng(5)
        variables = [keras.Variable(rng.normal(size=shape).astype("float32")) for shape in ((3, 4), (4,))]
        optimizer.build(variables)
        for _ in range(steps):
            optimizer.apply([keras.ops.convert_to_tensor(rng.normal(size=v.shape).astype("float32")) for v in variables])
        ends.append([v.numpy() for v in variables])
    close(*ends, 2e-5)


def saved_and_gone_on_with(rule, folder):
    """Half of a training, saved and loaded, goes on to where a whole one ends."""
    options = {"callbacks": [bridges.to_keras.shipped_weights()]}
    whole = model(bridges.keras(rule)(global_clipnorm=5.0))
    fit(whole, **options)
    half = model(bridges.keras(rule)(global_clipnorm=5.0))
    fit(half, slice(0, 100), **options)
    half.save(folder / "half.keras")
    loaded = keras.saving.load_model(folder / "half.keras")
    fit(loaded, slice(100, ROWS), callbacks=[bridges.to_keras.shipped_weights()])
    close(loaded.get_weights(), whole.get_weights(), 1e-6)


def halves():
    """By name the rules whose training is saved half way: those that Keras has, and those that ship other weights."""
    ours = {name: RULES[name].as_in("keras") for name in NATIVE["keras"]}
    return ours | {f"shipping-{i}": rule for i, rule in enumerate(SHIPPING)}
