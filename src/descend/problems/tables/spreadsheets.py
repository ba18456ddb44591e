"""Spreadsheets of Excel and LibreOffice as Arrow tables: the first sheet that has rows."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from descend.core.errors import BadData

from . import limits
from .delimited import first_line
from .sheets import Sheet

CELL = 64  # bytes of a cell in memory
PLACE = re.compile(rb'<c [^>]*?r="([A-Z]{1,3})(\d{1,7})"')  # of a cell in the XML of Excel
LONGEST = 4096  # bytes of XML in which the start of a cell surely lies


def read_spreadsheet(path: Path, data: bytes) -> Sheet:
    """The first sheet with rows of an .xlsx, .xlsb, .xls or .ods file; its first row holds the names of the columns."""
    from python_calamine import CalamineWorkbook

    _check_sizes(path, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        pages = (book.get_sheet_by_name(name).to_python(skip_empty_area=True) for name in book.sheet_names)
        rows = next((page for page in pages if page), [])
    except Exception as error:  # the library has errors of many kinds
        raise BadData(f"{path} is not a readable spreadsheet ({first_line(error)}): save it anew, or as .csv") from None
    rows = [row for row in rows if any(cell != "" for cell in row)]
    if not rows:
        raise BadData(f"{path} is empty: it needs a row of column names, then rows")
    names = [_text(cell) or "" for cell in rows[0]]
    columns = [_column([row[i] for row in rows[1:]]) for i in range(len(names))]
    named = [i for i, column in enumerate(columns) if names[i] or column.null_count < len(column)]
    return Sheet(pa.Table.from_arrays([columns[i] for i in named], [names[i] for i in named]))


def _check_sizes(path: Path, data: bytes) -> None:
    """BadData for a packed file whose parts, or whose cells, would fill the memory; damage is left to the library."""
    if not data.startswith(b"PK"):
        limits.check_memory(path, len(data))
        return
    size, cells = 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for name in book.namelist():
                with book.open(name) as part:
                    columns = rows = 1
                    for block in _blocks(part):
                        size += len(block) - LONGEST
                        limits.check_unpacked(path, len(data), size)
                        columns, rows = _extent(block, columns, rows)
                        limits.check_memory(path, columns * rows * CELL)
                    cells += columns * rows
    except BadData:
        raise
    except Exception:  # damage shows as errors of many kinds
        return
    limits.check_memory(path, cells * CELL)


def _blocks(part: Any) -> Iterator[bytes]:
    """A part in blocks that begin with the end of the one before."""
    end = bytes(LONGEST)
    while block := part.read(limits.BLOCK):
        yield end + block
        end = (end + block)[-LONGEST:]


def _extent(block: bytes, columns: int, rows: int) -> tuple[int, int]:
    """How many columns and rows of cells there are at least, with those of a block."""
    for letters, number in PLACE.findall(block):
        column = 0
        for letter in letters:
            column = 26 * column + letter - 64
        columns, rows = max(columns, column), max(rows, int(number))
    return columns, rows


def _column(cells: list[Any]) -> pa.Array:
    """Cells as numbers, dates or truths where all that are not empty are such, else as strings."""
    there = [None if cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in there if cell is not None}
    if kinds and kinds <= {int, float}:
        return pa.array([None if cell is None else float(cell) for cell in there], pa.float64())
    if kinds and kinds <= {date, datetime}:
        whole = [datetime(*cell.timetuple()[:6]) if type(cell) is date else cell for cell in there]
        return pa.array(whole, pa.timestamp("us"))
    if len(kinds) == 1 and kinds <= {bool, time, timedelta}:
        return pa.array(there)
    return pa.array([_text(cell) for cell in there], pa.string())


def _text(cell: Any) -> str | None:
    """A cell as people see it: whole numbers without a point, dates as 2024-02-01."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(cell.split()) if isinstance(cell, str) else str(cell)
