"""The rows of an own model, from whatever they come in, in three parts."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jax
import numpy as np

from descend.core.errors import BadData, BadValue, short
from descend.core.numeric.foreign import to_numpy
from descend.core.system.machine import check_memory

from ..base import Data
from ..networks.problem import FEW, TEST
from ..options import Seed, Share, read
from ..splits import split, standardise
from ..tables import Table, is_data_frame, table
from . import batches

SCALINGS = ("raw", "standardised")
MOST_CLASSES = 1000  # up to which whole numbers in a target keep their shares in every part
WHOLE, NUMBER = "int32", "float32"


class Rows:
    """Labelled rows (x, y), each an array or a tree of arrays, in three parts, as networks part theirs.

    Numbers stay as they are, in float32, unless `scaling` is "standardised": then each of x less its mean and by its deviation
    over the training rows. Every seed parts few rows anew unless `split_seed` is given.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        scaling: str = "raw",
        validation: float | int = 0.2,
        test: float | int | None = None,
        split_seed: int | None = None,
    ):
        if scaling not in SCALINGS:
            raise BadValue(f"scaling is {short(scaling)}, must be 'raw' or 'standardised'")
        self.x, self.y = x, y
        self.scaling, self.split_seed = scaling, _option("split_seed", split_seed, Seed | None)
        self.validation = _option("validation", validation, Share)
        self.test = min(self.validation, TEST) if test is None else _option("test", test, Share)
        _check_lengths({"x": x, "y": y})
        self.count = len(jax.tree.leaves(x)[0])

    @cached_property
    def data(self) -> Data:
        """The rows by the seed of the split, or 0."""
        return self.parts(self.split_seed or 0)

    @property
    def resplits(self) -> bool:
        """Whether every seed parts the rows anew."""
        size = sum(np.size(leaf) for leaf in jax.tree.leaves((self.x, self.y)))
        return self.split_seed is None and bool(self.validation or self.test) and size <= FEW

    def parts(self, seed: int) -> Data:
        """The rows by a seed; as many in each part, for every seed."""
        if self.split_seed is not None and seed != self.split_seed:
            return self.data
        numbers = split(self.count, self.validation, self.test, seed, _labels(self.y))
        x = self.x if self.scaling == "raw" else jax.tree.map(lambda leaf: _standardise(leaf, numbers.train), self.x)
        return Data(*(_take((x, self.y), part) if len(part) else None for part in numbers))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done to the rows."""
        done = "as given" if self.scaling == "raw" else "standardised by the training rows"
        return (f"The model sees the numbers of its inputs {done}.",)

    @property
    def features(self) -> int | None:
        """How many features a row has; None where a row is no vector."""
        shape = getattr(self.x, "shape", ())
        return int(shape[1]) if len(shape) == 2 else None

    @property
    def classes(self) -> int | None:
        """How many classes the target has; None where it is a number, or several."""
        y = self.y
        return int(y.max()) + 1 if getattr(y, "ndim", 0) == 1 and np.issubdtype(y.dtype, np.integer) else None


class TableRows(Rows):
    """The rows of a file, FILE:TARGET: features and target as a race on the table itself has them."""

    def __init__(self, table: Table):
        self.table, self.split_seed = table, table.split_seed
        self.x, self.y = table.data.train
        if table.text is not None:
            raise BadValue(
                f"text is {short(table.text, str)}: words are features of descend's own networks alone; encode them for a model"
            )

    @cached_property
    def data(self) -> Data:
        return self.table.data

    @property
    def resplits(self) -> bool:
        return self.table.resplits

    def parts(self, seed: int) -> Data:
        return self.table.resplit(seed)

    @property
    def notes(self) -> tuple[str, ...]:
        done = "numbers standardised by the training rows, categories as one column a value"
        return (f"The model sees {self.table.title} as {self.features} features: {done}.", f"{self.table.reading}.")

    @property
    def classes(self) -> int | None:
        return self.table.head.classes


def rows(data: Any, y: Any = None, **options: Any) -> Rows:
    """Rows from what people hold them in; the options are those of Rows or, of a table in a file, of Table.

    - `data` arrays, or a dict, list or tuple of arrays that share their first axis, with targets `y` in the same ways
    - a DataFrame of pandas or polars, with `y` a column's name, or targets
    - "FILE:TARGET", a table in a file
    - a tf.data Dataset, a torch Dataset or DataLoader, a Keras PyDataset, or a generator of batches (x, y)

    BadData and BadValue say what does not fit.
    """
    if isinstance(data, str):
        from ..find import file_and_target

        path, target = file_and_target(data)
        if target is None or y is not None:
            raise BadValue(f"data {short(data)} names no target: write FILE:TARGET, such as table.csv:price, and nothing beside it")
        return TableRows(
            table(path, target, **{k: v for k, v in options.items() if v is not None and (k, v) != ("scaling", "raw")})
        )
    if is_data_frame(data):
        x, y = batches.frame(data, y)
    elif y is None:
        x, y = batches.gather(data)
    else:
        x = data
    return Rows(_arrays("x", x), _arrays("y", y), **options)


def _option(name: str, value: Any, hint: Any) -> Any:
    try:
        return read(value, hint)
    except Exception:
        allowed = "a whole number from 0 to 2^32 - 1" if name == "split_seed" else "a share from 0 to below 1"
        raise BadValue(f"{name} is {short(value)}, must be {allowed}") from None


def _arrays(name: str, value: Any) -> Any:
    """A tree of float32 and int32 arrays: lists of numbers are one array, and dicts, tuples and lists of arrays stay."""
    if isinstance(value, Mapping):
        return {str(key): _arrays(f"{name}[{key!r}]", part) for key, part in value.items()}
    if isinstance(value, tuple | list) and len(value) and all(getattr(part, "ndim", 0) >= 1 for part in value):
        return type(value)(_arrays(f"{name}[{i}]", part) for i, part in enumerate(value))
    return _array(name, value)


def _array(name: str, value: Any) -> np.ndarray:
    array = to_numpy(name, value)
    if array.ndim == 0 or not array.size:
        raise BadData(f"{name} has {'no rows' if array.ndim else 'no axis of rows'}: give an array whose first axis is the rows")
    kind = array.dtype.kind
    if kind in "iub":
        if kind != "b" and (array.max() > np.iinfo(WHOLE).max or array.min() < np.iinfo(WHOLE).min):
            raise BadData(f"{name} has whole numbers beyond 32 bits: number its values from 0")
        return array.astype(WHOLE)
    if kind != "f":
        raise BadData(f"{name} holds {array.dtype}, must hold numbers: encode it, or give a table as 'FILE:TARGET'")
    check_memory(f"{name}, {array.size:,} numbers,", 4 * array.size, "give fewer rows")
    with np.errstate(over="ignore"):
        made = array.astype(NUMBER)
    if not np.isfinite(made).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(made))[0])
        raise BadData(f"{name}{list(where)} is {array[where]}, which is no number in float32: fill it in, or leave the row out")
    return made


def _check_lengths(parts: dict[str, Any]) -> None:
    """Raise BadData where arrays have unequally many rows."""
    leaves = [(f"{name}{jax.tree_util.keystr(path)}", leaf) for name, tree in parts.items() for path, leaf in _leaves(tree)]
    first, count = leaves[0][0], len(leaves[0][1])
    for name, leaf in leaves:
        if len(leaf) != count:
            raise BadData(f"{first} has {count:,} rows and {name} has {len(leaf):,}: give as many of each")


def _leaves(tree: Any) -> list[Any]:
    return jax.tree_util.tree_flatten_with_path(tree)[0]


def _take(tree: Any, part: np.ndarray) -> Any:
    """Some rows of a tree of arrays, by number."""
    return jax.tree.map(lambda leaf: leaf[part], tree)


def _labels(y: Any) -> np.ndarray | None:
    """The classes of the rows, where the target is one whole number a row that often comes twice."""
    if not isinstance(y, np.ndarray) or y.dtype.kind != "i" or y.size != len(y):
        return None
    labels = y.reshape(-1)
    return labels if len(np.unique(labels)) <= min(MOST_CLASSES, max(2, len(labels) // 2)) else None


def _standardise(leaf: np.ndarray, train: np.ndarray) -> np.ndarray:
    """Numbers standardised, one by one; whole numbers, which may be names of things, as they are."""
    if leaf.dtype != NUMBER:
        return leaf
    flat = leaf.reshape(len(leaf), -1)
    return standardise(flat, train).reshape(leaf.shape).astype(NUMBER)
