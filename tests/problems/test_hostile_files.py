"""Small files that unpack to more than the machine has, and what is no file: one line, before anything is allocated."""

import gzip
import os
import struct
import zipfile

import numpy as np
import pytest
import small_files

from descend import problems
from descend.core.errors import BadData, BadInput
from descend.core.system import machine

MEMORY = 200_000_000


@pytest.fixture
def small_machine(monkeypatch):
    monkeypatch.setattr(machine, "memory", lambda: MEMORY)


def refused(name, path) -> str:
    with pytest.raises(BadInput) as caught:
        _ = problems.find(name, file=path).data
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_images_that_unpack_beyond_the_memory(tmp_path, small_machine):
    rows = 40_000
    many = {"x_train": np.zeros((rows, 28, 28), "uint8"), "y_train": np.zeros(rows, "uint8")}
    np.savez_compressed(tmp_path / "mnist.npz", **small_files.images() | many)
    assert "takes about 377 MB of memory, and this machine has 200 MB: take fewer rows" in refused("mnist", tmp_path / "mnist.npz")
    small_files.idx(tmp_path)
    packed = gzip.compress(struct.pack(">HBBIII", 0, 8, 3, rows, 28, 28) + bytes(rows * 784))
    assert len(packed) < 100_000
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(packed)
    assert "train-images-idx3-ubyte.gz takes about" in refused("mnist", tmp_path)


@pytest.mark.parametrize("shape", ["(10**9,)", "(1000000000000, 28, 28)", "(-1, 28, 28)", "(((1,),),)"])
def test_headers_that_lie_allocate_nothing(tmp_path, shape):
    np.savez(tmp_path / "mnist.npz", **small_files.images())
    head = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(tmp_path / "mnist.npz") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["x_train.npy"] = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(100)
    with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    assert any(words in refused("mnist", tmp_path / "mnist.npz") for words in ("unpacks to 784 TB", "not a readable .npz file"))


def test_reviews_that_unpack_beyond_the_memory(tmp_path, small_machine):
    with zipfile.ZipFile(tmp_path / "imdb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            archive.writestr(f"{name}.npy", bytes(30_000_000))
    assert "imdb.npz takes about" in refused("imdb", tmp_path / "imdb.npz")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "imdb"])
@pytest.mark.parametrize("ending", ["data.npz", "data"])
def test_devices_pipes_and_names_that_cannot_be(tmp_path, name, ending):
    path = tmp_path / ending
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        make(path)
        assert "a device or a pipe, not a file" in refused(name, path)
        path.unlink()
    path.symlink_to(path)
    for bad in (path, tmp_path / ("x" * 5000), tmp_path / "a\0b"):
        assert "there is nothing of that name" in refused(name, bad)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_a_pipe_in_a_folder_of_images(tmp_path):
    small_files.idx(tmp_path, ending="")
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    os.mkfifo(tmp_path / "t10k-labels-idx1-ubyte")
    assert "t10k-labels-idx1-ubyte is not a whole IDX file" in refused("mnist", tmp_path)


def test_text_that_is_none_in_an_array(tmp_path):
    np.savez(tmp_path / "t.npz", x=np.frombuffer(b"\xff" * 160, "U4"), y=np.arange(10))
    with pytest.raises(BadData, match="'x' holds <U4: must hold numbers or text"):
        problems.find(f"{tmp_path}/t.npz:y")


@pytest.mark.parametrize("ending", [".zip", ".xlsx", ".csv.gz"])
def test_any_damage_to_a_packed_file_is_one_line(tmp_path, ending):
    text = b"a,y\n" + b"".join(b"%d,%d\n" % (i, i % 2) for i in range(300))
    path = tmp_path / f"t{ending}"
    if ending == ".csv.gz":
        path.write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("t.csv" if ending == ".zip" else "xl/worksheets/sheet1.xml", text)
    whole, random = path.read_bytes(), np.random.default_rng(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for at in random.integers(len(whole), size=3):
            damaged[at] = random.integers(256)
        path.write_bytes(bytes(damaged))
        try:
            problems.find(f"{path}:y")
        except BadInput as error:
            assert "\n" not in str(error)
