"""Factors of matrices: the same on every kind of array, NaN for what is not finite, and many at once in compiled code."""

import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from jax.test_util import check_grads

from descend.core.numeric.arrays import cond
from descend.core.numeric.linalg import eigh, qr

KINDS = {"numpy": np.array, "jax": jnp.array, "torch": torch.tensor}
SQUARE = np.random.default_rng(0).normal(size=(4, 4))


@pytest.mark.parametrize("kind", KINDS)
def test_the_factors_make_up_the_matrix(kind):
    with jax.enable_x64(True):
        given = KINDS[kind](SQUARE + SQUARE.T)
        values, vectors = eigh(given)
        q, r = qr(given)
        for product in ((vectors * values) @ vectors.T, q @ r):
            np.testing.assert_allclose(np.asarray(product), np.asarray(given), atol=1e-12)
        assert type(values) is type(given) and values.dtype == given.dtype
        assert np.all(np.diff(np.asarray(values)) > 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_gives_nan_and_raises_nothing(kind, bad):
    spoilt = KINDS[kind](np.diag(np.array([1.0, bad, 2.0], "float32")))
    for part in (*eigh(spoilt), *qr(spoilt)):
        assert np.isnan(np.asarray(part)).all()


def test_many_batches_side_by_side_come_to_an_end():
    """JAX's own batches of these wait for each other for ever, on few cores."""
    batches = [jnp.broadcast_to(jnp.eye(n) * 2, (2, 4, n, n)) for n in (32, 4, 3, 16)]
    lanes = jax.jit(lambda *all_of_them: [(jax.vmap(jax.vmap(eigh))(a), jax.vmap(jax.vmap(qr))(a)) for a in all_of_them])
    work = [threading.Thread(target=lambda: jax.block_until_ready(lanes(*batches)), daemon=True) for _ in range(2)]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join(60)
    assert not any(thread.is_alive() for thread in work)


@pytest.mark.parametrize("factor", [eigh, qr])
def test_derivatives_are_right_under_vmap_too(factor):
    def total(x):
        return sum(jnp.sum(part**2 * jnp.arange(part.size).reshape(part.shape)) for part in factor(x + x.T))

    with jax.enable_x64(True):
        check_grads(jax.jit(total), (jnp.asarray(SQUARE),), order=1)
        check_grads(jax.jit(lambda x: jax.vmap(total)(jnp.stack([x, 2 * x])).sum()), (jnp.asarray(SQUARE),), order=1)


def test_cond_runs_one_branch_whether_the_flag_is_known_or_traced():
    def neither(x):
        raise AssertionError("this branch was not asked for")

    assert cond(True, lambda x: x + 1, neither, 1.0) == 2.0
    assert cond(np.False_, neither, lambda x: x - 1, 1.0) == 0.0
    halves = jax.jit(lambda flag, x: cond(flag, lambda x: x / 2, lambda x: x, x))
    assert halves(True, 3.0) == 1.5 and halves(False, 3.0) == 3.0
    assert jax.vmap(halves)(jnp.array([True, False]), jnp.array([3.0, 3.0])).tolist() == [1.5, 3.0]
