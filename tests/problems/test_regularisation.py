"""Penalties, dropout and batch normalisation: what they do to the loss, the weights and the outputs."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend import problems
from descend.core.errors import BadValue
from descend.problems import Dense, Digits, Iris
from descend.problems.networks.dense import _drop

KEY = jax.random.key(0)


def trained(made, rate, steps):
    """The parameters and aux after plain gradient descent on all rows."""

    def step(lane, key):
        params, aux = lane
        slope, aux = jax.grad(made.loss, has_aux=True)(params, aux, made.data.train, key)
        return (jax.tree.map(lambda w, g: w - rate * g, params, slope), aux), None

    return jax.jit(lambda keys: jax.lax.scan(step, made.init(KEY), keys)[0])(jax.random.split(KEY, steps))


def test_l1_and_l2_are_penalties_on_weights_and_not_biases():
    made, held = Iris(), Iris(l1=0.7, l2=0.3)
    params = jax.tree.map(lambda leaf: np.asarray(leaf) + 0.1, made.init(KEY)[0])
    weights = np.concatenate([np.ravel(layer.weight) for layer in params.layers])
    losses, slopes = zip(
        *(jax.jit(jax.value_and_grad(lambda p, m=m: m.loss(p, (), m.data.train, KEY)[0]))(params) for m in (made, held)),
        strict=True,
    )
    np.testing.assert_allclose(losses[1] - losses[0], 0.7 * np.abs(weights).sum() + 0.3 / 2 * (weights**2).sum(), rtol=1e-4)
    for plain, penalised in zip(slopes[0].layers, slopes[1].layers, strict=True):
        np.testing.assert_allclose(plain.bias, penalised.bias, rtol=1e-5, atol=1e-7)


def test_l1_has_no_slope_at_a_weight_of_zero():
    made = Iris(l1=0.7)
    params = jax.tree.map(jnp.zeros_like, made.init(KEY)[0])
    plain, held = (jax.grad(lambda p, m=m: m.loss(p, (), m.data.train, KEY)[0])(params) for m in (Iris(), made))
    for one, other in zip(jax.tree.leaves(plain), jax.tree.leaves(held), strict=True):
        np.testing.assert_array_equal(one, other)


def test_l1_zeroes_weights_and_l2_shrinks_them():
    plain, l1, l2 = (trained(Iris(hidden=(16,), **options), 0.05, 1500)[0] for options in ({}, {"l1": 0.02}, {"l2": 0.02}))
    none, lasso, ridge = (np.abs(np.concatenate([np.ravel(x.weight) for x in p.layers])) for p in (plain, l1, l2))
    near = 0.002  # a step of l1 alone moves a weight by 0.001
    assert np.mean(lasso < near) > 0.5
    assert np.mean(ridge < near) < 0.1
    assert np.mean(none < near) < 0.05
    assert np.sum(ridge**2) < 0.7 * np.sum(none**2)


def test_dropout_scales_kept_units():
    ones = jnp.ones((200, 500))
    dropped = _drop(ones, 0.3, KEY, 1)
    assert set(np.unique(dropped).tolist()) == {0.0, float(np.float32(1) / np.float32(0.7))}
    np.testing.assert_allclose(jnp.mean(dropped), 1, atol=0.01)
    np.testing.assert_allclose(jnp.mean(dropped == 0), 0.3, atol=0.01)
    assert _drop(ones, 0.0, KEY, 1) is ones
    assert not np.array_equal(dropped, _drop(ones, 0.3, KEY, 2))


def test_dropout_leaves_the_expected_output_of_a_linear_network():
    network = Dense((6, 40, 1), "identity", "lecun", KEY)
    x = jax.random.normal(KEY, (3, 6))
    outputs = jax.jit(jax.vmap(lambda key: network.train(x, (), key, 0.5, 0.2)[0]))(jax.random.split(KEY, 4000))
    spread = jnp.std(outputs, axis=0) / 4000**0.5
    assert np.all(np.abs(jnp.mean(outputs, axis=0) - network(x)) < 4 * spread)
    assert float(jnp.min(spread)) > 0


def test_dropout_is_noise_in_training_only():
    made = Digits(dropout=0.5)
    params, aux = jax.jit(made.init)(KEY)
    rows = jax.tree.map(lambda a: a[:32], made.data.train)
    loss = jax.jit(lambda key: made.loss(params, aux, rows, key)[0])
    one, other = loss(jax.random.key(0)), loss(jax.random.key(1))
    assert float(one) != float(other)
    assert made.noisy
    assert Digits(input_dropout=0.1).noisy
    assert not Digits().noisy
    texts = [str(jax.make_jaxpr(lambda m=m: m.evaluate(params, aux, rows))()) for m in (made, Digits())]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", ["l1", "l2", "dropout", "input_dropout"])
def test_numbers_that_lanes_vary_are_those_of_the_options(name):
    made, values = Iris(), np.array([0.1, 0.5], "float32")
    params, aux = made.init(KEY)
    lanes = jax.jit(jax.vmap(lambda v: made.at({name: v}).loss(params, aux, made.data.train, KEY)[0]))(values)
    plain = dataclasses.replace(made, **{name: float(values[1])})
    alone = jax.jit(lambda: plain.loss(params, aux, made.data.train, KEY)[0])()
    np.testing.assert_allclose(lanes[1], alone, rtol=1e-5)
    assert set(made.numbers) == {"l1", "l2", "dropout", "input_dropout"}
    assert lanes[0] != lanes[1]


def test_numbers_that_are_a_plain_zero_cost_nothing():
    made, (x, y) = Iris(), Iris().data.train
    params = jax.eval_shape(lambda: made.init(KEY)[0])
    training = jax.make_jaxpr(lambda p, x, y: made.loss(p, (), (x, y), KEY)[0])(params, x, y)
    assert str(training) == str(jax.make_jaxpr(lambda p, x, y: made.head.loss(p(x), y))(params, x, y))


def in_pytorch(ours, channels):
    """A PyTorch network of 8 features with the weights of `ours`, its layers with weights and its normalisations."""
    nn = torch.nn
    first = [nn.Conv1d(1, 4, 5, 2, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Flatten()] if channels else []
    theirs = nn.Sequential(*first, nn.Linear(16 if channels else 8, 5, bias=False), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 2))
    theirs, norms = theirs.double(), [module for module in theirs if isinstance(module, nn.BatchNorm1d)]
    layers = [module for module in theirs if isinstance(module, nn.Linear | nn.Conv1d)]
    pairs = [(a.weight, b.weight) for a, b in zip(layers, ours.layers, strict=True)]
    pairs += [(a.weight, b.scale) for a, b in zip(norms, ours.norms, strict=True)]
    pairs += [(a.bias, b.shift) for a, b in zip(norms, ours.norms, strict=True)]
    with torch.no_grad():
        for native, mine in [*pairs, (layers[-1].bias, ours.layers[-1].bias)]:
            native.copy_(torch.tensor(np.asarray(mine)))
    return theirs, norms


@pytest.mark.parametrize("channels", [(), (4,)])
def test_batch_normalisation_is_that_of_pytorch_in_training_and_evaluation(channels):
    with jax.enable_x64(True):
        ours = Dense((8, 5, 2), "relu", "he", KEY, channels=channels, shape=(8,), batch_norm=True)
        ours = jax.tree.map(lambda leaf: jnp.asarray(leaf, float) + 0.1, ours)
        theirs, norms = in_pytorch(ours, channels)
        rows = np.random.default_rng(0).normal(2, 3, (3, 16, 8))
        native = torch.tensor(np.pad(rows, ((0, 0), (0, 0), (1, 2)))[:, :, None] if channels else rows)
        aux, train = ours.averages, jax.jit(Dense.train)
        for x, batch in zip(rows, native, strict=True):
            outputs, aux = train(ours, x, aux, KEY)
            np.testing.assert_allclose(outputs.T, theirs.train()(batch).detach(), rtol=1e-9, atol=1e-11)
        for norm, seen in zip(norms, aux, strict=True):
            np.testing.assert_allclose(seen["mean"], norm.running_mean, rtol=1e-9)
            np.testing.assert_allclose(seen["variance"], norm.running_var, rtol=1e-9)
        judged = jax.jit(Dense.__call__)(ours, rows[0], aux)
        np.testing.assert_allclose(judged.T, theirs.eval()(native[0]).detach(), rtol=1e-9, atol=1e-11)


def test_batch_normalisation_is_right_in_lanes_and_learns():
    made = Iris(batch_norm=True, hidden=(8,))
    keys = jax.random.split(KEY, 2)
    rows = made.data.train

    def lane(key):
        params, aux = made.init(key)
        value, aux = made.loss(params, aux, rows, key)
        return value, aux, made.evaluate(params, aux, rows)

    lanes, alone = jax.jit(jax.vmap(lane))(keys), jax.jit(lane)(keys[1])
    jax.tree.map(lambda many, one: np.testing.assert_allclose(many[1], one, rtol=1e-4, atol=1e-5), lanes, alone)
    params, aux = trained(made, 0.3, 200)
    assert made.evaluate(params, aux, made.data.validation)["accuracy"] > 0.9
    assert all(layer.bias is None for layer in params.layers[:-1])


def test_batch_normalisation_makes_up_for_the_size_of_the_weights():
    network = Dense((6, 5, 2), "relu", "he", KEY, batch_norm=True)
    larger = eqx.tree_at(lambda n: n.layers[0].weight, network, 100 * network.layers[0].weight)
    x = jax.random.normal(KEY, (32, 6))
    np.testing.assert_allclose(network.train(x, network.averages, KEY)[0], larger.train(x, larger.averages, KEY)[0], atol=1e-3)


def test_batches_of_one_row_cannot_be_normalised():
    made = Iris(batch_norm=True)
    one = jax.tree.map(lambda a: a[:1], made.data.train)
    with pytest.raises(BadValue, match="batch_norm is true, and a batch of 1 row has no variance: take batches of 2"):
        made.loss(*made.init(KEY), one, KEY)


@pytest.mark.parametrize(
    ("option", "value", "must"),
    [
        ("dropout", 1, r"a number in \[0, 1\)"),
        ("dropout", -0.1, r"a number in \[0, 1\)"),
        ("input_dropout", "1.5", r"a number in \[0, 1\)"),
        ("l1", "-1", r"a number in \[0, 1e\+30\)"),
        ("batch_norm", "perhaps", "true or false"),
    ],
)
def test_rates_and_penalties_out_of_range_are_refused(option, value, must):
    with pytest.raises(BadValue, match=f"iris: {option} is .*, must be {must}"):
        problems.find("iris", **{option: value})
