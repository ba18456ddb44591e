"""Files from elsewhere, read in bounded memory: their bytes, and the arrays of NumPy's archives."""

import math
import os
import stat
import zipfile
from collections.abc import Callable, Collection
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import numpy as np

HEADERS: dict[tuple[int, int], Any] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}
ENDING = ".npy"

Check = Callable[[int], None]  # told how many bytes are about to be allocated; raises where these are too many


class NoFile(ValueError):
    """A device, a pipe or a folder in a file's place."""


class NoArray(ValueError):
    """A part of an archive that is no array of plain numbers or text."""


def content(path: Path, check: Check) -> bytes:
    """The bytes of a file; OSError where it cannot be opened, NoFile for what has no end or would wait for a writer."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise NoFile("a folder, not a file" if stat.S_ISDIR(about.st_mode) else "a device or a pipe, not a file")
    with os.fdopen(handle, "rb") as file:
        check(about.st_size)
        return file.read(about.st_size)


def why(error: Exception) -> str:
    """What is wrong with a file in a few words: our own, or the kind of error that a library had with it."""
    return str(error) if isinstance(error, NoArray | NoFile) else type(error).__name__


def arrays(file: BufferedIOBase, check: Check, names: Collection[str] | None = None, least: int = 1) -> dict[str, np.ndarray]:
    """The arrays of an .npz archive, by name: all, or those of `names`. Nothing in it is run, and no Python object is made.

    `check` hears of the bytes that all of them take, as their headers say, before any is made; an element counts as `least`
    bytes, and an axis as 1. Raises KeyError for a name
    that is not there, NoArray for a part that is no plain array; damage shows as errors of many other kinds.
    """
    with zipfile.ZipFile(file) as archive:
        parts = {part.removesuffix(ENDING): part for part in archive.namelist() if part.endswith(ENDING)}
        if names is None and len(parts) < len(archive.namelist()):
            raise NoArray("it holds parts that are no arrays")
        chosen = {name: parts[name] for name in (parts if names is None else names)}
        check(sum(_size(archive, part, least) for part in chosen.values()))
        return {name: _array(archive, part) for name, part in chosen.items()}


def header(stream: Any) -> tuple[tuple[int, ...], bool, np.dtype]:
    """What the start of an array's part says, the stream being left at its data: shape, Fortran's order or not, type."""
    version = np.lib.format.read_magic(stream)
    if version not in HEADERS:
        raise NoArray(f"an array of version {version}")
    shape, fortran, dtype = HEADERS[version](stream)
    if any(n < 0 for n in shape):
        raise NoArray(f"an array of shape {shape}")
    return shape, fortran, dtype


def _size(archive: zipfile.ZipFile, part: str, least: int) -> int:
    with archive.open(part) as stream:
        shape, _, dtype = header(stream)
        if dtype.hasobject:
            raise NoArray("Python objects")
        return math.prod(max(1, n) for n in shape) * max(least, dtype.itemsize)


def _array(archive: zipfile.ZipFile, part: str) -> np.ndarray:
    with archive.open(part) as stream:
        shape, fortran, dtype = header(stream)
        size = math.prod(shape) * dtype.itemsize
        raw = stream.read(size)
        if len(raw) < size or stream.read(1):
            raise NoArray(f"{len(raw)} bytes or more of data where its header says {size}")
    if not size:
        return np.zeros(shape, dtype)
    return np.frombuffer(bytearray(raw), dtype).reshape(shape, order="F" if fortran else "C")
