"""Tables in memory: a DataFrame with the name of a column, or arrays (x, y)."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.errors import BadData, BadValue, UnknownName, short

from ..options import make
from .archives import sheet_of
from .sheets import Sheet
from .table import Table, words_of

FRAMES = {"pandas": "DataFrame", "polars": "DataFrame", "pyarrow": "Table"}  # a library and its class of tables
TARGET = "y"  # what the target of arrays is called


class MemoryTable(Table):
    """A network on a table in memory, whose options are Table's but for its files."""

    @property
    def unwritable(self) -> str:
        """Why no file runs a race on it again."""
        return f"{self.path} is a table in memory: save it as a .parquet file and race that as FILE:TARGET"

    def read(self) -> Sheet:
        """The cells."""
        return self.__dict__["cells"]


def is_frame(value: Any) -> bool:
    """Whether a value is a table of a library that is loaded: only such a library can have made it."""
    loaded = [(sys.modules[name], cls) for name, cls in FRAMES.items() if name in sys.modules]
    return any(isinstance(value, getattr(module, cls, ())) for module, cls in loaded)


def is_arrays(value: Any) -> bool:
    """Whether a value is a pair (x, y) of arrays, or of lists of numbers."""
    return (
        isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, list) or hasattr(part, "__array__") for part in value)
    )


def memory_table(data: Any, target: Any, **options: Any) -> MemoryTable:
    """The problem of predicting a target from a table in memory; the options are Table's, `columns` and `task` among them.

    - `data`: a DataFrame of pandas or polars, an Arrow table, or an array (rows, features) or (rows,) of numbers
    - `target`: the name of a column or, one a row, the targets themselves, (rows,)

    Raises BadData for what is no table, UnknownName for a column that is not there, BadValue for targets of another length.
    """
    cells = _arrow(data) if is_frame(data) else _columns(data)
    where = "the arrays" if not is_frame(data) else "the DataFrame"
    if isinstance(target, str):
        if target not in cells.column_names:
            raise UnknownName(f"column of {where}", target, cells.column_names)
        name = target
    else:
        name = TARGET if TARGET not in cells.column_names else f"{TARGET}, the target"
        cells = cells.append_column(name, _targets(target, cells.num_rows))
    if not cells.num_rows:
        raise BadData("the table has no rows: give some")
    made = make(MemoryTable, path=Path(where.removeprefix("the ")), target=name, **words_of(options))
    made.__dict__["cells"] = sheet_of(made.path, cells)._replace(matrix=not is_frame(data))
    _ = made.data
    return made


def _arrow(frame: Any) -> pa.Table:
    """A DataFrame as Arrow has it, without the index of pandas."""
    if isinstance(frame, pa.Table):
        return frame
    try:
        if hasattr(frame, "to_arrow"):
            return frame.to_arrow()
        named = frame.set_axis([str(name) for name in frame.columns], axis=1)
        return pa.Table.from_pandas(named, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError) as error:
        why = short(str(error), str, 120)
        raise BadData(f"the DataFrame has a column that is no column of a table ({why}): give each column one type") from None


def _columns(x: Any) -> pa.Table:
    """The columns of an array (rows, features) or (rows,), named x[0], x[1] and so on, or x."""
    array = _array("x", x)
    if array.ndim not in (1, 2):
        raise BadValue(f"x has shape {array.shape}, must be (rows, features) or (rows,)")
    names = ["x"] if array.ndim == 1 else [f"x[{i}]" for i in range(array.shape[1])]
    return pa.table([pa.array(column) for column in (array[None] if array.ndim == 1 else array.T)], names=names)


def _targets(y: Any, rows: int) -> pa.Array:
    array = _array("y", y)
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    if array.shape != (rows,):
        raise BadValue(f"y has shape {array.shape} and x {rows:,} rows: give one target a row, ({rows},)")
    return pa.array(array)


def _array(name: str, values: Any) -> np.ndarray:
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype.kind not in "biufUS":
        raise BadValue(f"{name} is {short(values)}, must be an array of numbers")
    return array.astype(str) if array.dtype.kind == "S" else array
