"""Labelled images from files: the four IDX files of MNIST in a folder, or one .npz as Keras writes it."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from descend.core.errors import BadData
from descend.core.system.archives import arrays, content, why

from ..tables import limits

IDX = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
NPZ = ("x_train", "y_train", "x_test", "y_test")
KINDS = "an .npz file as Keras has it, or of a folder with the four IDX files (.gz or not)"  # what there must be the path of
PACKED = b"\x1f\x8b"  # how gzip begins
COPIES = 12  # of the bytes of images that exist at once: they become 32-bit floats, which are scaled, shuffled and parted


class Labelled(NamedTuple):
    """Images uint8 (rows, height, width) and labels (rows,), to train on and to test by."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray


def read(path: Path, classes: int, side: int) -> Labelled:
    """The images of side x side pixels in `path`, a folder of IDX files or a .npz file. BadData says what is wrong in it."""
    parts = Labelled(*(_idx(path, name) for name in IDX)) if path.is_dir() else _npz(path)
    for images, labels, name in ((parts.train, parts.train_labels, "training"), (parts.test, parts.test_labels, "test")):
        if images.ndim != 3 or images.shape[1:] != (side, side) or images.dtype != np.uint8:
            raise BadData(f"{path}: the {name} images are {images.dtype} {images.shape}, must be uint8 (rows, {side}, {side})")
        if labels.shape != images.shape[:1] or not len(labels):
            raise BadData(f"{path}: {len(images)} {name} images have labels {labels.shape}, must have one each")
        if labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= classes:
            raise BadData(f"{path}: the {name} labels must be whole numbers in [0, {classes}): is it another data set?")
    return parts


def _npz(path: Path) -> Labelled:
    try:
        data = content(path, limits.of_file(path, COPIES))
        _check_kind(path, data)
        parts = arrays(io.BytesIO(data), limits.of_archive(path, len(data), COPIES), NPZ)
    except BadData:
        raise
    except KeyError:
        raise BadData(f"{path} must hold the arrays {', '.join(NPZ)}: fetch it anew") from None
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable .npz file ({why(error)}): fetch it anew") from None
    return Labelled(*(parts[name] for name in NPZ))


def _check_kind(path: Path, data: bytes) -> None:
    if path.suffix.lower() != ".npz" and not zipfile.is_zipfile(io.BytesIO(data)):
        raise BadData(f"{path} is not an .npz file: give the path of {KINDS}")


def _idx(folder: Path, name: str) -> np.ndarray:
    """One IDX file of bytes, packed or not: two zeros, the kind (8: bytes), the number of axes, their lengths, the bytes.

    Its name may have a point before idx, as in train-images.idx3-ubyte.
    """
    spelled = (f"{each}{ending}" for each in (name, name.replace("-idx", ".idx")) for ending in (".gz", ""))
    path = next((folder / each for each in spelled if (folder / each).exists()), None)
    if path is None:
        raise BadData(f"{folder} has no {name}: it must hold the four files {', '.join(IDX)}, each with .gz or without")
    try:
        raw = _unpack(path, content(path, limits.of_file(path, COPIES)))
        zeros, kind, axes = struct.unpack(">HBB", raw[:4])
        shape = struct.unpack(f">{axes}I", raw[4 : 4 + 4 * axes])
        offset = {(0, 8): 4 + 4 * axes}[zeros, kind]
        return np.frombuffer(raw, np.uint8, offset=offset).reshape(shape)
    except BadData:
        raise
    except (OSError, EOFError, KeyError, ValueError, struct.error, zlib.error):
        raise BadData(f"{path} is not a whole IDX file of bytes: fetch it anew") from None


def _unpack(path: Path, data: bytes) -> bytes:
    """What is in a packed file, or the bytes of one that is not packed."""
    if not data.startswith(PACKED):
        return data
    with gzip.open(io.BytesIO(data)) as stream:
        return limits.unpack(path, stream, len(data), COPIES)
