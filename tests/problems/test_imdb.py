import io
import pickle
import re
import zipfile

import numpy as np
import pytest
import small_files

from descend import problems
from descend.core.errors import BadData, BadValue
from descend.problems import IMDB
from descend.problems.datasets import imdb

REVIEWS = small_files.reviews()


def save(path, **change):
    np.savez(path / "imdb.npz", **{name: array for name, array in (REVIEWS | change).items() if array is not None})
    return path / "imdb.npz"


def test_bags_hold_each_word_of_the_vocabulary_once(tmp_path):
    made = IMDB(file=save(tmp_path), vocabulary=50, weighting="counts", validation=0.0)
    (bag, y), (test, labels) = made.data.train, made.data.test
    assert (bag.shape, test.shape, made.sizes, made.class_names) == ((120, 50), (40, 50), (50, 2), ("blame", "praise"))
    dense = np.asarray(test.T).T
    for row, text, label in zip(dense, REVIEWS["x_test"], labels, strict=True):
        assert row.sum() == sum(rank <= 50 for rank in text)
        assert list(np.flatnonzero(row) + 1) == sorted({rank for rank in text if rank <= 50})
        assert (row[6], row[8]) == (label, 1 - label)
    assert sorted(np.asarray(bag.T).sum(axis=0)) == sorted(sum(rank <= 50 for rank in text) for text in REVIEWS["x_train"])
    assert np.array_equal(y, np.asarray(bag.T)[6])


def test_rows_are_shuffled_so_that_the_first_ones_are_of_both_classes(tmp_path):
    made = IMDB(file=save(tmp_path), rows=30, validation=0.0)
    assert made.data.rows == 30
    assert 5 < made.data.train[1].sum() < 25
    assert problems.find(made) is made


def test_the_restricted_reader_runs_nothing(tmp_path):
    class Harm:
        def __reduce__(self):
            return (tmp_path.joinpath("harmed").write_text, ("",))

    harm = np.empty(120, object)
    harm[:] = [Harm() for _ in harm]
    with pytest.raises(BadData, match=r"imdb.npz: texts must be lists of whole numbers, not Python objects of other kinds: is"):
        imdb.read(save(tmp_path, x_train=harm))
    assert not (tmp_path / "harmed").exists()


def test_files_of_older_numpy_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "old.npz", "w") as old:
        for name, array in REVIEWS.items():
            file = io.BytesIO()
            np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
            pickled = pickle.dumps(array, protocol=3).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")
            old.writestr(f"{name}.npy", file.getvalue() + (pickled if array.dtype == object else array.tobytes()))
    texts = imdb.read(tmp_path / "old.npz")[0]
    assert [list(text) for text in texts] == list(REVIEWS["x_train"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x_test": None}, " must hold the arrays x_train, y_train, x_test, y_test: fetch it anew"),
        ({"y_test": np.zeros(7, int)}, ": 40 texts have labels (7,), must have one each, 0 or 1"),
        ({"y_test": np.full(40, 2)}, ": 40 texts have labels (40,), must have one each, 0 or 1"),
        ({"x_test": np.full(40, "words")}, ": texts must be lists of whole numbers, not an array of <U5 (40,): is it another"),
        ({"x_test": np.zeros((40, 3))}, ": texts must be lists of whole numbers, not an array of float64 (40, 3)"),
    ],
)
def test_archives_that_do_not_fit_are_refused(tmp_path, change, message):
    with pytest.raises(BadData, match=re.escape(f"imdb.npz{message}")) as caught:
        _ = IMDB(file=save(tmp_path, **change)).data
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"text", pickle.dumps([1])])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "imdb.npz").write_bytes(content)
    with pytest.raises(BadData, match=r"is not a readable imdb\.npz"):
        _ = IMDB(file=tmp_path / "imdb.npz").data


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(BadValue, match=r"imdb: file is 'nowhere\.npz', must be the path of imdb.npz as Keras has it; there is"):
        problems.find("imdb", file="nowhere.npz")
