"""What is watched and drawn of networks, and what the sources say about gradients and units that die."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend.problems import Dense, Digits, Dots, Iris
from descend.problems.networks.diagnostics import watch

KEY = jax.random.key(0)


def first_to_last(activation, initialisation):
    """How large the first layer's gradient is against the last hidden one's in a network of eight hidden layers."""
    made = Iris(hidden=(16,) * 8, activation=activation, initialisation=initialisation)

    def norms(key):
        params, aux = made.init(key)
        slope = jax.grad(lambda p: made.loss(p, aux, made.data.train, key)[0])(params)
        parts = [jax.tree.leaves(part)[0] for part in made.layers(slope).values()]
        return jnp.linalg.norm(parts[0]) / jnp.linalg.norm(parts[-2])

    return float(jax.jit(norms)(KEY))


def test_a_deep_sigmoid_networks_first_gradient_vanishes_and_relus_does_not():
    assert first_to_last("sigmoid", "glorot") < 1e-3
    assert first_to_last("relu", "he") > 0.1


def after_ten_steps(activation):
    """Per learning rate, 0.1 and 10: the share of units of the second layer that get no gradient, and the problem's own watch."""
    made = Iris(activation=activation, hidden=(16, 16))

    def run(key, rate):
        slope = jax.grad(lambda p: made.loss(p, (), made.data.train, key)[0])
        step = lambda p, _: (jax.tree.map(lambda w, g: w - rate * g, p, slope(p)), None)  # noqa: E731
        params = jax.lax.scan(step, made.init(key)[0], length=10)[0]
        return jnp.mean(jnp.all(slope(params).layers[1].weight == 0, axis=1)), made.watch(params, (), made.data.train)

    return jax.jit(jax.vmap(run, (None, 0)))(KEY, jnp.array([0.1, 10.0]))


def test_a_large_learning_rate_kills_relus_and_leaky_relu_survives():
    still, watched = after_ten_steps("relu")
    assert np.all(watched["dead"][:, 1] <= still)  # a dead unit gets no gradient; others may get none for once
    assert still[0] < 0.2
    assert still[1] > 0.9
    still, watched = after_ten_steps("leaky_relu")
    assert list(still) == [0, 0]
    assert watched == {}


def test_dead_and_saturated_units_are_counted():
    x = np.array([[1.0, 2.0], [-1.0, 0.5]], "float32")
    relu = Dense((2, 2, 1), "relu", "zero", KEY)
    np.testing.assert_array_equal(watch(relu, (), x)["dead"], [1, np.nan])
    tanh = Dense((2, 2, 1), "tanh", "orthogonal", KEY)
    weights = jnp.array([[2.31, 0.0], [0.0, 2.29 / 2]])
    tanh = jax.tree.map(lambda leaf: weights if leaf.shape == (2, 2) else leaf, tanh)
    # tanh(2.31) = 0.9805 lies beyond 1 - 0.02, tanh(2.29) = 0.9797 does not
    np.testing.assert_allclose(watch(tanh, (), x)["saturated"], [0.5, np.nan])
    assert watch(Dense((2, 2, 1), "elu", "he", KEY), (), x) == {}


def test_layers_are_disjoint_parts_of_the_parameters():
    made = Digits(hidden=(8, 4), batch_norm=True)
    params = jax.eval_shape(made.init, KEY)[0]
    parts = made.layers(params)
    assert list(parts) == ["layer 1", "layer 2", "layer 3"]
    assert sum(leaf.size for leaf in jax.tree.leaves(parts)) == sum(leaf.size for leaf in jax.tree.leaves(params))


@pytest.mark.parametrize("criterion", [None, "binary_cross_entropy", "cross_entropy"])
def test_field_and_confusion_are_those_of_the_outputs(criterion):
    made = Dots(criterion=criterion)
    params, aux = made.init(KEY)
    found = jax.jit(made.snapshot)(params, aux, made.data.validation)
    assert found["field"].shape == (1, 61, 61)
    spot = np.array([[-3 + 0.1 * 50, -3 + 0.1 * 7]], "float32")
    np.testing.assert_allclose(found["field"][0, 7, 50], made.head.answers(params(spot))[0, 0], rtol=1e-4)
    counts = np.asarray(found["confusion"])
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(made.data.validation[1].astype(int)))
    accuracy = made.evaluate(params, aux, made.data.validation)["accuracy"]
    np.testing.assert_allclose(np.trace(counts) / counts.sum(), accuracy, rtol=1e-6)


def test_only_planes_have_a_field():
    made = Iris()
    assert list(jax.eval_shape(lambda: made.snapshot(*made.init(KEY), made.data.train))) == ["confusion"]
