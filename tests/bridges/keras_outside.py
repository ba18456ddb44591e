"""What people do to models and optimizers between updates in Keras; run as a program, on the backend in KERAS_BACKEND."""

import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import keras
import keras_cases as cases
import numpy as np
import outside

from descend import bridges
from descend.core.errors import BadValue
from descend.rules import (
    Adam,
    AdamW,
    Average,
    ClipByGlobalNorm,
    CoupledWeightDecay,
    DecoupledWeightDecay,
    Groups,
    Lookahead,
    Momentum,
    Muon,
    ScheduleFreeAdamW,
)
from descend.schedules import Cosine, Linear

LR = {"learning_rate": 0.05}
FEWER = {name: outside.EVERY[name] for name in ("average-adamw", "nested")}


def built(rule, exclude=None, **options):
    """Variables by name, and an optimizer built for them."""
    variables = {name: keras.Variable(a, name=name) for name, a in outside.numbers(0).items()}
    optimizer = bridges.keras(rule)(**options)
    if exclude:
        optimizer.exclude_from_weight_decay(**exclude)
    optimizer.build(list(variables.values()))
    return variables, optimizer


def step(variables, optimizer, seed, gradients=outside.numbers, without=()):
    grads = {name: keras.ops.convert_to_tensor(g) for name, g in gradients(seed).items() if name not in without}
    optimizer.apply(list(grads.values()), [variables[name] for name in grads])


def put(variables, values):
    for name, v in variables.items():
        v.assign(values[name])


def now(variables):
    return {name: keras.ops.convert_to_numpy(v.value).copy() for name, v in variables.items()}


def shipped(variables, optimizer):
    optimizer.ship_variable_values()
    found = now(variables)
    optimizer.resume_variable_values()
    return found


def loaded_frozen_and_projected(rule):
    """As for PyTorch's bridge: loading, freezing and thawing, clipping after every update."""
    variables, optimizer = built(rule)
    for seed in (1, 2, 3):
        step(variables, optimizer, seed)
    trained, ships = now(variables), shipped(variables, optimizer)
    outside.same(now(variables), trained)
    for seed in (4, 5):
        step(variables, optimizer, seed, without=("layer.kernel",))
    np.testing.assert_array_equal(now(variables)["layer.kernel"], trained["layer.kernel"])
    np.testing.assert_array_equal(shipped(variables, optimizer)["layer.kernel"], ships["layer.kernel"])
    put(variables, outside.loaded())
    outside.same(shipped(variables, optimizer), outside.loaded())
    for seed in range(6, 13):
        step(variables, optimizer, seed)
    if rule.name != "prodigy":  # it takes the way for its distance to the solution
        outside.goes_on_from(outside.loaded(), now(variables), "trained")
        outside.goes_on_from(outside.loaded(), shipped(variables, optimizer), "shipped")


def projected(rule):
    variables, optimizer = built(rule)
    put(variables, {name: 0 * a for name, a in outside.numbers(0).items()})
    for _ in range(12):
        step(variables, optimizer, 1, outside.outward)
        put(variables, {name: np.clip(a, outside.LOW, outside.HIGH) for name, a in now(variables).items()})
    outside.within(shipped(variables, optimizer), "shipped")


def loaded_while_shipped(rule):
    """Weights set while the model holds those to ship are where training goes on, with and without the callback."""
    for callbacks in ([], [bridges.to_keras.shipped_weights()]):
        made = cases.model(bridges.keras(rule)(**LR))
        cases.fit(made, slice(0, 20), callbacks=callbacks)
        far = [w + 1.0 for w in made.get_weights()]
        made.set_weights(far)
        before = made.evaluate(cases.X, cases.Y, verbose=0)
        cases.fit(made, slice(20, 21), callbacks=callbacks)
        cases.close(made.get_weights(), far, 0.2)
        assert abs(made.evaluate(cases.X, cases.Y, verbose=0) - before) < 0.5 * before


def losses_after_loading():
    """Those of Keras' own Adam: the average trains as the rule in it."""
    x = np.linspace(-1, 1, 32, dtype="float32")[:, None]
    for optimizer in (keras.optimizers.Adam(0.1), bridges.keras(Average(Adam()))(learning_rate=0.1)):
        made = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
        made.compile(optimizer=optimizer, loss="mse")
        start = made.get_weights()
        made.fit(x, 3 * x + 1, batch_size=32, epochs=40, verbose=0)
        made.set_weights(start)
        again = made.fit(x, 3 * x + 1, batch_size=32, epochs=3, verbose=0).history["loss"]
        np.testing.assert_allclose(again, [4.194, 4.042, 3.831], atol=6e-4)


def early_stopping(rule, ours_first):
    """It restores the weights it judged, and training goes on from these."""
    made = cases.model(bridges.keras(rule)(learning_rate=0.3))
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=2, restore_best_weights=True)
    callbacks = [bridges.to_keras.shipped_weights(), stop] if ours_first else [stop, bridges.to_keras.shipped_weights()]
    held = cases.X[:50].astype("float32"), cases.Y[:50].astype("float32") + np.random.default_rng(0).normal(size=(50, 1))
    seen = made.fit(cases.X, cases.Y, epochs=12, batch_size=20, verbose=0, validation_data=held, callbacks=callbacks)
    np.testing.assert_allclose(made.evaluate(*held, verbose=0), min(seen.history["val_loss"]), rtol=1e-5)
    best = made.get_weights()
    made.fit(cases.X[:1], cases.Y[:1], verbose=0)
    assert max(abs(a - b).max() for a, b in zip(made.get_weights(), best, strict=True)) < 1.0


def checkpoint(folder):
    """A model that a checkpoint saved at the end of an epoch holds what was judged, and goes on as the one that went on."""
    made = cases.model(bridges.keras(Average(Adam(), decay=0.5))(**LR))
    save = keras.callbacks.ModelCheckpoint(folder / "{epoch}.keras")
    data = {"validation_data": (cases.X, cases.Y), "verbose": 0, "shuffle": False, "batch_size": 50}
    seen = made.fit(cases.X, cases.Y, epochs=2, callbacks=[bridges.to_keras.shipped_weights(), save], **data)
    loaded = keras.saving.load_model(folder / "1.keras")
    np.testing.assert_allclose(loaded.evaluate(cases.X, cases.Y, verbose=0), seen.history["val_loss"][0], rtol=1e-5)
    loaded.fit(cases.X, cases.Y, callbacks=[bridges.to_keras.shipped_weights()], **data)
    cases.close(loaded.get_weights(), made.get_weights(), 1e-5)


DECAYING = {
    "keras": (Momentum(0.1), "weight_decay"),
    "adamw": (AdamW(0.1), "weight_decay"),
    "muon": (Muon(0.1, weight_decay=0.5, fallback=AdamW(0.1)), None),
    "schedule_free": (ScheduleFreeAdamW(0.1), "weight_decay"),
    "decoupled": (DecoupledWeightDecay(Adam(0.1)), "decay"),
    "coupled": (Average(ClipByGlobalNorm(CoupledWeightDecay(ClipByGlobalNorm(Momentum(0.1)))), decay=0.5), None),
    "groups": (Groups(AdamW(0.1), {"*bias": AdamW(0.05)}), None),
}


def excluded(name):
    """A variable left out goes as if nothing decayed, another as if nothing were left out."""
    rule, field = DECAYING[name]
    options = {field: 0.5} if field else {}
    ends = {}
    cases = {"all": {}, "names": {"var_names": ["bias"]}, "both": {"var_names": ["bias", "kernel"]}}
    if name == "keras":
        del cases["both"]  # Keras on PyTorch fails itself where nothing is left to decay
    for case, exclude in cases.items():
        variables, optimizer = built(rule, exclude, **options)
        for seed in (1, 2, 3):
            step(variables, optimizer, seed)
        ends[case] = now(variables)
    assert (abs(ends["names"]["layer.bias"] - ends["all"]["layer.bias"]) > 1e-5).any()
    if "both" in ends:
        assert (abs(ends["names"]["layer.kernel"] - ends["both"]["layer.kernel"]) > 1e-5).any()
    if name != "coupled":  # in which all decay goes into one norm
        np.testing.assert_allclose(ends["names"]["layer.kernel"], ends["all"]["layer.kernel"], rtol=1e-6)
    if field:
        bare, optimizer = built(rule, **{field: 0.0})
        for seed in (1, 2, 3):
            step(bare, optimizer, seed)
        np.testing.assert_allclose(ends["names"]["layer.bias"], now(bare)["layer.bias"], rtol=1e-5)


def excluded_by_variable():
    variables = {name: keras.Variable(a, name=name) for name, a in outside.numbers(0).items()}
    optimizer = bridges.keras(AdamW(0.1))(weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[variables["layer.bias"]])
    optimizer.build(list(variables.values()))
    step(variables, optimizer, 1, lambda seed: {name: 0 * g for name, g in outside.numbers(seed).items()})
    np.testing.assert_array_equal(now(variables)["layer.bias"], outside.numbers(0)["layer.bias"])
    assert (now(variables)["layer.kernel"] != outside.numbers(0)["layer.kernel"]).all()
    try:
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    except BadValue as error:
        assert str(error).startswith("adamw: the optimizer is built; call exclude_from_weight_decay() before")
    else:
        raise AssertionError("not refused")


def schedules():
    """Ours and Keras' own, at the making and assigned later; LearningRateScheduler with one of ours."""
    ours, native = Linear(0.2, 0.0, 10), keras.optimizers.schedules.PolynomialDecay(0.2, 10, 0.0)
    ends = []
    for rate in (ours, native):
        for later in (False, True):
            optimizer = bridges.keras(Average(Adam()))(learning_rate=0.7 if later else rate)
            if later:
                optimizer.learning_rate = rate
            made = cases.model(optimizer)
            cases.fit(made, slice(0, 6))
            ends.append(made.get_weights())
            again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
            np.testing.assert_allclose(float(keras.ops.convert_to_numpy(again.learning_rate)), 0.2)
    for end in ends[1:]:
        cases.close(end, ends[0], 1e-5)
    optimizer = bridges.keras(Adam())(learning_rate=0.1)
    made = cases.model(optimizer)
    made.fit(
        cases.X, cases.Y, epochs=3, verbose=0, callbacks=[keras.callbacks.LearningRateScheduler(lambda e: float(Cosine(0.1, 4)(e)))]
    )
    np.testing.assert_allclose(float(keras.ops.convert_to_numpy(optimizer.learning_rate)), Cosine(0.1, 4)(2), rtol=1e-5)


def accumulated_and_mixed():
    """Gradient accumulation, and a model in mixed precision under loss scaling, follow what is loaded."""
    for options in ({"gradient_accumulation_steps": 2}, {"mixed": True}):
        mixed = options.pop("mixed", False)
        optimizer = bridges.keras(Lookahead(Adam(), k=2))(learning_rate=0.01, **options)
        layers = [keras.layers.Dense(3, "tanh", dtype="mixed_float16" if mixed else "float32"), keras.layers.Dense(1)]
        made = keras.Sequential([keras.Input((2,)), *layers])
        made.compile(keras.optimizers.LossScaleOptimizer(optimizer, 128.0) if mixed else optimizer, loss="mse")
        rows = cases.X[:8].astype("float32"), cases.Y[:8].astype("float32")
        made.fit(*rows, batch_size=2, epochs=2, verbose=0)
        far = [w + 2.0 for w in made.get_weights()]
        made.set_weights(far)
        made.fit(*rows, batch_size=2, epochs=2, verbose=0)
        cases.close(made.get_weights(), far, 0.3)


def constrained():
    """An average of weights that a constraint holds stays an average, and the constraint holds for what is trained."""
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, kernel_constraint="non_neg"), keras.layers.Dense(1)])
    made.compile(bridges.keras(Average(Adam(), decay=0.9))(learning_rate=0.1), loss="mse")
    made.fit(cases.X, cases.Y, epochs=2, verbose=0)
    assert (made.get_weights()[0] > -1e-6).all()


def checks():
    """Every check by its name; the backends that compile each operation run those of a few rules."""
    whole = keras.config.backend() == "torch"
    shipping = outside.SHIPPING if whole else outside.SHIPPING[-1:]
    for name, rule in (outside.EVERY if whole else FEWER).items():
        yield f"loaded and frozen: {name}", lambda rule=rule: loaded_frozen_and_projected(rule)
    for rule in shipping:
        yield f"projected: {rule}", lambda rule=rule: projected(rule)
    for rule in shipping[::2]:
        yield f"loaded while shipped: {rule}", lambda rule=rule: loaded_while_shipped(rule)
        yield f"early stopping: {rule}", lambda rule=rule: early_stopping(rule, ours_first=True)
    yield "early stopping first", lambda: early_stopping(outside.SHIPPING[0], ours_first=False)
    yield "losses after loading", losses_after_loading
    for name in DECAYING if whole else ("keras", "groups"):
        yield f"excluded: {name}", lambda name=name: excluded(name)
    for check in (excluded_by_variable, schedules, accumulated_and_mixed, constrained):
        yield check.__name__, check
    with tempfile.TemporaryDirectory() as folder:
        yield "checkpoint", lambda: checkpoint(Path(folder))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    failed = 0
    for name, check in checks():
        try:
            check()
        except Exception:
            failed += 1
            print(f"{name}:\n{traceback.format_exc(limit=-3)}")
    print(f"{failed} failed")
    sys.exit(failed > 0)
