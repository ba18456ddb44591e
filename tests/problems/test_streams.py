import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadValue
from descend.problems import Stream

KEY = jax.random.key(0)


def test_every_draw_is_fresh_and_its_key_decides_it():
    made = Stream()
    assert made.endless
    (x, y), (again, _), (other, _) = made.draw(KEY, 1000), made.draw(KEY, 1000), made.draw(jax.random.key(1), 1000)
    assert np.array_equal(x, again)
    assert not np.isin(x, other).any()
    assert np.array_equal(y, (x**2).sum(axis=1) < 2)
    assert (x.dtype, y.dtype) == ("float32", "int32")
    np.testing.assert_allclose([x.mean(), x.std()], [0, 1], atol=0.1)


def test_draws_look_like_the_examples_and_work_under_jit_and_vmap():
    made = Stream()
    shapes = jax.tree.map(lambda a: (a.shape[1:], str(a.dtype)), made.data.train)
    drawn = jax.jit(jax.vmap(lambda key: made.draw(key, 7)))(jax.random.split(KEY, 3))
    assert jax.tree.map(lambda a: (a.shape[2:], str(a.dtype)), drawn) == shapes
    assert drawn[0].shape == (3, 7, 2)


def test_rows_that_judge_are_always_the_same():
    one, two, other = Stream(), Stream(), Stream(split_seed=1)
    assert all(map(np.array_equal, one.data.validation, two.data.validation))
    assert not np.array_equal(one.data.validation[0], other.data.validation[0])
    assert (one.data.rows, len(one.data.validation[1])) == (1500, 500)
    np.testing.assert_allclose(one.data.train[1].mean(), 1 - np.exp(-1), atol=0.03)  # chi-squared of 2 below 2


def test_noise_is_the_share_of_wrong_classes():
    x, y = Stream(noise=0.25).draw(KEY, 4000)
    np.testing.assert_allclose(np.mean(y != ((x**2).sum(axis=1) < 2)), 0.25, atol=0.03)


def teacher(key, rows):
    x = jax.random.normal(key, (rows, 3))
    return x, x @ jnp.array([1.0, -2.0, 0.5])


def three(key, rows):
    x = jax.random.uniform(key, (rows, 4))
    return x, jnp.argmax(x[:, :3], axis=1)


def test_a_generator_of_ones_own_gives_numbers_or_classes():
    made = problems.stream(teacher, hidden=())
    assert (made.title, made.sizes, made.class_names, made.data.train[1].dtype) == ("teacher", (3, 1), (), "float32")
    weights = np.linalg.lstsq(*made.data.train, rcond=None)[0]
    np.testing.assert_allclose(weights, [1, -2, 0.5], atol=1e-4)
    assert problems.stream(three).sizes == (4, 32, 3)
    assert problems.find(made) is made


@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda key, rows: jnp.ones((rows, 2)), "drawn: <lambda> must give x .rows, features. and y .rows,. of .key, rows."),
        (lambda key, rows: (jnp.ones(rows), jnp.ones(rows)), r"drawn: <lambda> gives x \(3,\) and y \(3,\) of 3 rows, must give"),
        (lambda key, rows: (jnp.ones((9, 2)), jnp.ones(9)), r"gives x \(9, 2\) and y \(9,\) of 3 rows"),
        (lambda key, rows: (np.asarray(jax.random.normal(key, (rows, 2))), jnp.ones(rows)), "it raises TracerArrayConversion"),
        (lambda: None, "it raises TypeError"),
    ],
)
def test_a_generator_that_does_not_fit_is_refused(f, message):
    with pytest.raises(BadValue, match=message) as caught:
        problems.stream(f)
    assert "\n" not in str(caught.value)


def test_options_of_ones_own_stream_are_checked():
    with pytest.raises(BadValue, match=r"drawn: activation is 'rely', must be one of: .*did you mean 'relu'"):
        problems.stream(teacher, activation="rely")
