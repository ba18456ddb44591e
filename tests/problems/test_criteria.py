"""Losses by name or of one's own: which outputs they need, how they are judged, and where they do not fit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics

from descend import problems
from descend.core.errors import BadData, BadValue
from descend.problems import LOSSES, Digits, Dots, Iris
from descend.problems.networks import losses
from descend.problems.networks.class_checks import check_classes
from descend.problems.networks.criteria import head_for
from descend.problems.networks.heads import Classes, Decision, Logit, Number

ROWS = np.random.default_rng(0)
OUTPUTS = jnp.asarray(ROWS.normal(size=(1, 40)), "float32")
TARGET = jnp.asarray(ROWS.integers(0, 2, 40), "float32")


def head(target, criterion, **options):
    return head_for("it", target, criterion, options)


@pytest.mark.parametrize(
    ("target", "criterion", "outputs", "value"),
    [
        (Number(), "mse", 1, lambda: losses.mse(OUTPUTS[0], TARGET)),
        (Number(), "mae", 1, lambda: losses.mae(OUTPUTS[0], TARGET)),
        (Decision(), "huber", 1, lambda: losses.huber(OUTPUTS[0], TARGET)),
        (Classes(2), "mse", 1, lambda: losses.mse(OUTPUTS[0], TARGET)),
        (Classes(2), "binary_cross_entropy", 1, lambda: losses.binary_cross_entropy(OUTPUTS[0], TARGET)),
        (Decision(), "binary_cross_entropy", 1, lambda: losses.binary_cross_entropy(OUTPUTS[0], TARGET)),
    ],
)
def test_a_criterion_decides_what_the_outputs_are(target, criterion, outputs, value):
    made = head(target, criterion)
    assert made.outputs == outputs
    np.testing.assert_allclose(made.loss(OUTPUTS, TARGET), value(), rtol=1e-6)


def test_options_of_a_criterion_reach_its_formula():
    np.testing.assert_allclose(head(Number(), "huber", delta=0.3).loss(OUTPUTS, TARGET), losses.huber(OUTPUTS[0], TARGET, 0.3))
    made = head(Number(), "asymmetric", profit=3.0, cost=2.0)
    np.testing.assert_allclose(made.loss(OUTPUTS, TARGET), losses.asymmetric(OUTPUTS[0], TARGET, 3.0, 2.0))
    assert set(made.scores(OUTPUTS, TARGET)) == {"r2", "profit"}


def test_every_loss_can_be_chosen_on_the_command_line():
    for name in LOSSES:
        assert problems.find("dots", criterion=name).head.loss is not None
    assert (Dots(criterion="cross_entropy").sizes[-1], Dots(criterion="binary_cross_entropy").sizes[-1]) == (2, 1)
    assert problems.find("dots", criterion="none").criterion is None


def test_classes_are_decided_by_logits_halves_and_signs():
    assert list(Classes(3).decide(jnp.array([[1.0, 0], [2, 0], [0, 5]]))) == [1, 2]
    assert list(Decision().decide(jnp.array([[0.4, 0.6]]))) == [0, 1]
    assert list(Logit().decide(jnp.array([[-0.1, 0.4]]))) == [0, 1]
    np.testing.assert_allclose(Classes(2).answers(jnp.array([[1.0], [3.0]]))[0], 1 / (1 + np.exp(-2)), rtol=1e-6)


def test_scores_of_classes_agree_with_scikit_learn():
    labels, chosen = ROWS.choice([0, 1, 3], 60), ROWS.integers(0, 4, 60)
    outputs = jnp.asarray(np.eye(4)[chosen].T)
    scores = Classes(4).scores(outputs, jnp.asarray(labels))
    np.testing.assert_allclose(scores["accuracy"], metrics.accuracy_score(labels, chosen), rtol=1e-6)
    counts = metrics.confusion_matrix(labels, chosen, labels=range(4))
    recall = [counts[i, i] / counts[i].sum() for i in (0, 1, 3)]
    np.testing.assert_allclose(scores["balanced_accuracy"], np.mean(recall), rtol=1e-6)
    assert np.array_equal(losses.confusion(jnp.asarray(chosen), jnp.asarray(labels), 4), counts)


def test_a_loss_of_ones_own_trains():
    def cubed(prediction, target):
        return jnp.mean(jnp.abs(prediction - target) ** 3)

    assert float(head(Decision(), cubed).loss(OUTPUTS, TARGET)) == float(cubed(OUTPUTS[0], TARGET))
    made = Iris(criterion=lambda logits, labels: -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels]))
    y = made.data.train[1]
    outputs = jax.random.normal(jax.random.key(0), (3, len(y)))
    np.testing.assert_allclose(made.head.loss(outputs, y), Iris().head.loss(outputs, y), rtol=1e-5)


@pytest.mark.parametrize(
    ("target", "criterion", "message"),
    [
        (Classes(3), "mse", "it: criterion is mse, which needs a number or two classes, and the target has 3 classes: take cross_"),
        (Classes(3), "binary_cross_entropy", "which needs two classes, and the target has 3 classes: take cross_entropy"),
        (Number(), "cross_entropy", "needs classes (whole numbers), and the target is a number, (rows,): take one of mse"),
        (Number(), lambda p, y: p - y, "criterion <lambda> gives float32 of shape (2,), must be one float"),
        (Classes(3), lambda p, y: jnp.mean(p - y), "criterion <lambda> fails on prediction (2, 3) and target (2,): "),
    ],
)
def test_a_loss_that_does_not_fit_the_target_is_refused(target, criterion, message):
    with pytest.raises(BadValue) as caught:
        head(target, criterion)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_loss_that_does_not_fit_is_told_the_classes():
    with pytest.raises(BadValue, match=r"criterion is mae, .* 3 classes \(setosa, versicolor, virginica\): take cross_entropy"):
        _ = Iris(criterion="mae").data


@pytest.mark.parametrize("options", [{"delta": 2}, {"profit": 99, "criterion": "mse"}, {"cost": 2, "criterion": "huber"}])
def test_options_of_another_criterion_are_refused(options):
    with pytest.raises(BadValue, match=r"dots: (delta|profit|cost) is .*, which has none: take criterion=(huber|asymmetric)"):
        problems.find("dots", **options)
    assert Dots(criterion="huber", delta=2.0).delta == 2


def test_classes_without_training_rows_are_named():
    rows = np.zeros((4, 2), "float32"), np.array([0, 2, 2, 0], "int32")
    with pytest.raises(BadData, match=r"^it: classes b, d \(of 4\) have no row to train on: mend it$"):
        check_classes("it", "abcd", rows, (), "mend it")
    whole = rows[0], np.arange(4)
    with pytest.raises(BadData, match=r"^it: classes b, d .*: take smaller shares for validation and test$"):
        check_classes("it", "abcd", rows, (None, whole), "mend it")
    with pytest.raises(BadData, match=r": mend it$"):
        check_classes("it", "abcd", rows, (None, None), "mend it")
    check_classes("digits", "0123456789", Digits().data.train, (), "mend it")
