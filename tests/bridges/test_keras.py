"""A rule in Keras as Keras' documentation would use an optimizer: compiled by name or object, tuned, saved, loaded and tooled."""

import warnings

import keras
import keras_cases as cases
import numpy as np
import pytest

from descend import bridges
from descend.rules import SGD, Adam, AdamW, ClipByGlobalNorm, Groups, Momentum, from_optax
from descend.schedules import Cosine, Linear

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")  # Keras' own


def test_a_script_that_compiles_by_name_fits_saves_loads_and_fits_on(tmp_path):
    bridges.keras(Adam(b1=0.8))
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="descend>adam", loss="mse", metrics=["mae"])
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=1e9)
    history = model.fit(cases.X, cases.Y, epochs=4, validation_split=0.2, callbacks=[plateau], verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert type(loaded.optimizer).__name__ == "DescendAdam"
    assert loaded.optimizer.rule == Adam(b1=0.8)
    np.testing.assert_allclose(np.asarray(loaded.optimizer.learning_rate.value), 1e-3 * 0.5**3, rtol=1e-6)
    ends = [made.fit(cases.X, cases.Y, epochs=1, shuffle=False, verbose=0).history["loss"] for made in (model, loaded)]
    assert ends[0] == ends[1]


def test_hyperparameters_are_arguments_whose_defaults_are_the_rules():
    made = bridges.keras(AdamW(b1=0.8, weight_decay=0.1))
    assert made().rule == AdamW(b1=0.8, weight_decay=0.1)
    assert made(0.5, b2=0.9, weight_decay=0.2, clipnorm=1.0).rule == AdamW(b1=0.8, b2=0.9, weight_decay=0.2)
    assert made(clipnorm=1.0).clipnorm == 1.0
    assert made().weight_decay is None, "the rule's own, not Keras' as well"
    assert "b1=0.8" in str(made.__signature__)


NESTED = Groups(ClipByGlobalNorm(Momentum(Linear(0.1, 0.01, 50)), 2.0), {"*.bias": SGD(0.3), "*hidden.*": Adam(Cosine(0.1, 9))})


@pytest.mark.parametrize("rule", [Adam(b1=0.7), Adam(b2=Linear(0.9, 0.99, 10)), NESTED, Adam(Cosine(0.1, 100))], ids=str)
def test_a_config_makes_the_same_optimizer_again(rule):
    first = bridges.keras(rule)()
    config = keras.optimizers.serialize(first)
    bridges.keras(type(rule)(SGD()) if rule is NESTED else type(rule)())  # the class of this name made last has other defaults
    again = keras.optimizers.deserialize(config)
    assert again.rule.name == rule.name
    assert again.get_config() == first.get_config()
    ends = [cases.model(optimizer) for optimizer in (first, again)]
    for made in ends:
        cases.fit(made, slice(0, 5))
    cases.close(ends[0].get_weights(), ends[1].get_weights(), 0)


@pytest.mark.parametrize(
    "options",
    [
        {"clipnorm": 0.5},
        {"clipvalue": 0.1},
        {"global_clipnorm": 0.5},
        {"weight_decay": 0.1},
        {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 5},
        {"gradient_accumulation_steps": 3},
        {"loss_scale_factor": 16.0},
        {"learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_every_keras_optimizer_can_do_ours_does_alike(options):
    made = [cases.model(of(**({"learning_rate": 0.1} | options))) for of in (keras.optimizers.SGD, bridges.keras("sgd"))]
    for each in made:
        cases.fit(each, slice(0, 12))
    cases.close(made[0].get_weights(), made[1].get_weights(), 1e-6)


def test_in_a_loss_scale_optimizer():
    made = [cases.model(keras.optimizers.LossScaleOptimizer(of(0.1))) for of in (keras.optimizers.SGD, bridges.keras("sgd"))]
    for each in made:
        cases.fit(each, slice(0, 12))
    cases.close(made[0].get_weights(), made[1].get_weights(), 1e-6)


def test_a_schedule_of_ours_is_read_at_every_update_of_an_accumulation():
    rates = Linear(0.1, 0.0, 10)
    made = bridges.keras(SGD(rates))(gradient_accumulation_steps=2)
    cases.fit(cases.model(made), slice(0, 6))
    np.testing.assert_allclose(np.asarray(made.learning_rate), rates(6), rtol=1e-6)


def test_a_variable_without_a_gradient_stays_and_so_do_its_slots():
    optimizer = bridges.keras(ClipByGlobalNorm(Momentum(0.1)))()
    used, unused = (keras.Variable(np.ones(2, "float32"), name=name) for name in ("used", "unused"))
    optimizer.build([used, unused])
    optimizer.apply([keras.ops.ones(2), keras.ops.ones(2)])
    before = {v.path: np.asarray(v.value) for v in (unused, *optimizer._rule_state.variables)}
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        optimizer.apply([keras.ops.ones(2), None])
    for variable in (unused, *optimizer._rule_state.variables):
        changed = bool((np.asarray(variable.value) != before[variable.path]).any())
        assert changed == variable.path.endswith("_used_v"), variable.path


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_slots_of_half_precision_weights_are_single(dtype):
    optimizer = bridges.keras("adam")()
    made = cases.model(optimizer, dtype)
    cases.fit(made, slice(0, 3))
    assert {str(w.dtype) for w in made.weights} == {dtype}
    assert {v.dtype for v in optimizer._rule_state.variables} == {"float32"}


def test_optax_rules_train_on_jax(tmp_path):
    import optax

    rule = from_optax(optax.adam, learning_rate=0.01, b1=0.8)
    made = [cases.model(optimizer) for optimizer in (bridges.keras(rule)(), bridges.keras(Adam(0.01, b1=0.8))())]
    for each in made:
        cases.fit(each, slice(0, 20))
    cases.close(made[0].get_weights(), made[1].get_weights(), 1e-5)
    made[0].save(tmp_path / "optax.keras")
    cases.close(keras.models.load_model(tmp_path / "optax.keras").get_weights(), made[0].get_weights(), 0)


def test_nothing_warns_in_a_plain_training():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "__array__ implementation")
        cases.fit(cases.model(bridges.keras("adamw")()), slice(0, 3))
