import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from sklearn import metrics

from descend.problems.networks import losses
from descend.problems.surfaces import expressions

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


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (losses.mse, torch.nn.functional.mse_loss),
        (losses.mae, torch.nn.functional.l1_loss),
        (lambda p, y: losses.huber(p, y, 0.7), lambda p, y: torch.nn.functional.huber_loss(p, y, delta=0.7)),
        (losses.huber, torch.nn.functional.huber_loss),
        (losses.binary_cross_entropy, torch.nn.functional.binary_cross_entropy_with_logits),
    ],
)
def test_losses_and_their_gradients_are_those_of_pytorch(ours, theirs):
    random = np.random.default_rng(0)
    prediction, target = random.normal(0, 3, 50), random.uniform(size=50)
    native = torch.tensor(prediction, requires_grad=True)
    value = theirs(native, torch.tensor(target))
    value.backward()
    with jax.enable_x64(True):
        mine, slope = jax.jit(jax.value_and_grad(ours))(jnp.asarray(prediction), jnp.asarray(target))
    np.testing.assert_allclose(mine, value.detach(), rtol=1e-12)
    np.testing.assert_allclose(slope, native.grad, rtol=1e-10)


def test_large_logits_neither_overflow_nor_lose_what_is_small():
    logits, target = jnp.array([1e30, -1e30, 20.0]), jnp.array([1.0, 0.0, 1.0])
    np.testing.assert_allclose(3 * losses.binary_cross_entropy(logits, target), np.exp(-20), rtol=1e-5)


def test_asymmetric_is_the_pinball_loss_and_its_minimum_the_quantile():
    target = np.random.default_rng(0).normal(size=400)
    value = losses.asymmetric(jnp.full(400, 0.3), target, profit=0.9, cost=0.1)
    np.testing.assert_allclose(value, metrics.mean_pinball_loss(target, np.full(400, 0.3), alpha=0.9), rtol=1e-5)


def test_profit_is_what_is_sold_less_what_is_left_over():
    made, asked = jnp.array([3.0, 5.0]), jnp.array([4.0, 2.0])
    np.testing.assert_allclose(losses.earnings(made, asked, 10.0, 4.0), (10 * 3 + (10 * 2 - 4 * 3)) / 2)


def test_balanced_accuracy_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    labels, chosen = random.choice(3, 50, p=[0.8, 0.15, 0.05]), random.integers(0, 3, 50)
    found = losses.balanced_accuracy(jnp.asarray(chosen), jnp.asarray(labels), 3)
    np.testing.assert_allclose(found, metrics.balanced_accuracy_score(labels, chosen), rtol=1e-6)


def pinball(prediction, target):
    """profit 3 and cost 2 with PyTorch's relu, whose slope at 0 is 0."""
    return (2 * torch.relu(prediction - target) + 3 * torch.relu(target - prediction)).mean()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (losses.mae, torch.nn.functional.l1_loss),
        (losses.huber, torch.nn.functional.huber_loss),
        (losses.asymmetric, torch.nn.functional.l1_loss),
        (lambda p, y: losses.asymmetric(p, y, 3.0, 2.0), pinball),
        (lambda p, y: losses.binary_cross_entropy(p, y), torch.nn.functional.binary_cross_entropy_with_logits),
        (lambda p, _: expressions.parse("abs(x) + relu(y)").function(p), lambda p, _: p[0].abs() + torch.relu(p[1])),
        (
            lambda p, _: expressions.parse("max(x, y) + min(x, y)").function(p),
            lambda p, _: torch.maximum(p[0], p[1]) + torch.minimum(p[0], p[1]),
        ),
    ],
)
def test_slopes_at_kinks_are_those_of_pytorch(ours, theirs):
    prediction, target = np.array([0.0, 0.0, 1.0, -1.0, 2.0]), np.array([0.0, 0.5, 0.0, 0.0, 1.0])
    given = torch.tensor(prediction, requires_grad=True)
    theirs(given, torch.tensor(target)).backward()
    with jax.enable_x64(True):
        found = jax.grad(lambda p: ours(p, jnp.asarray(target)))(jnp.asarray(prediction))
    np.testing.assert_allclose(found, given.grad.numpy(), atol=1e-12)
