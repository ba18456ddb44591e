"""Activations: their bounds, gains and symmetry against the functions themselves, their formulas against PyTorch."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.problems import ACTIVATIONS, INITIALISATIONS

X = np.linspace(-12, 12, 240_001)
DENSITY = np.exp(-(X**2) / 2) / math.sqrt(2 * math.pi) * (X[1] - X[0])
NATIVE = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
    "gelu": lambda x: torch.nn.functional.gelu(x, approximate="tanh"),
    "silu": torch.nn.functional.silu,
    "softplus": torch.nn.functional.softplus,
    "identity": lambda x: x,
}


def values(name):
    with jax.enable_x64(True):
        return np.asarray(ACTIVATIONS[name](jnp.asarray(X)))


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_activations_are_those_of_pytorch(name):
    np.testing.assert_allclose(values(name), NATIVE[name](torch.tensor(X)).numpy(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_bounds_and_zero_centredness_are_as_stated(name):
    used, y = ACTIVATIONS[name], values(name)
    assert used.bounds[0] <= y.min()
    assert y.max() <= used.bounds[1]
    for bound, end in zip(used.bounds, (y.min(), y.max()), strict=True):
        assert math.isinf(bound) or abs(bound - end) < 1e-4
    assert used.zero_centred == np.allclose(y, -y[::-1], atol=1e-12)
    assert used.saturates == (name in ("sigmoid", "tanh"))
    assert set(used.fits) <= set(INITIALISATIONS)
    assert used.formula
    assert used.source


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_gain_is_pytorchs_or_keeps_the_size_of_a_normal_signal(name):
    if name in ("relu", "tanh", "sigmoid", "leaky_relu"):
        gain = torch.nn.init.calculate_gain(name)
    elif name == "identity":
        gain = torch.nn.init.calculate_gain("linear")
    else:
        gain = 1 / math.sqrt(np.sum(DENSITY * values(name) ** 2))
    np.testing.assert_allclose(ACTIVATIONS[name].gain, gain, rtol=1e-4)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_slopes_are_those_of_pytorch_at_a_kink_too(name):
    x = np.array([-1.0, -1e-30, 0.0, 1e-30, 1.0])
    given = torch.tensor(x, requires_grad=True)
    NATIVE[name](given).sum().backward()
    with jax.enable_x64(True):
        found = jax.vmap(jax.grad(ACTIVATIONS[name]))(jnp.asarray(x))
    np.testing.assert_allclose(found, given.grad.numpy(), rtol=1e-9)
