"""Tables in memory: a DataFrame with the name of a column, or arrays (x, y)."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from descend.core.errors import BadData, BadValue, UnknownName, short
from descend.core.numeric.foreign import to_numpy

from ..options import make
from .archives import columns_of, sheet_of
from .sheets import Sheet
from .table import Table, words_of

FRAMES = {"pandas": "DataFrame", "polars": "DataFrame"}  # a library and its class of tables
ARROW = {"pyarrow": "Table"}
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


def is_data_frame(value: Any) -> bool:
    """Whether a value is a DataFrame of pandas or polars."""
    return _is_of(value, FRAMES)


def is_frame(value: Any) -> bool:
    """Whether a value is a DataFrame or an Arrow table."""
    return _is_of(value, FRAMES | ARROW)


def _is_of(value: Any, classes: dict[str, str]) -> bool:
    """Whether a value is of one of these classes of a library that is loaded: only such a library can have made it."""
    loaded = [(sys.modules[name], cls) for name, cls in classes.items() if name in sys.modules]
    return any(isinstance(value, getattr(module, cls, ())) for module, cls in loaded)


def is_arrays(value: Any) -> bool:
    """Whether a value is a pair (x, y) of arrays, or of lists of numbers."""
    pair = isinstance(value, tuple) and len(value) == 2
    return pair and all(isinstance(part, list) or hasattr(part, "__array__") for part in value)


def memory_table(data: Any, target: Any, **options: Any) -> MemoryTable:
    """The problem of predicting a target from a table in memory; the options are Table's, `columns` and `task` among them.

    - `data`: a DataFrame of pandas or polars, an Arrow table, or an array (rows, features) or (rows,) of numbers
    - `target`: the name of a column or, one a row, the targets themselves, (rows,)

    Raises BadData for what is no table, UnknownName for a column that is not there, BadValue for targets of another length.
    """
    framed = is_frame(data)
    where = Path("DataFrame" if framed else "arrays")
    cells = sheet_of(where, _arrow(data)).table if framed else _columns(where, data)
    if isinstance(target, str):
        if target not in cells.column_names:
            raise UnknownName(f"column of the {where}", target, cells.column_names)
        name = target
    else:
        name = TARGET if TARGET not in cells.column_names else f"{TARGET}, the target"
        cells = cells.append_column(name, _targets(where, target, cells.num_rows))
    if not cells.num_rows:
        raise BadData("the table has no rows: give some")
    made = make(MemoryTable, path=where, target=name, **words_of(options))
    made.__dict__["cells"] = Sheet(cells, matrix=not framed)
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


def _columns(where: Path, x: Any) -> pa.Table:
    """The columns of an array (rows, features) or (rows,), named x[0], x[1] and so on, or x."""
    array = _numbers("x", x)
    if array.ndim not in (1, 2):
        raise BadValue(f"x has shape {array.shape}, must be (rows, features) or (rows,)")
    return pa.table(columns_of(where, "x", array))


def _targets(where: Path, y: Any, rows: int) -> pa.ChunkedArray:
    array = _numbers("y", y)
    if array.shape not in ((rows,), (rows, 1)):
        raise BadValue(f"y has shape {array.shape} and x {rows:,} rows: give one target a row, ({rows},)")
    return columns_of(where, "y", array)["y"]


def _numbers(name: str, values: Any) -> np.ndarray:
    """An array of numbers or text, as a person gives it."""
    array = to_numpy(name, values)
    if array.dtype.kind not in "biufUS":
        raise BadValue(f"{name} is {short(values)}, must be an array of numbers")
    return array.astype(str) if array.dtype.kind == "S" else array
