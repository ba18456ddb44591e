"""Parquet and NumPy files as Arrow tables of plain columns, in which NaN is a missing value."""

from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from descend.core.errors import BadData

from .delimited import first_line

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers


def read_parquet(path: Path, file: IO[bytes]) -> pa.Table:
    """The columns of a Parquet file, categories as their values."""
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(pa.BufferReader(file.read())).read(use_threads=False)  # for the reason that read_csv has
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable Parquet file ({first_line(error)}): write it anew") from None
    return pa.table([_plain(column) for column in table.columns], names=table.column_names)


def read_npz(path: Path, file: IO[bytes]) -> pa.Table:
    """The arrays of a .npz file, (rows,) or (rows, columns)."""
    try:
        archive = np.load(file, allow_pickle=False)
        arrays = {name: archive[name] for name in archive.files}
    except Exception as error:  # damage shows as errors of many kinds: zip, zlib, header, memory
        if "Object arrays" in str(error):
            raise BadData(f"{path} holds an array of Python objects: save numbers or text instead") from None
        raise BadData(f"{path} is not a readable .npz file: write it anew with numpy.savez") from None
    columns: dict[str, pa.ChunkedArray] = {}
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


def _columns(path: Path, name: str, array: np.ndarray) -> dict[str, pa.ChunkedArray]:
    """The columns of one array: itself where it is (rows,) or (rows, 1), name[0], name[1], ... where it is (rows, d)."""
    if array.ndim not in (1, 2):
        raise BadData(f"{path}: '{name}' has shape {array.shape}: must be (rows,) or (rows, columns)")
    native = array.astype(array.dtype.newbyteorder("="), copy=False)  # Arrow takes no other order of bytes
    flat = native[:, None] if native.ndim == 1 else native
    try:
        each = [_plain(pa.chunked_array([pa.array(np.ascontiguousarray(flat[:, i]))])) for i in range(flat.shape[1])]
    except pa.ArrowException:
        raise BadData(f"{path}: '{name}' holds {array.dtype}: must hold numbers or text") from None
    return {name: each[0]} if len(each) == 1 else {f"{name}[{i}]": column for i, column in enumerate(each)}


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column without a dictionary, NaN missing (neither kind of file has another way, or tells the two apart)."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if not pa.types.is_floating(column.type):
        return column
    numbers = pc.cast(column, pa.float64())
    return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
