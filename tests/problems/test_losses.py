import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics

from descend.problems import losses

LOGITS = jnp.array([[12, 3, 2], [3, 10, 1], [1, 2, 5], [4, 6.5, 1.2], [3, 6, 1]], float)
LABELS = jnp.array([0, 1, 2, 0, 1])
PRINTED = [1.68795487e-04, 1.03475622e-03, 6.58839038e-02, 2.58349207, 5.49852354e-02]


@pytest.mark.parametrize(("guess", "value"), [((0.6, 0.4), 0.5108256), ((0.8, 0.2), 0.22314353)])
def test_cross_entropy_of_probabilities(guess, value):
    np.testing.assert_allclose(losses.cross_entropy(jnp.array([guess]), jnp.array([[1.0, 0.0]])), value, rtol=1e-6)


def test_softmax_cross_entropy_row_by_row_in_one_step_and_in_two():
    with jax.enable_x64(True):
        for logits, label, value in zip(np.array(LOGITS, float), LABELS, PRINTED, strict=True):
            fused = losses.softmax_cross_entropy(jnp.array(logits)[None], label[None])
            steps = losses.cross_entropy(jax.nn.softmax(jnp.array(logits))[None], jax.nn.one_hot(label, 3)[None])
            np.testing.assert_allclose([fused, steps], value, rtol=1e-4)
    np.testing.assert_allclose(losses.softmax_cross_entropy(LOGITS, LABELS), np.mean(PRINTED), rtol=1e-5)


def test_cross_entropies_at_the_edge():
    assert float(losses.softmax_cross_entropy(jnp.array([[1e30, 0.0]]), jnp.array([0]))) == 0
    certain = jnp.array([[1.0, 0.0]])
    assert float(losses.cross_entropy(certain, certain)) == 0
    assert np.isinf(losses.cross_entropy(certain, 1 - certain))
    assert np.all(np.isfinite(jax.grad(losses.cross_entropy)(certain, certain)))


def test_asymmetric_counts_each_side_at_its_price():
    prediction, target = jnp.array([1.0, 3.0]), jnp.array([2.0, 2.5])
    assert float(losses.asymmetric(prediction, target, profit=10.0, cost=4.0)) == (10 * 1 + 4 * 0.5) / 2
    assert float(losses.mse(prediction, target)) == (1 + 0.25) / 2


def test_scores_agree_with_scikit_learn():
    target, prediction = np.array([1.0, 2.0, 4.0]), np.array([1.1, 1.7, 5.0])
    np.testing.assert_allclose(losses.r2(prediction, target), metrics.r2_score(target, prediction), rtol=1e-5)
    np.testing.assert_allclose(losses.mse(prediction, target), metrics.mean_squared_error(target, prediction), rtol=1e-5)
    assert float(losses.accuracy(LOGITS.argmax(axis=1), LABELS)) == pytest.approx(0.8)
    assert float(losses.r2(prediction, np.ones(3))) == 0
