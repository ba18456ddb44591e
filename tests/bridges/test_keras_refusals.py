"""What the Keras bridge refuses, in one line that says what, where and how to mend it; and the weights that are shipped."""

import sys

import keras
import keras_cases as cases
import keras_messages as messages
import numpy as np
import pytest

from descend import bridges
from descend.core.errors import BadValue, MissingExtra, UnknownName
from descend.rules import SGD, Adam, Average, DecoupledWeightDecay, NesterovLookahead, ScheduleFreeAdamW

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")  # Keras' own


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: bridges.keras("adm"), UnknownName, "did you mean 'adam'"),
        (lambda: bridges.keras(Adam)(b3=0.9), UnknownName, "unknown argument of the adam optimizer 'b3'; did you mean 'b"),
        (lambda: bridges.keras(Adam)(b1=1.5), BadValue, r"adam: b1 is 1.5, must be in \[0, 1\)"),
        (lambda: bridges.keras(Adam)(-1.0), BadValue, r"adam: learning_rate is -1.0, must be in \[0, inf\)"),
        (lambda: bridges.keras(Adam)("fast"), BadValue, "adam: learning_rate is 'fast', must be a finite number"),
        (lambda: bridges.keras(NesterovLookahead)(weight_decay=0.1), BadValue, "CoupledWeightDecay"),
        (lambda: bridges.keras(Average(SGD()))(use_ema=True), BadValue, "use_ema would average"),
    ],
)
def test_arguments(make, kind, message):
    with pytest.raises(kind, match=message) as error:
        make()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("dtype", ["int32", "complex64"])
def test_variables_that_are_no_real_floats(dtype):
    with pytest.raises(BadValue, match=f"adam: w is a variable of {dtype}, must be a real float"):
        bridges.keras("adam")().build([keras.Variable(np.ones(2, dtype), name="w", dtype=dtype)])


def test_a_constraint_on_a_variable_that_is_not_the_weights():
    constrained = keras.Variable(np.ones(2, "float32"), name="w")
    constrained.constraint = keras.constraints.NonNeg()
    with pytest.raises(BadValue, match="nesterov_lookahead: w has a constraint"):
        bridges.keras(NesterovLookahead)().build([constrained])


def _saved(rule, folder, units=3):
    made = keras.Sequential([keras.Input((2,)), keras.layers.Dense(units)])
    made.compile(bridges.keras(rule)(), "mse")
    made.fit(cases.X, np.zeros((cases.ROWS, units)), verbose=0)
    made.save_weights(folder / f"{units}.weights.h5")
    return made


@pytest.mark.parametrize(
    ("wrote", "reads", "message"),
    [
        (SGD(), Adam(), r"adam: the saved optimizer's 'adam.0.m' is missing, must be of shape \(2, 3\)"),
        (Adam(), SGD(), r"sgd: the saved optimizer's 'adam.0.m' is of shape \(2, 3\), must be absent"),
        (Average(Adam()), Average(SGD()), "average: the saved optimizer's 'average.rule.0.m' is of shape"),
    ],
)
def test_the_state_of_another_rule(wrote, reads, message, tmp_path):
    store = {}
    _saved(wrote, tmp_path).optimizer.save_own_variables(store)
    with pytest.raises(BadValue, match=message):
        _saved(reads, tmp_path).optimizer.load_own_variables(store)


def test_the_state_of_another_shape(tmp_path):
    store = {}
    _saved(Adam(), tmp_path, 4).optimizer.save_own_variables(store)
    with pytest.raises(BadValue, match=r"'adam.0.m' is of shape \(2, 4\), must be of shape \(2, 3\)"):
        _saved(Adam(), tmp_path).optimizer.load_own_variables(store)


def test_keras_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingExtra, match=r"pip install 'descend\[keras\]'"):
        bridges.keras("adam")


def test_validation_under_the_callback_sees_what_is_shipped():
    data = (cases.X, cases.Y)
    made = cases.model(bridges.keras(ScheduleFreeAdamW(0.05))())
    seen = made.fit(
        *data, epochs=3, shuffle=False, verbose=0, validation_data=data, callbacks=[bridges.to_keras.shipped_weights()]
    ).history
    assert made.evaluate(*data, verbose=0) == pytest.approx(seen["val_loss"][-1], rel=1e-6)
    other = cases.model(bridges.keras(ScheduleFreeAdamW(0.05))())
    with pytest.warns(bridges.TrainingWeights):
        trained = other.fit(*data, epochs=3, shuffle=False, verbose=0, validation_data=data).history
    assert trained["val_loss"] != seen["val_loss"]
    assert other.evaluate(*data, verbose=0) == pytest.approx(seen["val_loss"][-1], rel=1e-6), "fit ends with what is shipped"


def test_a_checkpoint_of_weights_that_are_not_shipped_warns_once(tmp_path):
    save = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras")
    made = cases.model(bridges.keras(ScheduleFreeAdamW(0.05))())
    with pytest.warns(UserWarning, match="schedule_free_adamw: what is being saved has the weights that it trains") as seen:
        made.fit(cases.X, cases.Y, epochs=2, verbose=0, callbacks=[save])
    assert sum("what is being saved" in str(each.message) for each in seen) == 1
    swap = bridges.to_keras.shipped_weights(swap_on_epoch=True)
    again = cases.model(bridges.keras(ScheduleFreeAdamW(0.05))())
    again.fit(cases.X, cases.Y, epochs=2, verbose=0, callbacks=[swap, save])
    cases.close(keras.models.load_model(tmp_path / "2.keras").get_weights(), again.get_weights(), 0)


def test_an_evaluation_of_weights_in_training_warns_once():
    messages.evaluations_warn()


def test_under_the_callback_a_model_shows_what_it_ships():
    messages.under_the_callback_a_model_shows_what_it_ships()


@pytest.mark.parametrize("callback", messages.CHANGING, ids=lambda callback: type(callback).__name__)
def test_a_learning_rate_that_the_rule_does_not_have_is_not_changed(callback):
    messages.no_rate_to_change(callback)


def test_the_callback_without_a_rule_says_so():
    made = cases.model("sgd")
    with pytest.raises(BadValue, match="the model's optimizer is SGD, must be one made by"):
        cases.fit(made, callbacks=[bridges.to_keras.shipped_weights()])


def test_what_keras_cannot_save():
    from descend.schedules import Schedule

    class Own(Schedule):
        def __call__(self, step):
            return 0.1

    optimizer = bridges.keras(DecoupledWeightDecay(SGD(0.1)))(decay=Own())
    with pytest.raises(BadValue, match=r"decoupled_weight_decay: decay is .*, which Keras cannot save"):
        optimizer.get_config()
