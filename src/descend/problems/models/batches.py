"""Rows in other hands: frames, data sets of frameworks and generators, read into arrays in bounded memory."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadData, UnknownName, short
from descend.core.numeric.foreign import to_numpy
from descend.core.system.machine import in_bytes, memory

SHARE = 1 / 8  # of the memory that rows of a data set or generator may take
MOST = 2**31  # bytes of them, at most
PIECES = 10_000_000  # rows or batches, at most


def frame(data: Any, y: Any) -> tuple[Any, Any]:
    """Features (rows, columns) and targets of a frame, whose targets are the column `y`, or y itself."""
    columns = [str(name) for name in data.columns]
    if y is None:
        raise BadData(f"a DataFrame has no target of its own: name the column to predict, one of {short(', '.join(columns), str)}")
    if isinstance(y, str):
        if y not in columns:
            raise UnknownName("column", y, columns)
        y, columns = _column(data, y), [name for name in columns if name != y]
        if y.dtype.kind not in "iubf":
            y = np.unique(y.astype(str), return_inverse=True)[1]
    elif hasattr(y, "to_numpy"):
        y = y.to_numpy()
    features = [_column(data, name) for name in columns]
    for name, values in zip(columns, features, strict=True):
        if values.dtype.kind not in "iubf":
            remedy = "encode it, leave it out, or write the frame to a file and give 'FILE:TARGET', which encodes it"
            raise BadData(f"column {short(name)} holds {values.dtype}, must hold numbers: {remedy}")
    if not features:
        raise BadData("the DataFrame has no column to predict from: add one")
    return np.column_stack([values.astype(np.float32) for values in features]), y


def _column(data: Any, name: str) -> np.ndarray:
    return np.asarray(data[next(each for each in data.columns if str(each) == name)].to_numpy())


def gather(data: Any) -> tuple[Any, Any]:
    """All rows (x, y) of a data set or generator; BadData for one without end, or too large to hold."""
    if isinstance(data, tuple) and len(data) == 2:
        return data
    pieces = _bounded(_pieces(data), type(data).__name__)
    first = pieces[0]
    xs, ys = zip(*pieces, strict=True)
    join = np.concatenate if _is_batch(first) else np.stack
    try:
        return jax.tree.map(lambda *parts: join(parts), *xs), jax.tree.map(lambda *parts: join(parts), *ys)
    except ValueError as error:
        raise BadData(f"the batches of {type(data).__name__} do not fit together: {short(error, str)}") from error


def _pieces(data: Any) -> Iterator[tuple[Any, Any]]:
    """The batches, or the rows, of a data set."""
    for number, piece in enumerate(_iterate(data)):
        if not isinstance(piece, tuple | list) or len(piece) != 2:
            what = f"{len(piece)} parts" if isinstance(piece, tuple | list) else short(piece)
            raise BadData(f"item {number} of {type(data).__name__} is {what}, must be a pair (x, y) of rows and targets")
        yield tuple(_tree(part) for part in piece)  # type: ignore[misc]


def _iterate(data: Any) -> Iterable[Any]:
    if hasattr(data, "as_numpy_iterator"):  # tf.data
        if int(data.cardinality()) == -1:
            raise BadData("this tf.data Dataset has no end (repeat): give it without, or with take(batches)")
        return data.as_numpy_iterator()
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):  # torch's Dataset, Keras' PyDataset: __iter__ may be missing
        return (data[i] for i in range(len(data)))
    if hasattr(data, "__iter__") or hasattr(data, "__next__"):
        return iter(data)
    raise BadData(f"{short(data)} holds no rows: give x and y, 'FILE:TARGET', a data set, or a generator of batches (x, y)")


def _tree(part: Any) -> Any:
    return jax.tree.map(lambda leaf: to_numpy("a batch", leaf), part)


def _bounded(pieces: Iterator[Any], name: str) -> list[Any]:
    limit, size, kept = min(MOST, int(SHARE * memory())), 0, []
    for piece in itertools.islice(pieces, PIECES):
        size += sum(leaf.nbytes for leaf in jax.tree.leaves(piece))
        if size > limit:
            raise BadData(f"{name} gives more than {in_bytes(limit)} of rows, and may never end: give fewer, as arrays or a file")
        kept.append(piece)
    if not kept:
        raise BadData(f"{name} gives no rows: was it used up before?")
    return kept


def _is_batch(piece: tuple[Any, Any]) -> bool:
    """Whether a piece is several rows: all of its arrays have one first axis."""
    leaves = jax.tree.leaves(piece)
    return all(leaf.ndim for leaf in leaves) and len({len(leaf) for leaf in leaves}) == 1
