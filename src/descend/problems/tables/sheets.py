"""What a reader makes of a file."""

from typing import NamedTuple

import pyarrow as pa


class Sheet(NamedTuple):
    """A table as its file has it: columns of strings or of measured numbers from text, typed columns from elsewhere."""

    table: pa.Table
    indices: tuple[str, ...] = ()  # columns that the file itself calls an index of its rows
    matrix: bool = False  # whether columns are parts of arrays, of which some may well stay the same
    encoding: str | None = None
    delimiter: str | None = None
    points: tuple[str, ...] = ()  # columns of text whose numbers have decimal points
