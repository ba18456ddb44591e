import gzip
import re

import numpy as np
import pytest
import small_files

from descend import problems
from descend.core.errors import BadData, BadInput, BadValue
from descend.problems import MNIST, FashionMNIST
from descend.problems.datasets import download as fetching
from descend.problems.datasets import mnist as images
from descend.problems.datasets.download import Source

ARRAYS = small_files.images()


@pytest.mark.parametrize("layout", ["npz", "idx.gz", "idx", "kaggle.gz", "kaggle"])
@pytest.mark.parametrize("kind", [MNIST, FashionMNIST])
def test_every_layout_gives_the_same_rows(kind, layout, tmp_path):
    file = tmp_path / "mnist.npz" if layout == "npz" else small_files.idx(tmp_path, ending=".gz" * layout.endswith(".gz"))
    if layout.startswith("kaggle"):
        for path in list(tmp_path.iterdir()):
            path.rename(tmp_path / path.name.replace("-idx", ".idx"))
    if layout == "npz":
        np.savez(file, **ARRAYS)
    made = kind(file=file, validation=0.0)
    (x, y), (test, labels) = made.data.train, made.data.test
    assert np.array_equal(np.round(x * 255).reshape(-1, 28, 28), ARRAYS["x_train"])
    assert (x.dtype, y.dtype, x.min(), x.max()) == ("float32", "int32", 0, 1)
    assert np.array_equal(y, ARRAYS["y_train"])
    assert (test.shape, list(labels[:3])) == ((40, 784), [0, 1, 2])
    assert (made.shape, made.sizes) == ((28, 28), (784, 32, 10))


def test_the_test_part_judges_and_a_share_of_the_training_part_validates(tmp_path):
    file = small_files.idx(tmp_path)
    few = problems.find("mnist", file=str(file), rows="50")
    assert (few.data.rows, len(few.data.validation[1]), len(few.data.test[1])) == (40, 10, 40)
    assert np.array_equal(np.sort(np.concatenate([few.data.train[1], few.data.validation[1]])), np.sort(ARRAYS["y_train"][:50]))
    share = MNIST(file=file, validation=0.25)
    assert (share.data.rows, len(share.data.validation[1])) == (90, 30)
    assert MNIST(file=file, validation=0.0).data.validation is None
    with pytest.raises(BadValue, match=r"mnist: test is 0\.3, but the data set has a test part of its own: leave it out"):
        MNIST(file=file, test=0.3)
    with pytest.raises(BadValue, match="mnist: rows is 121, but there are 120 training rows: take at most so many"):
        _ = MNIST(file=file, rows=121).data


def test_classes_are_clothes_or_digits(tmp_path):
    file = small_files.idx(tmp_path)
    assert FashionMNIST(file=file).class_names[7:] == ("sneaker", "bag", "ankle boot")
    assert MNIST(file=file).class_names == tuple("0123456789")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"y_test": None}, "must hold the arrays x_train, y_train, x_test, y_test: fetch it anew"),
        ({"x_test": np.zeros((40, 784), "uint8")}, "the test images are uint8 (40, 784), must be uint8 (rows, 28, 28)"),
        ({"x_train": np.zeros((120, 28, 28))}, "the training images are float64 (120, 28, 28), must be uint8"),
        ({"y_train": np.zeros(7, "uint8")}, "120 training images have labels (7,), must have one each"),
        ({"y_test": np.full(40, 10)}, "the test labels must be whole numbers in [0, 10): is it another data set?"),
        ({"y_test": np.zeros(40)}, "the test labels must be whole numbers in [0, 10)"),
        ({"y_test": np.full(40, None)}, "is not a readable .npz file (Python objects): fetch it anew"),
    ],
)
def test_archives_that_do_not_fit_are_refused(tmp_path, change, message):
    arrays = {name: array for name, array in (ARRAYS | change).items() if array is not None}
    np.savez(tmp_path / "mnist.npz", **arrays)
    with pytest.raises(BadData, match=re.escape(f"mnist.npz{'' if message[0] in 'mi' else ':'} {message}")) as caught:
        _ = MNIST(file=tmp_path / "mnist.npz").data
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("options", "remedy"), [({}, "give a file with rows of every class"), ({"rows": 30}, "take more rows")])
def test_a_class_that_the_file_lacks_is_named_with_what_helps(options, remedy, tmp_path):
    there = ARRAYS["y_train"] != 9
    np.savez(tmp_path / "few.npz", **ARRAYS | {name: ARRAYS[name][there] for name in ("x_train", "y_train")})
    with pytest.raises(BadData, match=rf"^mnist \(few.npz\): class 9 \(of 10\) has no row to train on: {remedy}$"):
        _ = MNIST(file=tmp_path / "few.npz", **options).data


def damage(path, how):
    raw = gzip.decompress(path.read_bytes())
    damaged = {
        "cut": path.read_bytes()[:-20],
        "short": gzip.compress(raw[:-1]),
        "text": b"text",
        "empty": b"",
        "kind": gzip.compress(b"\0\0\x0d" + raw[3:]),
    }
    path.write_bytes(damaged[how])


@pytest.mark.parametrize("how", ["cut", "short", "text", "empty", "kind"])
def test_damaged_idx_files_are_refused(tmp_path, how):
    damage(small_files.idx(tmp_path) / "t10k-images-idx3-ubyte.gz", how)
    with pytest.raises(BadData, match=r"t10k-images-idx3-ubyte.gz is not a whole IDX file of bytes: fetch it anew$"):
        _ = MNIST(file=tmp_path).data


def test_files_that_are_not_there_are_named(tmp_path):
    with pytest.raises(BadValue, match=r"mnist: file is '.*nowhere', must be the path of an .npz file .*; there is nothing of"):
        problems.find("mnist", file=tmp_path / "nowhere")
    with pytest.raises(BadData, match=r"has no train-images-idx3-ubyte: it must hold the four files .*, each with .gz or without"):
        _ = MNIST(file=tmp_path).data


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mnist.csv", "(.gz or not); a table is a problem of its own, "),
        ("train-images-idx3-ubyte.gz", "is not an .npz file: give the path of an .npz file as Keras has it, or of a folder with"),
    ],
)
def test_files_of_another_kind_are_answered_with_the_kinds_that_are_read(name, words, tmp_path):
    (tmp_path / name).write_text("label,pixel0\n3,0\n")
    with pytest.raises(BadInput, match=re.escape(words)):
        _ = MNIST(file=tmp_path / name).data


def test_without_a_network_a_path_is_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "cache", lambda: tmp_path)
    monkeypatch.setattr(MNIST, "sources", (Source("http://127.0.0.1:9/mnist.npz", "mnist.npz", "0" * 64),))
    with pytest.raises(
        BadData, match=r"mnist.npz cannot be fetched \(.*\): get it elsewhere and name it with file='PATH'"
    ) as caught:
        _ = MNIST().data
    assert "\n" not in str(caught.value)


def test_what_is_in_the_cache_is_used(tmp_path, monkeypatch):
    small_files.idx(tmp_path)
    monkeypatch.setattr(fetching, "cache", lambda: tmp_path)
    sources = tuple(
        Source("http://127.0.0.1:9/", f"{name}.gz", fetching.digest(tmp_path / f"{name}.gz")) for name in images.idx.IDX
    )
    monkeypatch.setattr(FashionMNIST, "sources", sources)
    assert FashionMNIST().data.rows == 96
