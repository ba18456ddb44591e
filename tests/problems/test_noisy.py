import jax
import jax.numpy as jnp
import numpy as np
import pytest

import descend
from descend.core.errors import BadValue
from descend.problems import Bivariate, Bowl, noisy
from descend.rules import SGD


def test_the_loss_is_exact_and_the_gradient_is_off_by_a_draw():
    made, x = noisy(Bowl(), 0.5), jnp.array([1.0, 2.0])
    keys = jax.random.split(jax.random.key(0), 4000)
    values, slopes = jax.vmap(jax.value_and_grad(lambda x, k: made.loss(x, (), None, k)[0]), (None, 0))(x, keys)
    np.testing.assert_allclose(values, Bowl().f(x), rtol=1e-6)
    np.testing.assert_allclose(slopes.mean(0), [0.2, 8.0], atol=0.03)
    np.testing.assert_allclose(slopes.std(0), 0.5, rtol=0.05)


def test_without_noise_it_is_the_problem_and_seeds_differ_with_it():
    plain = descend.train(Bivariate(), SGD(0.003), steps=5)
    np.testing.assert_array_equal(descend.train(noisy(Bivariate(), 0), SGD(0.003), steps=5).losses, plain.losses)
    one, two, again = (descend.train(noisy(Bowl(), 1.0), SGD(0.1), steps=5, seed=seed).losses for seed in (1, 2, 1))
    assert np.array_equal(one, again)
    assert not np.array_equal(one[1:], two[1:])


def test_a_scale_below_zero_is_refused():
    with pytest.raises(BadValue, match="scale is -1, must be 0 or more"):
        noisy(Bowl(), -1)
