"""Keras models as problems, beside Keras' own fit."""

import keras
import numpy as np
import pytest

import descend
from descend.problems import models
from descend.rules import SGD

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # of Keras, with NumPy 2
STEPS, RATE = 4, 0.1


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 5)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("int32") + (x[:, 2] > 1)


class Normed(keras.Model):
    """As people subclass: batch normalisation, a penalty, and dropout where asked."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.first = keras.layers.Dense(6, kernel_regularizer="l2", activation="tanh")
        self.norm = keras.layers.BatchNormalization(momentum=0.5)
        self.drop = keras.layers.Dropout(dropout)
        self.last = keras.layers.Dense(3, activation="softmax")

    def call(self, x, training=False):
        return self.last(self.drop(self.norm(self.first(x), training=training), training=training))


def two_inputs():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    hidden = keras.layers.concatenate([keras.layers.Dense(4, activation="relu")(a), b])
    return keras.Model({"a": a, "b": b}, keras.layers.Dense(1)(hidden))


def own_losses(model, loss, data):
    """The losses of Keras' own training on all rows, one update after another."""
    model.compile(optimizer=keras.optimizers.SGD(RATE), loss=loss)
    return [float(model.train_on_batch(*data)) for _ in range(STEPS)]


def lanes_losses(problem):
    return descend.train(problem, SGD(learning_rate=RATE), steps=STEPS, batch="full").losses


def test_a_lane_trains_as_keras_does_with_state_and_penalties(rows):
    model = Normed()
    problem = models.from_keras(model, *rows, loss="sparse_categorical_crossentropy", start="given", split_seed=0)
    assert problem.agreement.startswith("Checked against Keras on 32 rows")
    losses = lanes_losses(problem)
    assert losses == pytest.approx(own_losses(model, "sparse_categorical_crossentropy", problem.data.train), rel=1e-4)


def test_several_inputs_and_a_loss_of_ones_own(rows):
    x, y = rows
    model, data = two_inputs(), {"a": x[:, :3], "b": x[:, 3:]}

    def spread(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred[:, 0]) ** 1.5, axis=-1)

    problem = models.from_keras(model, data, y.astype("float32"), loss=spread, start="given", split_seed=0)
    assert set(problem.data.train[0]) == {"a", "b"}
    losses = lanes_losses(problem)
    assert losses == pytest.approx(own_losses(model, spread, problem.data.train), rel=1e-4)


def test_a_race_starts_afresh_draws_dropout_and_leaves_with_weights(rows):
    import jax

    model = Normed(dropout=0.4)
    model(rows[0][:1])
    before = model.get_weights()
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    problem = models.from_keras(model, *rows)
    one, other = (problem.init(jax.random.key(seed))[0] for seed in (0, 1))
    kernel = model.first.kernel.path
    assert problem.noisy
    assert not np.allclose(one[kernel], other[kernel])
    limit = np.sqrt(6 / (5 + 6))  # of Glorot's uniform draws
    assert 0.5 * limit < np.abs(one[kernel]).max() <= limit
    race = descend.race(problem, ["sgd", "adam"], learning_rates=[0.01, 0.1], steps=20, seeds=1, evaluation_seeds=3)
    assert race.leaderboard[0].accuracy is not None
    assert problem.agreement in race.summary["notes"]
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    trained = race.best().model()
    weights = race.best().weights()
    assert [w.shape for w in weights] == [w.shape for w in before]
    model.set_weights(weights)
    assert np.allclose(model.predict(rows[0], verbose=0), trained.predict(rows[0], verbose=0))


def test_frozen_and_adapted_numbers_stay(rows):
    import jax

    x, y = rows
    adapted = keras.layers.Normalization()
    adapted.adapt(x)
    frozen = keras.layers.Dense(4, trainable=False)
    model = keras.Sequential([keras.Input((5,)), adapted, frozen, keras.layers.Dense(1)])
    problem = models.from_keras(model, x, y.astype("float32"), loss="mse")
    params, aux = problem.init(jax.random.key(7))
    assert sum(a.size for a in params.values()) == 5
    kept = [np.asarray(value) for value in aux]
    assert any(np.array_equal(frozen.kernel.value, value) for value in kept)
    assert any(np.array_equal(adapted.mean, value.reshape(adapted.mean.shape)) for value in kept if value.size == 5)


class Counting(keras.layers.Layer):
    calls = 0

    def __init__(self):
        super().__init__()
        self.seen = 0

    def call(self, x):
        self.seen += 1
        return x * self.seen


class Picky(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = keras.layers.Dense(3, activation="softmax")

    def call(self, x):
        return self.last(x * 2 if float(x.sum()) > 0 else x)


def logarithm(y_true, y_pred):
    return keras.ops.mean(keras.ops.log(y_pred - 2.0), axis=-1)


def sequential(*layers, outputs=3, activation="softmax"):
    return keras.Sequential([keras.Input((5,)), *layers, keras.layers.Dense(outputs, activation=activation)])


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (lambda: sequential(), {}, "has no loss: compile it"),
        (lambda: sequential(outputs=2), {"loss": "sparse_categorical_crossentropy"}, "classes from 0 to 2, and the model has 2"),
        (
            lambda: sequential(Counting()),
            {"loss": "sparse_categorical_crossentropy"},
            "a call changes .*counting.*seen|counting.*seen",
        ),
        (Picky, {"loss": "sparse_categorical_crossentropy"}, "cannot be traced by JAX in picky"),
        (lambda: keras.Sequential([keras.Input((5,)), keras.layers.ReLU()]), {"loss": "mse"}, "no parameters to train"),
        (lambda: sequential(keras.layers.Dense(3, kernel_constraint="max_norm")), {"loss": "mse"}, "has a constraint"),
        (lambda: sequential(), {"loss": logarithm}, "the loss is nan at the start"),
        (lambda: sequential(), {"loss": "mse", "start": "warm"}, "start is 'warm', must be 'fresh'"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_one_line(rows, model, options, said):
    with pytest.raises(ValueError, match=said) as caught:
        models.from_keras(model(), *rows, **options)
    assert "\n" not in str(caught.value)
