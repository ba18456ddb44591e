import re

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from descend import problems
from descend.core.errors import BadInput
from descend.problems.networks import bag_of_words as bags
from descend.problems.networks.bag_of_words import Bag, in_blocks
from descend.problems.networks.vocabulary import WORD, count_words

KEY = jax.random.key(0)
GOOD, BAD = ["a fine film", "Fine acting!", "lovely, lovely story"], ["dull film", "A waste of time", "dull and long"]


def table(folder, bodies, labels=None, **more):
    labels = labels or [i % 2 for i in range(len(bodies))]
    pa.parquet.write_table(pa.table({"body": bodies, "label": labels, **more}), folder / "r.parquet")
    return f"{folder}/r.parquet:label"


@pytest.fixture
def reviews(tmp_path):
    random = np.random.default_rng(0)
    bodies = [f"{random.choice((BAD, GOOD)[i % 2])} number {random.integers(99)}" for i in range(80)]
    return table(tmp_path, bodies, score=list(range(80)))


def test_words_of_the_training_part_are_the_features(reviews):
    made = problems.find(reviews, text="body", weighting="counts", vocabulary=12)
    (bag, y), (judge, _) = made.data.train, made.data.validation
    assert (bag.shape, judge.shape, made.sizes, made.batch) == ((48, 12), (16, 12), (12, 32, 2), 48)
    assert made.class_names == ("0", "1")
    assert bag.columns.shape[1] < 8
    dense = np.asarray(bag.T).T
    assert dense.max() == 2  # lovely, lovely
    assert np.all(dense.sum(axis=0) > 0)
    assert len(y) == 48
    presence = problems.find(reviews, text="body", vocabulary=12)
    assert np.array_equal(np.asarray(presence.data.train[0].T).T, dense > 0)


def test_tfidf_is_that_of_scikit_learn_on_the_training_part(tmp_path):
    bodies = [f"{(BAD + GOOD)[i % 6]} w{i % 5}" for i in range(40)]
    made = problems.find(table(tmp_path, bodies, list(range(40))), text="body", weighting="tfidf", task="number")
    train, judge, _ = problems.splits.split(40, 0.2, 0.2, 0)
    expected = TfidfVectorizer(token_pattern=WORD).fit([bodies[i] for i in train])
    for part, rows in ((made.data.train, train), (made.data.validation, judge)):
        np.testing.assert_allclose(np.asarray(part[0].T).T, expected.transform([bodies[i] for i in rows]).toarray(), atol=1e-6)


def test_words_are_of_two_letters_or_a_chinese_character():
    counts = count_words(["It's a DAY, 2 days.", "很好 电影 film 很"], np.arange(2), 100)
    assert counts.toarray().sum(axis=1).tolist() == [3, 6]  # it, day, days; 很 好 电 影 film 很


def test_a_logistic_regression_learns_which_words_praise(reviews):
    made = problems.find(reviews, text="body", hidden="none")

    def step(params, _):
        slope = jax.grad(lambda p: made.loss(p, (), made.data.train, KEY)[0])(params)
        return jax.tree.map(lambda w, g: w - 0.5 * g, params, slope), None

    trained = jax.jit(lambda key: jax.lax.scan(step, made.init(key)[0], length=60)[0])(KEY)
    assert made.evaluate(trained, (), made.data.validation)["accuracy"] == 1


def test_bags_are_their_matrix():
    matrix = csr_array(np.random.default_rng(0).integers(0, 4, (9, 30)) * (np.arange(30) % 3 == 0))
    bag = Bag.of(matrix)
    assert bag.shape == matrix.shape
    np.testing.assert_array_equal(np.asarray(bag.T).T, matrix.toarray())
    assert Bag.of(csr_array((3, 5))).T.sum() == 0


@pytest.mark.parametrize("rows", [4, 7, 8, 11])
def test_blocks_give_what_all_rows_together_give(rows, monkeypatch):
    monkeypatch.setattr(bags, "BLOCK", 4)
    random = np.random.default_rng(1)
    matrix, weights = random.integers(0, 2, (rows, 20)), random.normal(size=(3, 20)).astype("float32")
    found = in_blocks(lambda bag: weights @ bag.T, Bag.of(csr_array(matrix)))
    np.testing.assert_allclose(found, weights @ matrix.T, rtol=1e-5)


def test_lanes_share_the_rows_they_make_dense(reviews):
    made = problems.find(reviews, text="body")
    lanes = jax.eval_shape(jax.vmap(lambda key: made.init(key)[0]), jax.random.split(KEY, 16))
    loss = jax.vmap(lambda p, rows: made.loss(p, (), rows, KEY)[0], (0, None))
    traced = jax.make_jaxpr(loss)(lanes, made.data.train)
    scattered = [eqn.outvars[0].aval.shape for eqn in traced.eqns if eqn.primitive.name.startswith("scatter")]
    assert scattered == [made.data.train[0].shape[::-1]]


def test_dropping_inputs_drops_words(reviews):
    made = problems.find(reviews, text="body", hidden="none", input_dropout="0.5", weighting="counts")
    assert made.noisy
    params, aux = made.init(KEY)
    ones = jax.tree.map(jnp.ones_like, params)
    outputs = ones.train(made.data.train[0], aux, KEY, 0.0, 0.5)[0][0] - 1
    whole = np.asarray(made.data.train[0].T).sum(axis=0)
    assert np.all(outputs % 2 == 0)  # kept words count twice
    assert 0.8 < outputs.sum() / whole.sum() < 1.2


@pytest.mark.parametrize(
    ("bodies", "options", "message"),
    [
        ([None] * 20, {}, "r.parquet: column 'body' has no values at all: name another column of texts"),
        (["", "a ! 7"] * 10, {}, "r.parquet: column 'body' has no words of two letters or more in the training rows: name another"),
        ([1.5] * 20, {}, "r.parquet: column 'body' holds numbers, must hold texts: name another column, or leave out text=body"),
        (["word"] * 20, {"text": "bod"}, "unknown column of r.parquet 'bod'; did you mean 'body'?"),
        (["word"] * 20, {"text": "label"}, "r.parquet: text is 'label', which is the target or dropped: name another column"),
        (["word"] * 20, {"drop": "body"}, "r.parquet: text is 'body', which is the target or dropped"),
        (["word"] * 20, {"vocabulary": 0}, "table: vocabulary is 0, must be a whole number in [1, 1e+06)"),
        (["word"] * 20, {"weighting": "count"}, "table: weighting is 'count', must be one of: presence, counts, tfidf"),
    ],
)
def test_texts_that_cannot_be_learned_from_are_refused(tmp_path, bodies, options, message):
    with pytest.raises(BadInput, match=re.escape(message)) as caught:
        problems.find(table(tmp_path, bodies), **{"text": "body", **options})
    assert "\n" not in str(caught.value)


def test_a_missing_text_has_no_words(tmp_path):
    made = problems.find(table(tmp_path, ["good day", None] * 10, [1, 0] * 10), text="body")
    dense, y = np.asarray(made.data.train[0].T), made.data.train[1]
    np.testing.assert_array_equal(dense.sum(axis=0), 2 * y)


def test_a_missing_target_column_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"unknown column of r.parquet 'stars'; there are: body, label"):
        problems.find(table(tmp_path, ["word"] * 20).replace("label", "stars"), text="body")
