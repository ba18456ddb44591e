import random
import sys

import mnist1d as package
import numpy as np
import pytest

from descend.core.errors import MissingExtra
from descend.problems import MNIST1D
from descend.problems.datasets import cache as keeping
from descend.problems.datasets import mnist1d
from descend.problems.datasets.download import cache


def test_the_default_is_that_of_the_paper():
    made = MNIST1D(validation=0.0)
    (x, y), (test, labels) = made.data.train, made.data.test
    assert (x.shape, test.shape, made.shape, made.sizes) == ((4000, 40), (1000, 40), (40,), (40, 32, 10))
    state, python_state = np.random.mtrand._rand.get_state(), random.getstate()
    try:
        expected = package.data.make_dataset()
    finally:
        np.random.mtrand._rand.set_state(state)
        random.setstate(python_state)
    np.testing.assert_allclose(x, expected["x"], atol=1e-6)
    np.testing.assert_allclose(test, expected["x_test"], atol=1e-6)
    assert np.array_equal(y, expected["y"])
    assert np.array_equal(labels, expected["y_test"])
    assert list(np.bincount(np.concatenate([y, labels]))) == [500] * 10
    np.testing.assert_allclose([np.vstack([x, test]).mean(), np.vstack([x, test]).std()], [0, 1], atol=1e-4)


def test_making_it_leaves_everyone_elses_chance_alone():
    before = np.random.mtrand._rand.get_state()[1].copy(), random.getstate()
    mnist1d._generate(package, 80, 42)
    assert np.array_equal(before[0], np.random.mtrand._rand.get_state()[1])
    assert before[1] == random.getstate()


def test_rows_and_seed_are_as_asked():
    made, other = MNIST1D(rows=82), MNIST1D(rows=82, draw_seed=1)
    assert (made.data.rows, len(made.data.validation[1])) == (66, 16)
    assert len(made.data.test[1]) == 28
    assert not np.array_equal(made.data.train[0], other.data.train[0])
    shared = MNIST1D(rows=82, validation=0.5)
    assert (shared.data.rows, len(shared.data.validation[1])) == (41, 41)
    assert MNIST1D(rows=82, validation=0.0).data.validation is None


def test_it_is_made_once_and_again_where_it_was_damaged(monkeypatch):
    made = []
    monkeypatch.setattr(mnist1d, "_generate", lambda *asked, make=mnist1d._generate: made.append(asked) or make(*asked))
    first = MNIST1D(rows=83).data
    assert np.array_equal(MNIST1D(rows=83).data.train[0], first.train[0])
    assert len(made) == 1
    kept = next(cache().glob("mnist1d-*-83-42.npz"))
    kept.write_bytes(kept.read_bytes()[:-9] + b"damaged!!")
    assert np.array_equal(MNIST1D(rows=83).data.train[0], first.train[0])
    assert len(made) == 2
    assert list(cache().glob("*.part")) == []


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(keeping, "cache", lambda: tmp_path / "file")
    assert keeping.load_or_make("name", lambda: b"content") == b"content"


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "mnist1d", None)
    with pytest.raises(MissingExtra, match=r"mnist1d needs mnist1d; install it with: pip install 'descend\[mnist1d\]'"):
        _ = MNIST1D(rows=84).data
