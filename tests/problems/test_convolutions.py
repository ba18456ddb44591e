"""Convolutional layers: those of equinox, as matrix products, rows last."""

import dataclasses
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from descend import problems
from descend.core.errors import BadValue
from descend.problems import Dense, Digits
from descend.problems.networks.convolution import convolve, left

KEY = jax.random.key(0)


@pytest.mark.parametrize(("kernel", "places"), [(5, (40,)), (5, (7,)), (3, (5, 6))])
def test_convolutions_are_those_of_equinox(kernel, places):
    layer = eqx.nn.Conv(len(places), 3, 4, kernel, stride=2, padding="SAME", key=KEY)
    columns = jax.random.normal(KEY, (3, *places, 6))
    by_equinox = jax.jit(jax.vmap(layer, -1, -1))(columns)
    np.testing.assert_allclose(jax.jit(convolve)(layer, columns), by_equinox, rtol=1e-4, atol=1e-5)
    assert left(places, 1) == by_equinox[0, ..., 0].size


def test_convolutions_come_before_the_dense_layers():
    made = Digits(convolution=(4, 6), hidden=(16,))
    params, aux = jax.jit(made.init)(KEY)
    assert [layer.weight.shape for layer in params.layers] == [(4, 1, 3, 3), (6, 4, 3, 3), (16, 6 * 2 * 2), (10, 16)]
    assert list(made.layers(params)) == ["layer 1", "layer 2", "layer 3", "layer 4"]
    assert jax.eval_shape(params, made.data.train[0][:5]).shape == (10, 5)
    np.testing.assert_allclose(jnp.std(params.layers[1].weight), (2 / 36) ** 0.5, rtol=0.15)
    assert aux == ()


def test_a_convnet_sees_pixels_where_they_are():
    """Moving an image by two pixels moves what the first layer sees by one place."""
    params = jax.jit(Digits(convolution=(4,)).init)(KEY)[0]
    image = np.zeros((8, 8), "float32")
    image[2:5, 1:4] = np.arange(9).reshape(3, 3)
    rows = np.stack([image.ravel(), np.roll(image, 2, axis=1).ravel()])
    units, moved = jax.jit(Dense.hidden)(params, rows)[0].transpose(3, 0, 1, 2)
    np.testing.assert_allclose(units[:, :, :3], moved[:, :, 1:], atol=1e-6)


def test_gradients_and_lanes_of_a_convnet_are_right():
    made = Digits(convolution=(3,), hidden=(8,), activation="tanh", l1=0.01)
    rows = jax.tree.map(lambda a: np.asarray(a[:6]), made.data.train)

    def slopes(key):
        params, aux = made.init(key)
        flat, rebuild = ravel_pytree(params)
        way = jax.random.normal(key, flat.shape)
        loss = lambda w: made.loss(rebuild(w), aux, rows, key)[0]  # noqa: E731
        return jax.grad(loss)(flat) @ way, (loss(flat + 1e-6 * way) - loss(flat - 1e-6 * way)) / 2e-6

    with jax.enable_x64(True):
        lanes = jax.jit(jax.vmap(slopes))(jax.random.split(KEY, 2))
        np.testing.assert_allclose(*lanes, rtol=1e-5)


def test_no_lane_has_a_grouped_convolution():
    made = Digits(convolution=(3, 4))
    lanes = jax.eval_shape(jax.vmap(lambda key: made.init(key)[0]), jax.random.split(KEY, 4))
    text = str(jax.make_jaxpr(jax.vmap(Dense.__call__, (0, None)))(lanes, jax.ShapeDtypeStruct((8, 64), "float32")))
    assert "dot_general" in text
    assert "conv_general" not in text


def test_features_without_places_are_refused():
    with pytest.raises(BadValue, match=r"iris: convolution is \(8,\), and its features have no places: leave it out"):
        problems.find("iris", convolution="8")


def test_a_signal_needs_its_shape_only():
    @dataclasses.dataclass(frozen=True)
    class Signal(Digits):
        name: ClassVar[str] = "signal"
        shape: ClassVar = (64,)

    made = Signal(convolution=(4, 8))
    layers = jax.eval_shape(made.init, KEY)[0].layers
    assert [layer.weight.shape for layer in layers] == [(4, 1, 5), (8, 4, 5), (32, 8 * 16), (10, 32)]
