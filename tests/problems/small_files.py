"""Small files in the layouts of the large data sets, so that nothing is fetched."""

import functools
import gzip
import struct
import tempfile
from pathlib import Path

import numpy as np

FOLDER = tempfile.TemporaryDirectory(prefix="descend-tests-", ignore_cleanup_errors=True)
TRAIN, TEST = 120, 40
IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def images():
    """Images whose label is the row that is bright."""
    random = np.random.default_rng(0)
    labels = np.arange(TRAIN + TEST, dtype="uint8") % 10
    pixels = random.integers(0, 60, (TRAIN + TEST, 28, 28), "uint8")
    pixels[np.arange(TRAIN + TEST), labels] = 255
    return {"x_train": pixels[:TRAIN], "y_train": labels[:TRAIN], "x_test": pixels[TRAIN:], "y_test": labels[TRAIN:]}


def idx(folder: Path, arrays=None, ending=".gz") -> Path:
    for name, array in zip(IDX, (arrays or images()).values(), strict=True):
        raw = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()
        (folder / f"{name}{ending}").write_bytes(gzip.compress(raw) if ending else raw)
    return folder


def reviews():
    """Texts as ranks of words: rank 7 in praise, rank 9 in blame, others anywhere; sorted by label, as in the original."""
    random = np.random.default_rng(1)
    arrays = {}
    for part, rows in (("train", TRAIN), ("test", TEST)):
        labels = np.sort(np.arange(rows) % 2)
        texts = np.empty(rows, object)
        for i, label in enumerate(labels):
            texts[i] = [7 if label else 9, *random.integers(10, 60, 5 + i % 7).tolist(), 88_000]
        arrays |= {f"x_{part}": texts, f"y_{part}": labels}
    return arrays


@functools.cache
def options(name: str) -> dict[str, object]:
    """What makes the problem of that name small enough, and its data at hand, for tests."""
    folder = Path(FOLDER.name)
    if name == "mnist1d":
        return {"rows": 160}
    if name == "mnist":
        np.savez(folder / "mnist.npz", **images())
        return {"file": folder / "mnist.npz"}
    if name == "fashion_mnist":
        (folder / "fashion").mkdir()
        return {"file": idx(folder / "fashion")}
    if name == "imdb":
        np.savez(folder / "imdb.npz", **reviews())
        return {"file": folder / "imdb.npz", "vocabulary": 50}
    return {}
