"""CSV files as Arrow tables: between commas, semicolons or tabs, in UTF-8."""

import csv
from pathlib import Path
from typing import IO

import pyarrow as pa

from descend.core.errors import BadData

MISSING = ["", "NA", "na", "N/A", "n/a", "#N/A", "null", "NULL", "?"]


def read_csv(path: Path, file: IO[bytes]) -> pa.Table:
    """The rows of a CSV file; columns without a name and without values are left out."""
    data = file.read()
    first = data.partition(b"\n")[0]
    delimiter = max(",;\t", key=lambda mark: first.count(mark.encode()))
    if b"\0" in first:
        raise BadData(f"{path} is not UTF-8 text: save it as UTF-8")
    try:
        table = _table(data, delimiter)
        table = table.rename_columns([name.strip() for name in table.column_names])
    except UnicodeDecodeError:
        raise BadData(f"{path} is not UTF-8 text (its first line is not): save it as UTF-8") from None
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise BadData(f"{path} is empty: it needs a line of column names, then rows") from None
        raise BadData(_ragged(path, delimiter) or f"{path} is not a readable CSV file ({first_line(error)})") from None
    broken = [name for name, kind in zip(table.column_names, table.schema.types, strict=True) if pa.types.is_binary(kind)]
    if broken:
        raise BadData(f"{path} is not UTF-8 text (column '{broken[0]}' is not): save it as UTF-8")
    columns = enumerate(zip(table.column_names, table.columns, strict=True))
    return table.select([i for i, (name, column) in columns if name or column.null_count < len(column)])


def _table(data: bytes, delimiter: str) -> pa.Table:
    """What Arrow reads; a first line that alone ends in delimiters is read without them."""
    try:
        return _parse(data, delimiter)
    except pa.ArrowInvalid:
        head, end, rows = data.partition(b"\n")
        names = head.rstrip(b"\r")
        bare = names.rstrip(delimiter.encode())
        if not bare or bare == names:
            raise
        try:
            return _parse(bare + end + rows, delimiter)
        except pa.ArrowInvalid:
            pass
        raise


def _parse(data: bytes, delimiter: str) -> pa.Table:
    from pyarrow import csv as arrow

    parse = arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    convert = arrow.ConvertOptions(null_values=MISSING, strings_can_be_null=True)
    alone = arrow.ReadOptions(use_threads=False)  # Arrow's threads may outlive the interpreter, which then aborts
    return arrow.read_csv(pa.BufferReader(data), read_options=alone, parse_options=parse, convert_options=convert)


def _ragged(path: Path, delimiter: str) -> str | None:
    """Where the first row with too many or too few cells is: Arrow knows rows, people know lines."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.reader(file, delimiter=delimiter)
            width = len(next(row for row in rows if row))
            for row in rows:
                if row and len(row) != width:
                    return f"{path}, line {rows.line_num}: {len(row)} cells where the first line has {width}: mend the line"
    except (csv.Error, StopIteration):
        pass
    return None


def first_line(error: BaseException) -> str:
    """What an error of a library says, in one line."""
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
