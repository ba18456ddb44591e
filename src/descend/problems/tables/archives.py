"""Parquet and NumPy files as Arrow tables of plain columns, in which NaN is a missing value."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from descend.core.errors import BadData
from descend.core.system.archives import arrays

from . import limits
from .delimited import first_line
from .sheets import Sheet

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers
CELL, COLUMN = 8, 1024  # bytes of a number, and of a column beside its cells


def read_parquet(path: Path, data: bytes) -> Sheet:
    """The columns of a Parquet file, categories as their values; the index that pandas notes in it is named."""
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(pa.BufferReader(data))
        limits.check_unpacked(path, len(data), _declared_bytes(file.metadata))
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        table = _read(path, parquet.ParquetFile(pa.BufferReader(data), read_dictionary=texts))
    except BadData:
        raise
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable Parquet file ({first_line(error)}): write it anew") from None
    columns = [_plain(path, column) for column in table.columns]
    return Sheet(pa.table(columns, names=table.column_names), _index(table.schema.metadata or {}))


def sheet_of(where: Path, table: pa.Table) -> Sheet:
    """The columns of an Arrow table in memory, categories as their values."""
    return Sheet(pa.table([_plain(where, column) for column in table.columns], names=table.column_names))


def _declared_bytes(metadata: Any) -> int:
    """The bytes of all columns, as the file's end says: as they are encoded, or as numbers where these are more."""
    groups = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    return max(groups, metadata.num_rows * metadata.num_columns * CELL)


def _read(path: Path, file: Any) -> pa.Table:
    """All rows; texts stay numbered, as repeated ones unpack to any size, and are watched as they come."""
    size, batches = 0, []
    for batch in file.iter_batches(use_threads=False):  # for the reason that read_delimited has
        size += batch.nbytes
        limits.check_memory(path, size)
        batches.append(batch)
    return pa.Table.from_batches(batches, file.schema_arrow)


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _index(metadata: dict[bytes, bytes]) -> tuple[str, ...]:
    """The columns that pandas has written as the index of the rows."""
    try:
        index = json.loads(metadata.get(b"pandas", b"{}")).get("index_columns", [])
    except ValueError:
        return ()
    return tuple(name for name in index if isinstance(name, str))


def read_npz(path: Path, data: bytes) -> Sheet:
    """The arrays of a .npz file, (rows,) or (rows, columns)."""
    try:
        by_name = arrays(io.BytesIO(data), limits.of_archive(path, len(data)), least=CELL)
    except BadData:
        raise
    except Exception as error:  # damage shows as errors of many kinds: zip, zlib, header, memory
        if "Python objects" in str(error):
            raise BadData(f"{path} holds an array of Python objects: save numbers or text instead") from None
        raise BadData(f"{path} is not a readable .npz file: write it anew with numpy.savez") from None
    columns: dict[str, pa.ChunkedArray] = {}
    for name, array in by_name.items():
        columns.update(columns_of(path, name, array))
    lengths = {name: len(column) for name, column in columns.items()}
    odd = next((name for name in lengths if lengths[name] != next(iter(lengths.values()))), None)
    if odd is not None:
        first = next(iter(lengths))
        raise BadData(f"{path}: '{odd}' has {lengths[odd]} rows and '{first}' has {lengths[first]}: all must have as many")
    if not columns:
        raise BadData(f"{path} is empty: save arrays of rows into it")
    return Sheet(pa.table(columns), matrix=True)


def columns_of(path: Path, name: str, array: np.ndarray) -> dict[str, pa.ChunkedArray]:
    """The columns of one array: itself where it is (rows,) or (rows, 1), name[0], name[1], ... where it is (rows, d)."""
    if array.ndim not in (1, 2):
        raise BadData(f"{path}: '{name}' has shape {array.shape}: must be (rows,) or (rows, columns)")
    native = array.astype(array.dtype.newbyteorder("="), copy=False)  # Arrow takes no other order of bytes
    flat = native[:, None] if native.ndim == 1 else native
    limits.check_memory(path, flat.shape[1] * COLUMN)
    try:
        each = [_plain(path, pa.chunked_array([pa.array(np.ascontiguousarray(flat[:, i]))])) for i in range(flat.shape[1])]
    except (pa.ArrowException, ValueError):  # the latter of text that is none
        raise BadData(f"{path}: '{name}' holds {array.dtype}: must hold numbers or text") from None
    return {name: each[0]} if len(each) == 1 else {f"{name}[{i}]": column for i, column in enumerate(each)}


def _plain(path: Path, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column whose dictionary, where it has one, holds strings; NaN missing (neither kind of file has another way)."""
    if pa.types.is_dictionary(column.type):
        column = _decode_dictionary(path, column)
    if not pa.types.is_floating(column.type):
        return column
    numbers = pc.cast(column, pa.float64())
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)


def _decode_dictionary(path: Path, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values of a column of a dictionary; long ones that repeat may be more than the memory holds."""
    value: Any = column.type.value_type
    if _is_text(value):
        limits.check_memory(path, sum(_text_bytes(chunk) for chunk in column.chunks))
    return pc.cast(column, value)


def _text_bytes(column: pa.DictionaryArray) -> int:
    """The bytes of all cells of a column of texts."""
    return pc.sum(pc.take(pc.binary_length(column.dictionary), column.indices)).as_py() or 0
