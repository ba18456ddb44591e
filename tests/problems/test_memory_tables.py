"""Tables in memory are read as the same tables in files are."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import descend
from descend.core.errors import BadInput
from descend.problems import find

random = np.random.default_rng(0)
X = random.normal(size=(80, 3))
Y = (X[:, 0] > X[:, 1]).astype(int)
FRAME = pd.DataFrame({"a": X[:, 0], "city": random.choice(["Oslo", "Rome"], 80), "when": pd.date_range("2024-01-01", periods=80)})
FRAME["price"] = 3 * X[:, 0] + X[:, 1]


def alike(one, other):
    for mine, theirs in zip(one.data, other.data, strict=True):
        for a, b in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(a, b)
    assert one.columns_table == other.columns_table
    assert one.reading == other.reading


@pytest.mark.parametrize("target", ["price", "city"])
@pytest.mark.parametrize("kind", [lambda f: f, pl.from_pandas, pa.Table.from_pandas], ids=["pandas", "polars", "arrow"])
def test_a_frame_is_its_parquet_file(kind, target, tmp_path):
    FRAME.to_parquet(tmp_path / "t.parquet")
    alike(find((kind(FRAME), target)), find(f"{tmp_path / 't.parquet'}:{target}"))


@pytest.mark.parametrize(
    "x", [X, X.tolist(), X.astype("float32"), jnp.asarray(X), X[:, 0]], ids=["numpy", "lists", "float32", "jax", "one"]
)
def test_arrays_are_their_npz_file(x, tmp_path):
    np.savez(tmp_path / "t.npz", x=np.asarray(x), y=Y)
    alike(find((x, Y)), find(f"{tmp_path / 't.npz'}:y"))


def test_options_and_targets_beside_a_frame():
    made = find((FRAME[["a", "city"]], Y), hidden="5", columns={"a": "ignore"}, task="number")
    assert made.hidden == (5,)
    assert made.sizes == (2, 5, 1)


def test_names_that_are_no_text_and_an_index_are_no_features():
    frame = pd.DataFrame(X, columns=[0, 1, 2], index=np.arange(80) * 7)
    made = find((frame.assign(target=Y), "target"))
    assert made.sizes[0] == 3


def test_a_race_on_a_frame_says_why_it_cannot_be_run_again(tmp_path):
    race = descend.race((FRAME, "city"), "sgd", learning_rates=0.1, steps=5, seeds=1, evaluation_seeds=2)
    descend.save(race, tmp_path / "out")
    with pytest.raises(BadInput, match=r"a table in memory: save it as a \.parquet file"):
        _ = descend.load(tmp_path / "out").spec


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (FRAME, "a DataFrame alone has no target: race (frame, 'COLUMN')"),
        ((FRAME, "prise"), "did you mean 'price'"),
        ((FRAME, Y[:5]), "y has shape (5,) and x 80 rows"),
        ((X, Y[:5]), "y has shape (5,) and x 80 rows"),
        ((X[None], Y), "x has shape (1, 80, 3), must be (rows, features)"),
        (([[1, 2], [3]], [1, 2]), "must be an array of numbers"),
        ((X.astype(complex), Y), "must be an array of numbers"),
        ((X[:0], Y[:0]), "the table has no rows"),
        ((X, "y"), "or a table in memory, (DataFrame, 'COLUMN') or arrays (x, y)"),
        ((pd.DataFrame({"a": [1, "x", None, [2]], "b": [1, 2, 3, 4]}), "b"), "give each column one type"),
    ],
)
def test_what_is_no_table_is_told_in_one_line(given, says):
    with pytest.raises(BadInput) as caught:
        find(given)
    assert says in str(caught.value)
