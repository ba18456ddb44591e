"""The counting itself, against hand counts and against XLA's own cost analysis."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax
from models import convolution

from descend.analysis.complexity.walk import Walk


def walked(function, *arguments) -> Walk:
    closed = jax.make_jaxpr(function)(*arguments)
    walk = Walk()
    walk.program(closed, [None] * len(closed.jaxpr.invars))
    return walk


def by_xla(function, *arguments) -> tuple[float, float]:
    """Floating-point operations (two a multiply-accumulate) and transcendental functions."""
    cost = jax.jit(function).lower(*arguments).cost_analysis()
    return cost.get("flops", 0.0), cost.get("transcendentals", 0.0)


def ones(*shape):
    return jax.ShapeDtypeStruct(shape, jnp.float32)


def products(weights, x):
    for w in weights:
        x = x @ w
    return x


def network(weights, x):
    for w in weights:
        x = jnp.tanh(x @ w + 0.5)
    return jnp.mean(x**2)


@pytest.mark.parametrize("seed", range(5))
def test_random_networks_count_as_xla_counts_them(seed):
    sizes = np.random.default_rng(seed).integers(2, 40, 5).tolist()
    weights, x = [ones(a, b) for a, b in pairwise(sizes)], ones(7, sizes[0])
    assert 2 * walked(products, weights, x).macs == by_xla(products, weights, x)[0]
    walk = walked(network, weights, x)
    assert walk.macs == 7 * sum(a * b for a, b in pairwise(sizes))
    assert 2 * walk.macs + walk.operations == pytest.approx(sum(by_xla(network, weights, x)), abs=2)
    slope = jax.grad(network)
    walk = walked(slope, weights, x)
    forward_and_back = 3 * walked(products, weights, x).macs - 7 * sizes[0] * sizes[1]  # no gradient of x is needed
    assert walk.macs == forward_and_back
    assert 2 * walk.macs + walk.operations == pytest.approx(sum(by_xla(slope, weights, x)), rel=0.02)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("stride", "dilation", "groups"), [(1, 1, 1), (2, 1, 1), (1, 2, 2), (2, 2, 1), (3, 1, 2)])
def test_convolutions_and_their_gradients_count_as_xla_counts_them(padding, stride, dilation, groups):
    def convolved(kernel, x):
        options = {"padding": padding, "rhs_dilation": (dilation, 1), "feature_group_count": groups}
        return convolution(x, kernel, strides=(stride, stride), **options)

    def both(kernel, x):
        value, back = jax.vjp(convolved, kernel, x)
        return value, back(value)

    kernel, x = ones(6, 4 // groups, 3, 2), ones(5, 4, 9, 11)
    forward = walked(convolved, kernel, x).macs
    assert 2 * forward == by_xla(convolved, kernel, x)[0]
    assert 2 * walked(both, kernel, x).macs == 6 * forward == by_xla(both, kernel, x)[0]


def test_a_convolution_by_hand():
    """Two channels into three by a kernel of 2 x 2 over 3 x 3 numbers: 4 places x 4 taps x 6, for each of 5 images."""
    assert walked(convolution, ones(5, 2, 3, 3), ones(3, 2, 2, 2)).macs == 4 * 4 * 6 * 5
    lanes = walked(jax.vmap(convolution), ones(7, 5, 2, 3, 3), ones(7, 3, 2, 2, 2))
    assert lanes.macs == 7 * 4 * 4 * 6 * 5


W = ones(5, 5)
X = ones(3, 5)
ONCE = 3 * 5 * 5


@jax.custom_vjp
def own_gradient(x, w):
    return x @ w


own_gradient.defvjp(lambda x, w: (x @ w, (x, w)), lambda kept, g: (g @ kept[1].T, kept[0].T @ g))


@jax.custom_jvp
def own_slope(x, w):
    return x @ w


own_slope.defjvp(lambda primals, tangents: (primals[0] @ primals[1], tangents[0] @ primals[1] + primals[0] @ tangents[1]))


@pytest.mark.parametrize(
    ("function", "times"),
    [
        (lambda x, w: lax.scan(lambda h, _: (h @ w, None), x, None, length=13)[0], 13),
        (lambda x, w: lax.fori_loop(0, 13, lambda _, h: h @ w, x), 13),
        (lambda x, w: lax.fori_loop(0, 3, lambda _, h: lax.fori_loop(0, 4, lambda _, h: h @ w, h), x), 12),
        (lambda x, w: lax.map(lambda row: row @ w, x), 1),
        (jax.vmap(lambda row, w: row @ w, (0, None)), 1),
        (lambda x, w: lax.cond(x[0, 0] > 0, lambda x: x @ w @ w, lambda x: x @ w, x), 2),
        (lambda x, w: lax.switch(2, [lambda x: x, lambda x: x @ w @ w @ w, lambda x: x @ w], x), 3),
        (jax.jit(lambda x, w: x @ w), 1),
        (jax.checkpoint(lambda x, w: x @ w), 1),
        (own_gradient, 1),
        (own_slope, 1),
        (jax.grad(lambda x, w: own_gradient(x, w).sum(), (0, 1)), 3),
        (jax.grad(lambda x, w: jnp.sum(lax.scan(lambda h, _: (h @ w, None), x, None, length=13)[0]), (0, 1)), 39),
    ],
)
def test_products_inside_programs_count_as_often_as_they_run(function, times):
    walk = walked(function, X, W)
    assert walk.macs == times * ONCE
    assert not walk.unknown


def test_a_loop_of_unknown_length_counts_once_and_is_told():
    walk = walked(lambda x, w: lax.while_loop(lambda h: h[0, 0] < 9, lambda h: h @ w, x), X, W)
    assert walk.macs == ONCE
    assert list(walk.unknown) == ["a loop of unknown length is counted once"]


@pytest.mark.parametrize(
    ("function", "name"),
    [(jnp.linalg.eigh, "eigh"), (jnp.linalg.cholesky, "cholesky"), (jnp.sort, "sort"), (lambda w: jnp.linalg.solve(w, w), "lu")],
)
def test_what_cannot_be_counted_is_named(function, name):
    assert f"{name} is not counted" in walked(function, W).unknown


@pytest.mark.parametrize(
    ("function", "count"),
    [
        (lambda x: x + 1, 15),
        (lambda x: x + x[:, :1] + x[0], 30),
        (lambda x: x.sum(axis=0), 15),
        (lambda x: jnp.concatenate([x.T.reshape(3, 5), x[::-1]]).astype(jnp.int32), 0),
        (lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 2), "VALID"), 3 * 2 * 2),
        (lambda x: jnp.stack(jnp.unstack(jnp.tile(x, 2))), 0),
        (lambda x: jnp.arange(15).reshape(3, 5) * 2, 0),
        (lambda x: x.at[jnp.array([0, 2])].add(jnp.ones((2, 5))), 10),
    ],
)
def test_elementwise_operations_are_arithmetic_on_floats(function, count):
    assert walked(function, X).operations == count
