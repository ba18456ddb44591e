"""Labelled images from files: the four IDX files of MNIST in a folder, or one .npz as Keras writes it."""

import gzip
import struct
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from descend.core.errors import BadData

IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
NPZ = ("x_train", "y_train", "x_test", "y_test")


class Labelled(NamedTuple):
    """Images uint8 (rows, height, width) and labels (rows,), to train on and to test by."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def read(path: Path, classes: int, side: int) -> Labelled:
    """The images of side x side pixels in `path`, a folder of IDX files or a .npz file. BadData says what is wrong in it."""
    found = Labelled(*(_idx(path, name) for name in IDX)) if path.is_dir() else _npz(path)
    for images, labels, name in ((found.train, found.train_labels, "training"), (found.test, found.test_labels, "test")):
        if images.ndim != 3 or images.shape[1:] != (side, side) or images.dtype != np.uint8:
            raise BadData(f"{path}: the {name} images are {images.dtype} {images.shape}, must be uint8 (rows, {side}, {side})")
        if labels.shape != images.shape[:1] or not len(labels):
            raise BadData(f"{path}: {len(images)} {name} images have labels {labels.shape}, must have one each")
        if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= classes:
            raise BadData(f"{path}: the {name} labels must be whole numbers in [0, {classes}): is it another data set?")
    return found


def _npz(path: Path) -> Labelled:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return Labelled(*(archive[name] for name in NPZ))
    except KeyError:
        raise BadData(f"{path} must hold the arrays {', '.join(NPZ)}: fetch it anew") from None
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable .npz file ({type(error).__name__}): fetch it anew") from None


def _idx(folder: Path, name: str) -> np.ndarray:
    """One IDX file of bytes, with or without .gz: two zeros, the kind (8: bytes), the number of axes, their lengths, the bytes."""
    path = next((p for p in (folder / f"{name}.gz", folder / name) if p.is_file()), None)
    if path is None:
        raise BadData(f"{folder} has no {name}.gz: it must hold the four files {', '.join(f'{each}.gz' for each in IDX)}")
    try:
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        zeros, kind, axes = struct.unpack(">HBB", raw[:4])
        shape = struct.unpack(f">{axes}I", raw[4 : 4 + 4 * axes])
        offset = {(0, 8): 4 + 4 * axes}[zeros, kind]
        return np.frombuffer(raw, np.uint8, offset=offset).reshape(shape)
    except (OSError, EOFError, KeyError, ValueError, struct.error, zlib.error):
        raise BadData(f"{path} is not a whole IDX file of bytes: fetch it anew") from None
