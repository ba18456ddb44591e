import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadValue
from descend.problems import ACTIVATIONS, Dense, Digits, Iris
from descend.problems.networks import problem as supervised

KEY = jax.random.key(0)


def test_counts_the_parameters_of_a_three_four_two_network():
    assert sum(leaf.size for leaf in jax.tree.leaves(Dense((3, 4, 2), "relu", "he", KEY))) == 26


def test_networks_that_the_memory_cannot_hold_are_refused(monkeypatch):
    with pytest.raises(
        BadValue, match=r"digits: hidden is \(99999, 99999\), a network of 10,007,399,935 parameters where .*: take"
    ):
        _ = problems.find("digits", hidden="99999,99999").data
    monkeypatch.setattr(supervised, "memory", lambda: 50_000)
    monkeypatch.setattr(supervised.os, "cpu_count", lambda: 2)
    assert supervised.most_parameters() == 625
    assert Iris(hidden=(77,)).sizes == (4, 77, 3)
    with pytest.raises(BadValue, match="627 parameters where this machine's memory holds 625: take fewer or narrower layers"):
        _ = Iris(hidden=(78,)).data


@pytest.mark.parametrize(
    ("name", "deviation"),
    [("he", (2 / 300) ** 0.5), ("glorot", (2 / 500) ** 0.5), ("lecun", (1 / 300) ** 0.5), ("uniform", (1 / 900) ** 0.5)],
)
def test_initial_weights_have_the_spread_of_their_paper(name, deviation):
    layer = Dense((300, 200), "relu", name, KEY).layers[0]
    np.testing.assert_allclose(jnp.std(layer.weight), deviation, rtol=0.02)
    np.testing.assert_allclose(jnp.mean(layer.weight), 0, atol=0.001)
    assert not layer.bias.any()


def test_layers_differ_from_each_other():
    first, second, _ = Dense((8, 8, 8, 2), "relu", "he", KEY).layers
    assert not np.array_equal(first.weight, second.weight)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_forward_is_the_formula(name):
    network = Dense((3, 5, 2), name, "glorot", KEY)
    x = np.array(jax.random.normal(KEY, (7, 3)))
    first, last = network.layers
    hidden = ACTIVATIONS[name](x @ np.array(first.weight).T + np.array(first.bias))
    np.testing.assert_allclose(network(x).T, hidden @ np.array(last.weight).T + last.bias, rtol=1e-4, atol=1e-5)
    by_equinox = jax.vmap(lambda row: last(ACTIVATIONS[name](first(row))))(jnp.array(x))
    np.testing.assert_allclose(network(x).T, by_equinox, rtol=1e-4, atol=1e-5)


def test_first_layer_of_all_lanes_is_one_matrix_product():
    lanes = jax.eval_shape(jax.vmap(lambda key: Dense((64, 32, 10), "relu", "he", key)), jax.random.split(KEY, 16))
    traced = jax.make_jaxpr(jax.vmap(lambda network, x: network(x), (0, None)))(lanes, jax.ShapeDtypeStruct((8, 64), "float32"))
    first, second = [eqn for eqn in traced.eqns if eqn.primitive.name == "dot_general"]
    assert first.params["dimension_numbers"][1] == ((), ())  # no batch dimension: one product
    assert second.params["dimension_numbers"][1] == ((0,), (0,))  # each lane its own


def test_penalty_is_half_the_squared_weights_in_training_only():
    plain, held = Iris(), Iris(l2=0.3)
    params, aux = plain.init(KEY)
    params = jax.tree.map(lambda leaf: leaf + 0.1, params)
    rows = plain.data.train
    weights = sum(float(jnp.sum(layer.weight**2)) for layer in params.layers)
    difference = held.loss(params, aux, rows, KEY)[0] - plain.loss(params, aux, rows, KEY)[0]
    np.testing.assert_allclose(difference, 0.3 * weights / 2, rtol=1e-4)
    assert float(held.evaluate(params, aux, rows)["loss"]) == float(plain.evaluate(params, aux, rows)["loss"])


def test_hidden_layers_are_optional():
    assert Digits(hidden=()).sizes == (64, 10)
    assert [leaf.shape for leaf in jax.tree.leaves(Iris(hidden=()).init(KEY)[0])] == [(3, 4), (3,)]
