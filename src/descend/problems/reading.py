"""A CSV, Parquet or NumPy file as an Arrow table; every way in which it can be broken is a BadData of one line."""

import csv
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa

from descend.core.errors import BadData

MISSING = ["", "NA", "na", "N/A", "n/a", "#N/A", "null", "NULL", "?"]


def read(path: Path) -> pa.Table:
    """The table in the file `path`, which ends in .csv, .parquet or .npz; column names are unique, rows at least one."""
    if not path.exists():
        raise BadData(f"{path}: no such file{_nearest(path)}")
    if path.is_dir():
        raise BadData(f"{path} is a folder: name one of its files ({', '.join(ENDINGS)})")
    if path.suffix.lower() not in READERS:
        raise BadData(f"{path} ends in '{path.suffix}': must be {ENDINGS[0]}, {ENDINGS[1]} or {ENDINGS[2]}")
    try:
        with path.open("rb") as file:
            table = READERS[path.suffix.lower()](path, file)
    except PermissionError:
        raise BadData(f"{path} may not be read: grant permission or copy it") from None
    except OSError as error:
        raise BadData(f"{path} cannot be read ({_line(error)}): write it anew") from None
    repeated = [name for name in table.column_names if table.column_names.count(name) > 1]
    if repeated:
        raise BadData(f"{path} has {repeated.count(repeated[0])} columns named '{repeated[0]}': rename all but one")
    if not table.num_rows:
        raise BadData(f"{path} has column names but no rows: add the rows")
    return table


def _nearest(path: Path) -> str:
    try:
        there = [p.name for p in path.parent.iterdir() if p.is_file()]
    except OSError:
        return f"; there is no folder {path.parent} either"
    near = get_close_matches(path.name, there, n=1, cutoff=0.5)
    return f"; did you mean '{path.with_name(near[0])}'?" if near else f" in {path.parent.absolute()}: check the name"


def _line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


def _csv(path: Path, file: IO[bytes]) -> pa.Table:
    from pyarrow import csv as arrow

    first = file.readline()
    file.seek(0)
    delimiter = max(",;\t", key=lambda mark: first.count(mark.encode()))
    if b"\0" in first:
        raise BadData(f"{path} is not UTF-8 text: save it as UTF-8")
    parse = arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    convert = arrow.ConvertOptions(null_values=MISSING, strings_can_be_null=True)
    try:
        whole = pa.BufferReader(file.read())  # Arrow's threads, given a Python file, may outlive the interpreter
        table = arrow.read_csv(whole, parse_options=parse, convert_options=convert)
        table = table.rename_columns([name.strip() for name in table.column_names])
    except UnicodeDecodeError:
        raise BadData(f"{path} is not UTF-8 text (its first line is not): save it as UTF-8") from None
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise BadData(f"{path} is empty: it needs a line of column names, then rows") from None
        raise BadData(_ragged(path, delimiter) or f"{path} is not a readable CSV file ({_line(error)})") from None
    broken = [name for name, kind in zip(table.column_names, table.schema.types, strict=True) if pa.types.is_binary(kind)]
    if broken:
        raise BadData(f"{path} is not UTF-8 text (column '{broken[0]}' is not): save it as UTF-8")
    return table


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


def _parquet(path: Path, file: IO[bytes]) -> pa.Table:
    from pyarrow import parquet

    try:
        return parquet.ParquetFile(pa.BufferReader(file.read())).read()
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable Parquet file ({_line(error)}): write it anew") from None


def _npz(path: Path, file: IO[bytes]) -> pa.Table:
    try:
        archive = np.load(file, allow_pickle=False)
        arrays = {name: archive[name] for name in archive.files}
    except Exception as error:  # damage shows as errors of many kinds: zip, zlib, header, memory
        if "Object arrays" in str(error):
            raise BadData(f"{path} holds an array of Python objects: save numbers or text instead") from None
        raise BadData(f"{path} is not a readable .npz file: write it anew with numpy.savez") from None
    columns: dict[str, pa.Array] = {}
    for name, array in arrays.items():
        columns.update(_columns(path, name, array))
    lengths = {name: len(column) for name, column in columns.items()}
    odd = next((name for name in lengths if lengths[name] != next(iter(lengths.values()))), None)
    if odd is not None:
        first = next(iter(lengths))
        raise BadData(f"{path}: '{odd}' has {lengths[odd]} rows and '{first}' has {lengths[first]}: all must have as many")
    if not columns:
        raise BadData(f"{path} is empty: save arrays of rows into it")
    return pa.table(columns)


def _columns(path: Path, name: str, array: np.ndarray) -> dict[str, pa.Array]:
    """The columns of one array: itself where it is (rows,) or (rows, 1), name[0], name[1], ... where it is (rows, d)."""
    if array.ndim not in (1, 2):
        raise BadData(f"{path}: '{name}' has shape {array.shape}: must be (rows,) or (rows, columns)")
    flat = array[:, None] if array.ndim == 1 else array
    try:
        each = [pa.array(np.ascontiguousarray(flat[:, i])) for i in range(flat.shape[1])]
    except pa.ArrowException:
        raise BadData(f"{path}: '{name}' holds {array.dtype}: must hold numbers or text") from None
    return {name: each[0]} if len(each) == 1 else {f"{name}[{i}]": column for i, column in enumerate(each)}


READERS: dict[str, Callable[[Path, IO[bytes]], Any]] = {".csv": _csv, ".parquet": _parquet, ".npz": _npz}
ENDINGS = tuple(READERS)
