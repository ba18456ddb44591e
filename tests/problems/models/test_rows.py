"""Rows of own models, from whatever they come in."""

import itertools

import numpy as np
import pandas as pd
import polars as pl
import pytest

from descend.core.errors import BadInput
from descend.problems.models import rows

X = np.arange(80, dtype="float64").reshape(40, 2)
Y = np.arange(40) % 2


def whole(made):
    """All rows of all parts, by their first number."""
    parts = [part for part in made.data if part is not None]
    x = np.concatenate([part[0] for part in parts])
    order = np.argsort(x[:, 0])
    return x[order], np.concatenate([part[1] for part in parts])[order]


class Rows:
    """As torch's Dataset."""

    def __len__(self):
        return 40

    def __getitem__(self, i):
        return X[i], Y[i]


def batches():
    for i in range(0, 40, 8):
        yield X[i : i + 8], Y[i : i + 8]


FRAME = {"a": X[:, 0], "b": X[:, 1], "kind": Y}


@pytest.mark.parametrize(
    "given",
    [
        (X, Y),
        (X.tolist(), Y.tolist()),
        (pd.DataFrame(FRAME), "kind"),
        (pl.DataFrame(FRAME), "kind"),
        (pd.DataFrame(X), pd.Series(Y)),
        (Rows(),),
        (batches(),),
    ],
    ids=["arrays", "lists", "pandas", "polars", "frame and series", "data set", "generator"],
)
def test_the_same_rows_from_everything(given):
    x, y = whole(rows(*given))
    assert x.dtype == np.float32
    assert y.dtype == np.int32
    assert np.array_equal(x, X)
    assert np.array_equal(y, Y)


def test_data_sets_of_tensorflow_and_torch():
    tf = pytest.importorskip("tensorflow")
    torch = pytest.importorskip("torch")
    tensors = torch.utils.data.TensorDataset(torch.as_tensor(X), torch.as_tensor(Y))
    loader = torch.utils.data.DataLoader(tensors, batch_size=16)
    sets = [tf.data.Dataset.from_tensor_slices((X, Y)), tf.data.Dataset.from_tensor_slices((X, Y)).batch(7), tensors, loader]
    for each in sets:
        assert np.array_equal(whole(rows(each))[0], X)
    with pytest.raises(BadInput, match="has no end"):
        rows(sets[0].repeat())


def test_inputs_of_several_parts_and_standardising():
    made = rows({"a": X, "words": np.arange(40)}, Y, scaling="standardised", split_seed=1)
    train = made.data.train[0]
    assert train["a"].mean(axis=0) == pytest.approx([0, 0], abs=1e-5)
    assert train["words"].dtype == np.int32
    assert made.notes == ("The model sees the numbers of its inputs standardised by the training rows.",)
    assert [len(part[1]) for part in made.data] == [24, 8, 8]


def test_a_table_gives_its_features(tmp_path):
    file = tmp_path / "t.csv"
    pd.DataFrame({"a": X[:, 0], "c": ["x", "y"] * 20, "kind": np.where(Y, "up", "down")}).to_csv(file, index=False)
    made = rows(f"{file}:kind")
    assert (made.features, made.classes) == (3, 2)
    assert "3 features: numbers standardised" in made.notes[0]


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        ((X, Y[:-1]), {}, "x has 40 rows and y has 39"),
        ((X, np.array(["a"] * 40)), {}, "y holds <U1, must hold numbers"),
        ((np.where(X == 7, np.nan, X), Y), {}, "x[3, 1] is nan"),
        ((X, Y), {"scaling": "minmax"}, "scaling is 'minmax'"),
        ((X, Y), {"validation": 2}, "validation is 2, must be a share"),
        ((pd.DataFrame({"a": ["x", "y"], "b": [1, 2]}), "b"), {}, "column 'a' holds"),
        ((pd.DataFrame(FRAME), "kin"), {}, "did you mean 'kind'"),
        ((pd.DataFrame(FRAME),), {}, "name the column to predict"),
        (((x for x in ()),), {}, "gives no rows"),
        (((x for x in (1, 2)),), {}, "must be a pair (x, y)"),
        (("t.csv",), {}, "names no target"),
        ((3.0,), {}, "holds no rows"),
    ],
)
def test_rows_that_do_not_fit_are_told(given, options, said):
    with pytest.raises(BadInput) as caught:
        rows(*given, **options)
    assert said in str(caught.value)


def test_a_generator_without_end_is_refused(monkeypatch):
    from descend.problems.models import batches as module

    monkeypatch.setattr(module, "MOST", 10_000)
    with pytest.raises(BadInput, match="may never end"):
        rows(itertools.repeat((X, Y)))
