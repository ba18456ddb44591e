import jax
import numpy as np
import pytest
from sklearn.datasets import load_iris

from descend.problems import Digits, Dots, Iris

KEY = jax.random.key(0)
PRINTED = [
    (-0.41676, -0.05627, 1),
    (-2.1362, 1.640271, 0),
    (-1.79344, -0.84175, 0),
    (0.502881, -1.24529, 1),
    (-1.05795, -0.90901, 1),
]


def train(made, learning_rate, steps):
    def step(params, _):
        slope = jax.grad(lambda p: made.loss(p, (), made.data.train, KEY)[0])(params)
        return jax.tree.map(lambda w, g: w - learning_rate * g, params, slope), None

    return jax.jit(lambda key: jax.lax.scan(step, made.init(key)[0], length=steps)[0])(KEY)


def test_dots_are_the_printed_rows():
    x, y = Dots.points()
    np.testing.assert_allclose(x[:5], [row[:2] for row in PRINTED], atol=5e-6)
    assert list(y[:5]) == [row[2] for row in PRINTED]
    np.testing.assert_allclose(x[48], (0.380472, -0.21714), atol=5e-6)
    assert Dots(validation=0.0).sizes == (2, 11, 1)
    assert Dots(validation=0.0).data.rows == 300


def test_iris_is_standardised_by_its_training_part():
    made = Iris()
    (x, y), (chooses, _), (judge, labels) = made.data
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(x.std(axis=0), 1, atol=1e-5)
    assert np.abs(judge.mean(axis=0)).max() > 1e-3
    assert (list(np.bincount(y)), list(np.bincount(labels))) == ([30, 30, 30], [10, 10, 10])
    raw = load_iris()["data"]
    assert np.allclose(np.corrcoef(raw.T), np.corrcoef(np.vstack([x, chooses, judge]).T), atol=1e-4)


def test_digits_lie_in_the_unit_interval():
    made = Digits()
    (x, y), (judge, labels) = made.data.train, made.data.validation
    assert (x.shape, judge.shape) == ((1079, 64), (359, 64))
    assert (x.min(), x.max()) == (0, 1)
    assert np.all(np.bincount(y) > 100)
    assert np.all(np.bincount(labels) > 30)


@pytest.mark.parametrize("kind", [Iris, Digits, Dots])
def test_the_split_depends_on_its_seed_alone(kind):
    one, two, other = kind(split_seed=1), kind(split_seed=1), kind(split_seed=2)
    assert all(map(np.array_equal, jax.tree.leaves(one.data), jax.tree.leaves(two.data)))
    assert not np.array_equal(one.data.train[1], other.data.train[1])
    assert kind(validation=0.0).data[1:] == (None, None)
    assert (one.resplits, kind().resplits, kind(validation=0.0).resplits) == (False, True, False)
    anew = kind().resplit(2)
    assert all(map(np.array_equal, jax.tree.leaves(anew), jax.tree.leaves(other.data)))


@pytest.mark.parametrize(
    ("made", "rate", "steps", "least"), [(Iris(), 0.3, 200, 0.9), (Digits(), 0.5, 150, 0.9), (Dots(l2=0.001), 0.05, 1500, 0.85)]
)
def test_they_can_be_learned(made, rate, steps, least):
    scores = made.evaluate(train(made, rate, steps), (), made.data.validation)
    assert scores["accuracy"] > least
