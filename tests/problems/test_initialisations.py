"""How weights start: as the papers and PyTorch have it, and what a deep network makes of it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend.problems import ACTIVATIONS, INITIALISATIONS, Dense, Digits, Iris
from descend.problems.networks.initializers import fans

KEY = jax.random.key(0)


@pytest.mark.parametrize("shape", [(20, 30), (30, 20), (12, 3, 5)])
def test_orthogonal_weights_have_orthonormal_rows_or_columns_times_the_gain(shape):
    w = np.array(INITIALISATIONS["orthogonal"](KEY, shape, 1.5)).reshape(shape[0], -1)
    product = w @ w.T if shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 1.5**2 * np.eye(len(product)), atol=1e-5)


@pytest.mark.parametrize(
    ("name", "gain", "deviation"),
    [("he", 5 / 3, 5 / 3 / 600**0.5), ("glorot", 5 / 3, (2 / 1200) ** 0.5), ("lecun", 5 / 3, 600**-0.5), ("zero", 5 / 3, 0)],
)
def test_kernels_count_in_the_fans_and_he_has_the_gain_of_the_activation(name, gain, deviation):
    w = INITIALISATIONS[name](KEY, (200, 200, 3), gain)
    assert fans(w.shape) == (600, 600)
    np.testing.assert_allclose(jnp.std(w), deviation, rtol=0.02)


@pytest.mark.parametrize("fan_in", [3, 64, 784])
def test_he_with_relu_is_drawn_as_its_paper_says_to_the_last_bit(fan_in):
    drawn = Dense((fan_in, 5, 2), "relu", "he", KEY).layers[0].weight
    assert np.array_equal(drawn, (2 / fan_in) ** 0.5 * jax.random.normal(jax.random.split(KEY)[0], (5, fan_in)))


def signals(initialisation, activation="relu", depth=20):
    """The mean square of the values of each of many wide layers, for standard normal inputs."""
    used = ACTIVATIONS[activation]
    layer = jax.jit(lambda key, columns: used(INITIALISATIONS[initialisation](key, (128, 128), used.gain) @ columns))
    columns, sizes = jax.random.normal(KEY, (128, 64)), []
    for key in jax.random.split(KEY, depth):
        columns = layer(key, columns)
        sizes.append(float(np.mean(np.asarray(columns) ** 2)))
    return sizes


def test_he_beats_glorot_for_relu_at_depth():
    he, glorot, orthogonal = signals("he"), signals("glorot"), signals("orthogonal")
    assert 0.1 < he[-1] / he[0] < 10
    assert 0.1 < orthogonal[-1] / orthogonal[0] < 10
    assert glorot[-1] / glorot[0] < 1e-4


def test_glorot_with_tanh_keeps_the_signal():
    assert signals("glorot", "tanh")[-1] > 1e-3
    assert signals("uniform", "tanh")[-1] < 1e-8


@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_zero_weights_keep_the_units_of_a_layer_equal(activation):
    made = Iris(initialisation="zero", activation=activation, hidden=(4,))
    params, aux = made.init(KEY)
    slope = jax.jit(jax.grad(lambda p: made.loss(p, aux, made.data.train, KEY)[0]))
    for _ in range(3):
        params = jax.tree.map(lambda w, g: w - 0.5 * g, params, slope(params))
    assert np.ptp(params.layers[0].weight, axis=0).max() == 0
    assert params.layers[1].bias.any()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, []),
        ({"initialisation": "orthogonal"}, []),
        ({"initialisation": "glorot", "activation": "tanh"}, []),
        ({"initialisation": "zero", "hidden": ()}, []),
        ({"initialisation": "zero"}, ["initialisation zero: all units of a layer start equal and stay equal; he suits relu"]),
        (
            {"initialisation": "he", "activation": "tanh"},
            ["initialisation he with tanh: its variance is derived for rectifiers; glorot suits tanh"],
        ),
        ({"initialisation": "glorot", "batch_norm": True}, []),
    ],
)
def test_a_start_that_does_not_fit_the_activation_is_noted(options, said):
    assert Digits(**options).notes == said


def test_misfits_are_told_by_their_reason():
    assert "rectifiers halve the signal" in Digits(initialisation="glorot").notes[0]
    assert "shrink the signal" in Digits(initialisation="uniform").notes[0]
    assert "in 4 hidden layers" in Digits(initialisation="glorot", activation="sigmoid", hidden=(8, 8, 8, 8)).notes[0]
