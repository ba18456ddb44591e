"""Targets: their own unit, rare classes, weights, smoothing, and the baselines beside a network."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import f1_score, mean_absolute_error, roc_auc_score

from descend import problems
from descend.core.errors import BadValue
from descend.problems.networks import losses
from descend.problems.networks.heads import Classes
from descend.problems.tables import baselines

ROWS = 300
KEY = jax.random.key(0)


@pytest.fixture
def numbers(tmp_path):
    random = np.random.default_rng(0)
    a, b = random.normal(size=ROWS).round(3), random.normal(size=ROWS).round(3)
    cells = "".join(f"{x},{z},$ {250.5 + 40 * x - 7 * z:.2f}\n" for x, z in zip(a, b, strict=True))
    (tmp_path / "t.csv").write_text("a,b,y\n" + cells)
    return f"{tmp_path}/t.csv:y"


@pytest.fixture
def rare(tmp_path):
    random = np.random.default_rng(1)
    a = random.normal(size=ROWS).round(3)
    fraud = np.where(a + random.normal(0, 0.3, ROWS) > 1.7, "fraud", "fine")
    (tmp_path / "rare.csv").write_text("a,y\n" + "".join(f"{x},{y}\n" for x, y in zip(a, fraud, strict=True)))
    return f"{tmp_path}/rare.csv:y"


def judged(made):
    return made.data.judging


def test_errors_in_the_targets_own_unit(numbers):
    made = problems.find(numbers)
    x, y = judged(made)
    params, aux = made.init(KEY)
    scores = made.evaluate(params, aux, (x, y))
    deviation = np.std(made.frame.target.values)
    outputs = np.asarray(params(x)[0])
    np.testing.assert_allclose(scores["mae"], deviation * mean_absolute_error(y, outputs), rtol=1e-5)
    np.testing.assert_allclose(scores["rmse"], deviation * np.sqrt(scores["loss"]), rtol=1e-5)
    assert {*problems.find(numbers, criterion="mae").evaluate(params, aux, (x, y))} == {"loss", "r2", "rmse", "mae"}
    assert "profit" in problems.find(numbers, criterion="asymmetric", profit=2.0).evaluate(params, aux, (x, y))


def test_rare_classes_are_measured_by_f1_and_auc(rare):
    made = problems.find(rare)
    assert made.head.rare
    x, y = judged(made)
    params, aux = made.init(KEY)
    scores = made.evaluate(params, aux, (x, y))
    outputs = np.asarray(params(x))
    np.testing.assert_allclose(scores["auc"], roc_auc_score(y, outputs[1] - outputs[0]), rtol=1e-5)
    np.testing.assert_allclose(
        scores["f1"], f1_score(y, outputs.argmax(axis=0), pos_label=made.class_names.index("fraud")), rtol=1e-5
    )


@pytest.mark.parametrize("seed", range(4))
def test_auc_and_f1_are_those_of_scikit_learn(seed):
    random = np.random.default_rng(seed)
    labels, scores = random.integers(0, 2, 50), random.integers(0, 6, 50) / 5
    labels[:2] = 0, 1
    np.testing.assert_allclose(losses.auc(jnp.asarray(scores), jnp.asarray(labels)), roc_auc_score(labels, scores), rtol=1e-6)
    true, chosen = random.integers(0, 4, 60), random.integers(0, 4, 60)
    found = losses.f1(jnp.asarray(chosen), jnp.asarray(true), 4)
    np.testing.assert_allclose(found, f1_score(true, chosen, average="macro"), rtol=1e-6)
    assert losses.auc(jnp.asarray(scores), jnp.zeros(50, "int32")) == 0.5


def test_balanced_classes_weigh_as_much(rare):
    plain, made = problems.find(rare), problems.find(rare, class_weight="balanced")
    outputs, y = jnp.zeros((2, ROWS)), jnp.asarray(problems.find(rare, validation=0.0).data.train[1])
    counts = np.bincount(y)
    np.testing.assert_allclose(made.head.weights, ROWS / (2 * counts), rtol=1e-6)
    np.testing.assert_allclose(made.head.loss(outputs, y), plain.head.loss(outputs, y), rtol=1e-5)
    slopes = jax.grad(made.head.loss)(outputs, y)
    np.testing.assert_allclose(slopes.sum(axis=1), 0, atol=1e-6)  # both classes pull alike
    assert abs(jax.grad(plain.head.loss)(outputs, y).sum(axis=1)[0]) > 0.1


def test_smoothed_labels_are_seen_by_training_alone():
    outputs, y = jnp.array([[2.0, -1.0], [0.5, 0.0], [0.0, 3.0]]), jnp.array([0, 2])
    head = Classes(3, smoothing=0.3)
    target = 0.7 * np.eye(3)[y] + 0.1
    np.testing.assert_allclose(
        head.training_loss(outputs, y), losses.cross_entropy(jax.nn.softmax(outputs, axis=0).T, target), rtol=1e-5
    )
    np.testing.assert_allclose(head.loss(outputs, y), Classes(3).loss(outputs, y))


def test_training_descends_the_smoothed_loss(rare):
    made = problems.find(rare, label_smoothing=0.5, l2=0)
    params, aux = made.init(KEY)
    rows = made.data.train
    expected = made.head.training_loss(params(rows[0]), rows[1])
    np.testing.assert_allclose(made.loss(params, aux, rows, KEY)[0], expected, rtol=1e-5)
    assert abs(made.evaluate(params, aux, rows)["loss"] - expected) > 1e-4


@pytest.mark.parametrize("option", [{"class_weight": "balanced"}, {"label_smoothing": 0.1}])
def test_weights_and_smoothing_are_of_cross_entropy(rare, option):
    with pytest.raises(BadValue, match="which is of cross_entropy, and criterion is mse: leave one out"):
        problems.find(rare, criterion="mse", **option)
    assert problems.find(rare, criterion="cross_entropy", **option).head == problems.find(rare, **option).head


def test_baselines_are_those_of_scikit_learn(numbers, rare):
    made = problems.find(rare)
    (x, y), (judge, truth) = made.data.train, judged(made)
    (_, majority), (name, logistic) = baselines(made, made.data)
    np.testing.assert_allclose(majority["accuracy"], np.mean(truth == np.bincount(y).argmax()))
    assert majority["balanced_accuracy"] == 0.5
    assert name == "logistic regression"
    model = LogisticRegression(max_iter=300).fit(x, y)
    np.testing.assert_allclose(logistic["accuracy"], model.score(judge, truth))
    np.testing.assert_allclose(logistic["auc"], roc_auc_score(truth, model.predict_proba(judge)[:, 1]), rtol=1e-5)
    made = problems.find(numbers)
    (x, y), (judge, truth) = made.data.train, judged(made)
    (_, mean), (_, ridge) = baselines(made, made.data)
    assert abs(mean["r2"]) < 0.1
    np.testing.assert_allclose(ridge["r2"], Ridge().fit(x, y).score(judge, truth), rtol=1e-4)
    assert ridge["rmse"] < 1 < mean["rmse"]


def test_baselines_of_texts_and_of_two_classes_by_one_output(tmp_path, rare):
    words = "".join(f"{'a good' if i % 2 else 'a dull'} film {i % 7},{i % 2}\n" for i in range(60))
    (tmp_path / "r.csv").write_text("body,y\n" + words)
    made = problems.find(f"{tmp_path}/r.csv:y", text="body")
    assert dict(baselines(made, made.data))["logistic regression"]["accuracy"] == 1
    made = problems.find(rare, criterion="mse")
    assert dict(baselines(made, made.data))["majority class"]["balanced_accuracy"] == 0.5


def test_the_penalty_shrinks_with_the_rows_unless_it_is_said(rare):
    """A difference of losses tells the penalty's weight, whatever the loss itself is."""
    params, aux = problems.find(rare, l2=0).init(KEY)
    squares = sum(jnp.sum(w**2) for w in params.weights())
    none = problems.find(rare, l2=0)
    rows = none.data.train
    for made, weight in ((problems.find(rare), 16 / none.data.rows), (problems.find(rare, l2=0.5), 0.5)):
        more = made.loss(params, aux, rows, KEY)[0] - none.loss(params, aux, rows, KEY)[0]
        np.testing.assert_allclose(more, weight / 2 * squares, rtol=1e-4)
