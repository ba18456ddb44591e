"""Run as a program on one of Keras' other backends, which is chosen when Keras is imported: says what fails, and exits with 1."""

import sys
import tempfile
import traceback
from pathlib import Path

import keras
import keras_cases as cases
import keras_messages as messages
import numpy as np

from descend import bridges
from descend.core.errors import BadValue
from descend.rules import SGD, from_optax
from descend.schedules import Cosine, Warmup

BACKEND = keras.config.backend()


def checks():
    """Every check by its name."""
    wrap = {}
    if BACKEND == "tensorflow":
        import tensorflow as tf

        compiled = lambda step: tf.function(step)  # noqa: E731
        wrap = {"wrap": compiled}
    yield "Keras as it was", messages.keras_is_as_it_was
    for case in cases.FEWER:
        yield f"three steps of {case.id}", lambda rule=case.values[0]: cases.three_steps(rule, **wrap)
    for name in cases.NATIVE["keras"]:
        yield f"native {name}", lambda name=name: cases.native_steps(name)
    for rule in (cases.SHIPPING[0], cases.SHIPPING[2]):
        with tempfile.TemporaryDirectory() as folder:
            yield f"saving {rule}", lambda rule=rule, folder=folder: cases.saved_and_gone_on_with(rule, Path(folder))
    for callback in messages.CHANGING:
        yield f"{type(callback).__name__} refused", lambda callback=callback: messages.no_rate_to_change(callback)
    yield "evaluations warn", messages.evaluations_warn
    yield "evaluations under the callback", messages.under_the_callback_a_model_shows_what_it_ships
    yield "fit with everything", everything
    yield "a schedule", schedule
    yield "optax refused", optax_refused


def everything():
    """Clipping, decay, averages, accumulation and loss scaling go through Keras' own code, to the same end as natively."""
    options = {"clipnorm": 1.0, "weight_decay": 0.01, "use_ema": True, "ema_overwrite_frequency": 7}
    options |= {"gradient_accumulation_steps": 2, "loss_scale_factor": 8.0, "learning_rate": 0.01}
    pair = [keras.optimizers.SGD(**options), bridges.keras(SGD())(**options)]
    made = [cases.model(optimizer) for optimizer in pair]
    for each in made:
        cases.fit(each, slice(0, 50))
    cases.close(made[0].get_weights(), made[1].get_weights(), 1e-5)
    scaled = cases.model(keras.optimizers.LossScaleOptimizer(bridges.keras("adam")()))
    assert np.isfinite(cases.fit(scaled, slice(0, 20)).history["loss"]).all()


def schedule():
    """One of descend's schedules is Keras' learning rate at every step."""
    rates = Warmup(Cosine(0.1, 30), 5)
    optimizer = bridges.keras(SGD(rates))()
    made = cases.model(optimizer)
    cases.fit(made, slice(0, 12))
    np.testing.assert_allclose(float(keras.ops.convert_to_numpy(optimizer.learning_rate)), rates(12), rtol=1e-6)


def optax_refused():
    """Rules that only JAX runs say so by name."""
    import optax

    try:
        bridges.keras(from_optax(optax.adam, learning_rate=0.1))
    except BadValue as error:
        assert f"optax.adam runs on JAX only, and Keras' backend is {BACKEND}" in str(error)
    else:
        raise AssertionError("not refused")


if __name__ == "__main__":
    failed = 0
    for name, check in checks():
        try:
            check()
        except Exception:
            failed += 1
            print(f"{name}:\n{traceback.format_exc(limit=-3)}")
    print(f"{failed} failed")
    sys.exit(failed > 0)
