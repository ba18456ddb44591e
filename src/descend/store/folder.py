"""A race as a folder: race.toml, lanes.parquet, curves.parquet, summary.json and, where there is such, paths.parquet with
landscape.npz, snapshots.npz, health.parquet, functions.parquet and weights.npz."""

import io
import json
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from descend.core.errors import StoreError, short
from descend.core.system.archives import Check, arrays, content
from descend.core.system.machine import check_memory

from . import atomic, schema, winner
from .leaderboard import Leaderboard
from .plain import json_text, toml_text
from .result import RaceResult

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers

FILES = (
    "race.toml", "lanes.parquet", "curves.parquet", "paths.parquet", "landscape.npz", "snapshots.npz", "health.parquet",
    "functions.parquet", "weights.npz", "summary.json",
)  # fmt: skip

_CHECKS = {
    "landscape.npz": schema.check_landscape, "snapshots.npz": schema.check_snapshots, "weights.npz": schema.check_weights,
}  # fmt: skip
TEXT, NUMBERS, WHOLE, TRUTH = "text", "numbers", "whole numbers", "true and false"
_KINDS: dict[str, Callable[[Any], bool]] = {
    TEXT: lambda kind: pa.types.is_string(kind) or pa.types.is_dictionary(kind),
    NUMBERS: lambda kind: pa.types.is_floating(kind) or pa.types.is_integer(kind),
    WHOLE: pa.types.is_integer,
    TRUTH: pa.types.is_boolean,
}
_IDS = {"entrant_id": WHOLE, "setting_id": WHOLE}
_COLUMNS = {
    "lanes.parquet": {
        "lane": WHOLE, **_IDS, "phase": TEXT, "rule": TEXT, "learning_rate": NUMBERS, "seed": WHOLE, "status": TEXT,
        "loss": NUMBERS,
    },
    "curves.parquet": {"lane": WHOLE, **_IDS, "step": WHOLE, "loss": NUMBERS, "judged_loss": NUMBERS},
    "paths.parquet": {
        "setting_id": WHOLE, "rule": TEXT, "learning_rate": NUMBERS, "step": WHOLE, "x1": NUMBERS, "x2": NUMBERS, "loss": NUMBERS,
    },
    "health.parquet": {
        "setting_id": WHOLE, "rule": TEXT, "step": WHOLE, "layer": TEXT, "weight_norm": NUMBERS, "gradient_norm": NUMBERS,
        "update_norm": NUMBERS, "dead": NUMBERS, "saturated": NUMBERS,
    },
    "functions.parquet": {"kind": TEXT, "name": TEXT, "x": NUMBERS, "y": NUMBERS, "slope": NUMBERS},
}  # fmt: skip
# What damage shows as, and deep nesting; NotImplementedError is of archives packed in ways that Python does not know.
_DAMAGE = (
    *(OSError, ValueError, KeyError, TypeError, EOFError, RecursionError, NotImplementedError, MemoryError),
    *(zipfile.BadZipFile, zlib.error, pa.ArrowException),
)
LONGEST = 200  # characters of what a library says
TOML, DOTS = 500, 200  # bytes that reading a byte takes at most, with so many points in a key
COPIES = 20  # of a file's bytes that exist at once: text becomes Python's objects


def contents(race: RaceResult) -> dict[str, atomic.Writer]:
    """A writer for each file of the race's folder; summary.json comes last, so a folder that has it is whole."""
    files: dict[str, atomic.Writer] = {
        "race.toml": _text(toml_text({"schema": race.schema} | race.document)),
        "lanes.parquet": _table(race.lanes),
        "curves.parquet": _table(race.curves),
    }
    if race.paths is not None:
        files["paths.parquet"] = _table(race.paths)
        files["landscape.npz"] = _arrays(race.landscape)
    if race.snapshots:
        files["snapshots.npz"] = _arrays(race.snapshots)
    if race.health is not None:
        files["health.parquet"] = _table(race.health)
    if race.functions is not None:
        files["functions.parquet"] = _table(race.functions)
    if race.weights:
        files["weights.npz"] = _arrays(race.weights)
    return files | {"summary.json": _text(json_text({"schema": race.schema} | race.summary))}


def write(race: RaceResult, folder: str | Path) -> Path:
    """Write the race into `folder` (made where missing; a race that is there is replaced) and return the folder.

    All files are written or, where any fails, none. Entries of `document` that are None are left out (TOML has no word
    for them), and numbers of `summary` that are not finite become null. Raises StoreError.
    """
    if not str(folder).strip():
        raise StoreError("the name of the folder is empty: name one to write the race into")
    return write_files(Path(folder), contents(race))


def write_files(folder: Path, files: dict[str, atomic.Writer], old: Collection[str] = ()) -> Path:
    """Write a race's files in place of the race that is there, and of the files called `old` that were made of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise atomic.failure(folder, error) from error
    atomic.write(folder, files, instead_of=(*FILES, *old))
    return folder


def load(folder: str | Path) -> RaceResult:
    """The race in `folder`, as `descend.save` wrote it.

    Raises StoreError that names the file where one is missing or damaged, or was written in another form (schema).
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise StoreError(f"{folder} is no race: there is no such folder")
    if not any((folder / name).exists() for name in FILES):
        raise StoreError(f"{folder} is no race: it has no race.toml; give the folder that a race was written to")
    drawn = any((folder / name).exists() for name in ("paths.parquet", "landscape.npz"))
    return RaceResult(
        document=_read(folder / "race.toml", _load_document),
        summary=_read(folder / "summary.json", _load_summary),
        lanes=_read(folder / "lanes.parquet", _load_table),
        curves=_read(folder / "curves.parquet", _load_table),
        paths=_read(folder / "paths.parquet", _load_table) if drawn else None,
        landscape=_read(folder / "landscape.npz", _load_arrays) if drawn else {},
        snapshots=_read(folder / "snapshots.npz", _load_arrays) if (folder / "snapshots.npz").exists() else {},
        health=_read(folder / "health.parquet", _load_table) if (folder / "health.parquet").exists() else None,
        functions=_read(folder / "functions.parquet", _load_table) if (folder / "functions.parquet").exists() else None,
        weights=_read(folder / "weights.npz", _load_arrays) if (folder / "weights.npz").exists() else {},
    )


def _text(text: str) -> atomic.Writer:
    return lambda file: file.write(text.encode())


def _table(table: pa.Table) -> atomic.Writer:
    return lambda file: pq.write_table(table, file, compression="zstd")


def _arrays(arrays: dict[str, np.ndarray]) -> atomic.Writer:
    named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    return lambda file: np.savez(file, **named)


def _read(path: Path, load: Callable[[Path], Any]) -> Any:
    if not path.exists():
        raise StoreError(f"{path} is missing: the race was not written to its end; run it again")
    try:
        return load(path)
    except StoreError:
        raise
    except _DAMAGE as error:
        reason = short(str(error), str, LONGEST) or type(error).__name__
        raise StoreError(f"{path} cannot be read: {reason}; restore it from a copy or run the race again") from error


def _bytes(path: Path) -> bytes:
    """A file's content, where the memory can hold it."""
    return content(path, _memory_check(path, COPIES))


def _memory_check(path: Path, copies: int) -> Check:
    """A check that so many copies of a file's bytes fit into the memory."""
    remedy = "restore it from a copy or run the race again"
    return lambda size: check_memory(f"reading {path}", copies * size, remedy, StoreError)


def read_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file, in bounded memory; StoreError, in one line, for one that is missing or damaged."""
    return _read(path, _load_toml)


def _load_toml(path: Path) -> dict[str, Any]:
    text = content(path, _memory_check(path, TOML)).decode()
    if any(part.count(".") > DOTS for line in text.splitlines() for part in line.split("=")):
        raise ValueError(f"a key of more than {DOTS} parts")  # Python's reader takes memory by the square of them
    document = tomllib.loads(text)
    schema.check_depth(document)
    return document


def _load_document(path: Path) -> dict[str, Any]:
    document = _load_toml(path)
    schema.check_version(path, document.pop("schema", None))
    return document


def _load_table(path: Path) -> pa.Table:
    check, data = _memory_check(path, 1), pa.BufferReader(_bytes(path))
    with pq.ParquetFile(data) as file:
        about = file.metadata
        check(max(sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)), 8 * about.num_rows))
        texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
    table = _read_table(pq.ParquetFile(data, read_dictionary=texts), check)
    for name, kind in _COLUMNS[path.name].items():
        if name not in table.column_names:
            raise ValueError(f"it has no column {name}")
        held = table.schema.field(name).type
        if not (pa.types.is_null(held) or _KINDS[kind](held)):
            raise ValueError(f"its column {name} holds {held}, must hold {kind}")
    return table


def _read_table(file: pq.ParquetFile, check: Check) -> pa.Table:
    """All rows of a table, whose texts, which may be repeated to any size, are numbered until it is known that they fit."""
    size, batches = 0, []
    for batch in file.iter_batches(use_threads=False):  # Arrow's threads may outlive the interpreter, which then aborts
        size += batch.nbytes
        check(size)
        batches.append(batch)
    table = pa.Table.from_batches(batches, file.schema_arrow)
    check(size + sum(_text_bytes(column) for column in table.columns if pa.types.is_dictionary(column.type)))
    kinds = [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(kinds, table.schema.metadata))


def _text_bytes(column: pa.ChunkedArray) -> int:
    """The bytes of all cells of a column of numbered texts."""
    lengths = (pc.sum(pc.take(pc.binary_length(chunk.dictionary), chunk.indices)).as_py() for chunk in column.chunks)
    return sum(length or 0 for length in lengths)


def _load_summary(path: Path) -> dict[str, Any]:
    summary = json.loads(_bytes(path).decode(), parse_constant=_refuse)
    if not isinstance(summary, dict) or not isinstance(summary.get("leaderboard"), list) or not summary["leaderboard"]:
        raise ValueError("it has no leaderboard")
    schema.check_version(path, summary.pop("schema", None))
    schema.check_depth(summary)
    schema.check(summary)
    for line in summary["leaderboard"]:
        winner.check(line)
    Leaderboard.from_dicts(summary["leaderboard"])  # raises for lines of another form
    return summary


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    with io.BytesIO(_bytes(path)) as file:
        found = arrays(file, _memory_check(path, 2))
    _CHECKS[path.name](found)
    return found
