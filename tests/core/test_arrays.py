"""The array functions give one answer on NumPy, JAX and torch, and on plain numbers."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.core.numeric import arrays

x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
MAKERS = {"numpy": np.asarray, "jax": jnp.asarray, "torch": torch.as_tensor}


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(
    ("ours", "peer"),
    [
        (lambda a: arrays.sqrt(abs(a)), np.sqrt(np.abs(x))),
        (arrays.cos, np.cos(x)),
        (arrays.floor, np.floor(x)),
        (lambda a: arrays.maximum(a, 0.5 * a), np.maximum(x, x / 2)),
        (arrays.sign, np.sign(x)),
        (lambda a: arrays.clip(a, -0.5, 0.5), np.clip(x, -0.5, 0.5)),
        (lambda a: arrays.clip(a, 0.0, None), np.clip(x, 0, None)),
        (arrays.zeros_like, np.zeros_like(x)),
        (lambda a: arrays.full_like(a, 2.5), np.full_like(x, 2.5)),
        (lambda a: arrays.where(a > 0, a, 0.0 * a), np.where(x > 0, x, 0)),
    ],
)
def test_one_answer_and_one_kind(maker, ours, peer):
    given = maker(x)
    found = ours(given)
    assert type(found) is type(given)
    assert str(found.dtype).removeprefix("torch.") == "float32"
    np.testing.assert_allclose(np.asarray(found), peer, rtol=1e-6)


def test_plain_numbers_go_through_numpy():
    assert arrays.sqrt(4.0) == 2
    assert arrays.clip(3.0, 0.0, 1.0) == 1
    assert arrays.floor(2.7) == 2
    assert arrays.namespace(1.0, 2) is np


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_scalar_slot_is_one_number_of_the_arrays_type_whatever_the_array_holds(maker):
    for given in (x, x[:0], x[0, 0], np.full_like(x, np.nan)):
        found = arrays.scalar_like(maker(given), 0.25)
        assert tuple(found.shape) == ()
        assert str(found.dtype).removeprefix("torch.") == "float32"
        assert found == 0.25
