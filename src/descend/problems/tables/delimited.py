"""Text files as Arrow tables: between commas, semicolons, tabs or bars, in any encoding that can be told."""

import csv
import io
import itertools
import os
import re
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from descend.core.errors import BadData

from . import limits
from .columns import are_measurements
from .encodings import decode
from .sheets import Sheet

MISSING = ["", "NA", "na", "N/A", "n/a", "#N/A", "null", "NULL", "?"]
DELIMITERS = ",;\t|"
LOOK = 100  # records that the delimiter is told by
HEAD = 2**20  # bytes that hold enough records to tell delimiter and numbers by, as a rule
BLOCK = 2**23  # bytes that Arrow reads at a time; a record may not be longer
SEPARATOR = re.compile(rb"\s*sep=(.)\r?\n", re.IGNORECASE)  # Excel's own first line


def read_delimited(path: Path, data: bytes, encoding: str | None, spelled: Collection[str] | None = None) -> Sheet:
    """The rows of a text file; columns without a name and without values are left out.

    Columns are strings, but for those of measured numbers, whose spelling says nothing: these are numbers at once, which is
    faster and takes less memory. Those named in `spelled` stay strings; None: all do.
    """
    text, encoding = decode(path, data, encoding)
    del data
    limits.check_memory(path, len(text))
    separator = SEPARATOR.match(text)
    start = separator.end() if separator else 0
    start += len(text[start : start + BLOCK]) - len(text[start : start + BLOCK].lstrip(b"\r\n"))
    end = _record_end(text, start)
    if not text[start:end].strip():
        raise BadData(f"{path} is empty: it needs a line of column names, then rows")
    delimiter = separator[1].decode() if separator else _delimiter(text, start)
    names = _cells(text[start:end], delimiter)
    table = _rows(path, text, end, names, delimiter, spelled)
    named = [i for i, name in enumerate(table.column_names) if name or table[i].null_count < len(table[i])]
    table = table.select(named)
    points = tuple(field.name for field in table.schema if pa.types.is_float64(field.type))
    return Sheet(table, encoding=encoding, delimiter=delimiter, points=points)


def _record_end(text: bytes, start: int) -> int:
    """Where the record that begins at `start` ends, after its line break; line breaks inside quotes do not end it."""
    quotes, place = 0, start
    while place < len(text):
        end = text.find(b"\n", place) + 1 or len(text)
        quotes += text.count(b'"', place, end)
        place = end
        if quotes % 2 == 0:
            return place
    first = text.find(b"\n", start) + 1  # a quote that never closes is a mark like others
    return first or len(text)


def _delimiter(text: bytes, start: int) -> str:
    """The delimiter by which the first records have as many cells as the names do; else the one that the names have most of."""
    end = start + HEAD if text.count(b"\n", start, start + HEAD) >= LOOK else start + BLOCK
    head = text[start:end].decode(errors="replace")
    best = [_agreement(head, mark) for mark in DELIMITERS]
    return DELIMITERS[best.index(max(best))]


def _agreement(head: str, delimiter: str) -> tuple[float, int]:
    """The share of records with as many cells as the first, where it has several, and how many it has."""
    records = list(itertools.islice(_records(head, delimiter), LOOK))
    width = len(records[0]) if records else 0
    if width < 2:
        return -1.0, width
    rest = [record for record in records[1:-1] or records[1:] if record]
    fitting = sum(len(record) == width for record in rest) / max(1, len(rest))
    return (fitting if fitting > 0.5 else 0.0), width


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(rows)
        except (csv.Error, StopIteration):
            return


def _cells(record: bytes, delimiter: str) -> list[str]:
    """The names in the record of the header, in one line each."""
    cells = next(_records(record.decode(), delimiter), [])
    return [" ".join(cell.split()) for cell in cells]


def _rows(path: Path, text: bytes, start: int, names: list[str], delimiter: str, spelled: Collection[str] | None) -> pa.Table:
    """The records from `start` on under their names; these may have a delimiter too many, or lack that of the row's name."""
    problem = ""
    for width in filter(None, (len(names), len(names) + 1, len(_bare(names)))):  # names may all be empty
        try:
            points = _points(text, start, names, width, delimiter, spelled)
            table = _parse(text, start, width, delimiter, points)
        except pa.ArrowInvalid as error:
            problem = problem or first_line(error)
            continue
        if width <= len(names):
            return table.rename_columns(names[:width])
        return table.rename_columns([*names, ""] if table[width - 1].null_count == len(table) else ["", *names])
    raise BadData(_find_ragged(path, text, start, len(names), delimiter) or f"{path} is not a readable table ({problem})")


def _bare(names: list[str]) -> list[str]:
    """The names without empty ones at their end."""
    last = max((i for i, name in enumerate(names) if name), default=-1)
    return names[: last + 1]


def _points(text: bytes, start: int, names: list[str], width: int, delimiter: str, spelled: Collection[str] | None) -> list[int]:
    """The places of columns whose first cells are measured numbers, and whose names are not among the spelled ones."""
    end = text.rfind(b"\n", start, start + HEAD) + 1
    if spelled is None or width != len(names) or end <= start:
        return []
    head = _parse(text[start:end], 0, width, delimiter)
    return [i for i, name in enumerate(names) if name not in spelled and are_measurements(head[i])]


def _parse(text: bytes, start: int, width: int, delimiter: str, points: Collection[int] = ()) -> pa.Table:
    """What Arrow reads as `width` columns named by their numbers: strings, or, at `points`, numbers if all cells are such."""
    try:
        return _parse_typed(text, start, width, delimiter, points)
    except pa.ArrowInvalid:
        if not points:
            raise
    return _parse_typed(text, start, width, delimiter, ())


def _parse_typed(text: bytes, start: int, width: int, delimiter: str, points: Collection[int]) -> pa.Table:
    from pyarrow import csv as arrow

    names = [str(i) for i in range(width)]
    parse = arrow.ParseOptions(delimiter=delimiter, newlines_in_values=b'"' in text)
    types = {name: pa.float64() if i in points else pa.string() for i, name in enumerate(names)}
    convert = arrow.ConvertOptions(column_types=types, null_values=MISSING, strings_can_be_null=True)
    # Arrow's own threads may outlive the interpreter, which then aborts; ours end before this function does
    alone = arrow.ReadOptions(use_threads=False, column_names=names, block_size=BLOCK)
    if len(text) - start < BLOCK and not text[start:].strip():
        return pa.table({name: pa.array([], pa.string()) for name in names})
    pieces = [pa.BufferReader(pa.py_buffer(text)[first:last]) for first, last in _pieces(text, start)]
    with ThreadPoolExecutor(len(pieces)) as threads:
        return pa.concat_tables(threads.map(lambda rows: arrow.read_csv(rows, alone, parse, convert), pieces))


def _pieces(text: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where records begin and end that are read at once: a part for every processor, or one where quotes may hold line breaks."""
    parts = 1 if b'"' in text else min(os.cpu_count() or 1, (len(text) - start) // (4 * BLOCK))
    for part in range(1, parts):
        end = text.find(b"\n", start + (len(text) - start) // (parts - part + 1)) + 1
        if end and text[start : start + BLOCK].strip():
            yield start, end
            start = end
    yield start, len(text)


def _find_ragged(path: Path, text: bytes, start: int, width: int, delimiter: str) -> str | None:
    """Where the first record with too many or too few cells is: Arrow knows records, people know lines."""
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(text[start:]), "utf-8", newline=""), delimiter=delimiter)
    before = text[:start].count(b"\n")
    try:
        for row in rows:
            if row and len(row) != width:
                line = before + rows.line_num
                return f"{path}, line {line}: {len(row)} cells where the first line has {width}: mend the line"
    except csv.Error:
        pass
    return None


def first_line(error: BaseException) -> str:
    """What an error of a library says, in one line."""
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
