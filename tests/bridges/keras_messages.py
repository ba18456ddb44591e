"""What a Keras optimizer made of a rule must tell on every backend: used by the tests here and by keras_elsewhere.py."""

import gc
import warnings

import keras
import keras_cases as cases
import numpy as np
import pytest

from descend import bridges
from descend.core.errors import BadValue
from descend.core.hyper import pytree
from descend.rules import Rule, ScheduleFreeSGD


@pytree
class Rateless(Rule):
    """A rule without a learning rate."""

    name = "rateless"

    def update(self, g, slots, w, t):
        return -0.1 * g, slots


CHANGING = (
    keras.callbacks.LearningRateScheduler(lambda epoch: 0.1),
    keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1, min_delta=1e9),
)


def no_rate_to_change(callback):
    """A callback that changes the learning rate of a rule that has none is refused; others may read it."""
    made = cases.model(bridges.keras(Rateless())())
    with pytest.raises(BadValue, match=r"^rateless has no learning rate to change; leave out the callback"):
        made.fit(cases.X, cases.Y, epochs=3, verbose=0, callbacks=[callback])


def evaluations_warn():
    """Evaluation with the weights in training warns, once for an optimizer; with those to ship, or before training, it does not."""
    data = (cases.X.astype("float32"), cases.Y.astype("float32"))
    optimizer = bridges.keras(ScheduleFreeSGD())
    made = [cases.model(wrap(optimizer(0.1))) for wrap in (*[lambda o: o] * 3, keras.optimizers.LossScaleOptimizer)]
    assert not _told(lambda: made[0].evaluate(*data, verbose=0))
    told = _told(lambda: made[0].fit(*data, epochs=3, verbose=0, validation_data=data))
    assert [message.split("; ")[0] for message in told] == [
        "net is evaluated with the weights that schedule_free_sgd trains, not those to ship"
    ]
    made[1].fit(*data, verbose=0)
    assert not _told(lambda: (made[1].evaluate(*data, verbose=0), made[1].predict(data[0], verbose=0)))
    for each in made[2:]:
        each.train_on_batch(*data)
        each.train_on_batch(*data)
        assert not _told(lambda each=each: each.evaluate(*data, verbose=0, callbacks=[bridges.to_keras.shipped_weights()]))
        assert len(_told(lambda each=each: (each.predict_on_batch(data[0]), each.test_on_batch(*data)))) == 1


def under_the_callback_a_model_shows_what_it_ships():
    """For an evaluation and a prediction between updates, after which the weights in training are back."""
    made = cases.model(bridges.keras(ScheduleFreeSGD())(0.1))
    made.train_on_batch(cases.X, cases.Y)
    made.train_on_batch(cases.X, cases.Y)
    trained, swap = made.get_weights(), {"verbose": 0, "callbacks": [bridges.to_keras.shipped_weights()]}
    loss, output = made.evaluate(cases.X, cases.Y, **swap), made.predict(cases.X, **swap)
    cases.close(made.get_weights(), trained, 0)
    made.optimizer.ship_variable_values()
    assert made.evaluate(cases.X, cases.Y, **swap) == loss
    np.testing.assert_array_equal(made.predict(cases.X, **swap), output)
    assert any((a != b).any() for a, b in zip(made.get_weights(), trained, strict=True)), "what was there stays there"


def _told(act):
    """The messages of the warnings about weights in training that something gives."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", bridges.TrainingWeights)
        act()
    return [str(each.message) for each in told]


def keras_is_as_it_was():
    """Methods of keras.Model look first while an optimizer that may have to warn lives, and are Keras' own before and after."""
    names = ("evaluate", "predict", "test_on_batch", "predict_on_batch")

    def methods():
        gc.collect()
        return [getattr(keras.Model, name) for name in names], [name in vars(keras.Model) for name in names]

    before = methods()
    cls = bridges.keras(ScheduleFreeSGD(0.1))
    assert methods() == before  # a class alone changes nothing
    made = cases.model(cls())
    made.train_on_batch(cases.X, cases.Y)
    assert methods() != before
    own = keras.Model.predict
    keras.Model.predict = lambda self, *given, **more: own(self, *given, **more)
    try:
        theirs = keras.Model.predict
        del made
        keras.backend.clear_session()
        gc.collect()
        assert keras.Model.predict is theirs  # somebody else's stays
    finally:
        keras.Model.predict = before[0][1]
        if not before[1][1]:
            del keras.Model.predict
    assert methods() == before
