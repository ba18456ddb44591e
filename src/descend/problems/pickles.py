"""Lists of whole numbers, as NumPy pickles an array of them: read without NumPy, and with nothing else in their place.

A pickle is a program. NumPy's own part in it can be told to take bytes of the file for addresses of objects, so none of NumPy's
constructors is called here: first every opcode must be one of the few that such lists need, and then Python's own unpickler
makes lists, tuples and numbers of them, and marks in place of what is NumPy's.
"""

import io
import pickle
import re
from typing import Any

import numpy as np

from descend.core.system.archives import header

NAMES = (b"ndarray", b"dtype", b"_reconstruct", b"encode")
MODULES = (b"numpy", b"numpy.core.multiarray", b"numpy._core.multiarray", b"_codecs")
WORDS = (*NAMES, *MODULES, b"latin1", b"O8", b"O", b"|", b"b")
NUMBERS = rb"K.|M..|J....|\x8a(?:\x01.|\x02..|\x03...|\x04....)"
LISTS = rb"\]|\(|a|e"
# The memory of a pickle is a table that grows to the highest place written to: 2^20 places are enough for any file.
MEMO = rb"q.|r..[\x00-\x0f]\x00|\x94|h.|j..[\x00-\x0f]\x00"
FRAME = rb"\x95.....\x00\x00\x00"
ARRAY = rb"\)|\x85|\x86|\x87|t|N|\x88|\x89|R|b|\x93"
GLOBALS = rb"c(?:" + b"|".join(map(re.escape, MODULES)) + rb")\n(?:" + b"|".join(NAMES) + rb")\n"
STRINGS = b"|".join(
    re.escape(start + len(word).to_bytes(size, "little") + word)
    for word in WORDS
    for start, size in ((b"X", 4), (b"\x8c", 1), (b"U", 1), (b"C", 1))
)
PROGRAM = re.compile(
    rb"\x80[\x02-\x05](?>" + b"|".join((NUMBERS, LISTS, MEMO, FRAME, GLOBALS, STRINGS, ARRAY)) + rb")*+\.", re.DOTALL
)


class NoLists(ValueError):
    """What is no array of lists of whole numbers; the message says what it is instead."""


def lists(content: bytes) -> list[np.ndarray]:
    """The lists in the bytes of an .npy file, each as an array (numbers,) of int64; an empty one as [0].

    NoLists says what else they hold. Damage shows as errors of many kinds; memory and time are in proportion to the bytes.
    """
    file = io.BytesIO(content)
    shape, _, dtype = header(file)
    if not dtype.hasobject or len(shape) != 1:
        raise NoLists(f"an array of {dtype} {shape}")
    columns = unpickle(content[file.tell() :])
    if len(columns) != shape[0]:
        raise NoLists(f"{len(columns)} lists where there should be {shape[0]}")
    return columns


def unpickle(program: bytes) -> list[np.ndarray]:
    """The lists that the pickle of an array holds; raises as `lists` does."""
    if not PROGRAM.fullmatch(program):
        raise NoLists("Python objects of other kinds")
    rows = _rows(_Reader(io.BytesIO(program)).load())
    if sum(map(len, rows)) > len(program):  # a number takes two bytes or more; one list may be named many times
        raise NoLists("lists that stand in it more than once")
    return [np.array(row or [0], np.int64) for row in rows]


def _rows(found: Any) -> list[list[int]]:
    """The lists that an array's state holds."""
    state = found.state if isinstance(found, _Mark) else None
    if not (isinstance(state, tuple) and len(state) == 5 and isinstance(state[4], list)):
        raise NoLists("no array of objects")
    rows = state[4]
    if not set(map(type, rows)) <= {list} or any(set(map(type, row)) - {int} for row in rows):
        raise NoLists("objects that are no whole numbers")
    return rows


class _Mark:
    """Stands for what is NumPy's: takes whatever it is told, and does nothing with it."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state: Any = None

    def __call__(self, *_: Any) -> "_Mark":
        return _Mark()

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Reader(pickle.Unpickler):
    """Python's own unpickler, for which every name means a mark."""

    def find_class(self, module: str, name: str) -> Any:
        """A mark."""
        return _Mark()
