"""A race as a folder: race.toml, lanes.parquet, curves.parquet, summary.json and, where there is such, paths.parquet with
landscape.npz, portraits.npz, health.parquet and functions.parquet."""

import json
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from descend.core.errors import StoreError

from . import atomic
from .leaderboard import Leaderboard
from .plain import json_text, toml_text
from .result import RaceResult
from .schema import check_schema

FILES = (
    "race.toml", "lanes.parquet", "curves.parquet", "paths.parquet", "landscape.npz", "portraits.npz", "health.parquet",
    "functions.parquet", "summary.json",
)  # fmt: skip

_COLUMNS = {
    "lanes.parquet": {"lane", "entrant_id", "setting_id", "phase", "rule", "learning_rate", "seed", "status", "loss"},
    "curves.parquet": {"lane", "entrant_id", "setting_id", "step", "loss", "judged_loss"},
    "paths.parquet": {"setting_id", "rule", "learning_rate", "step", "x1", "x2", "loss"},
    "health.parquet": {"setting_id", "rule", "step", "layer", "weight_norm", "gradient_norm", "update_norm", "dead", "saturated"},
    "functions.parquet": {"kind", "name", "x", "y", "slope"},
}
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, pa.ArrowException)


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
    if race.portraits:
        files["portraits.npz"] = _arrays(race.portraits)
    if race.health is not None:
        files["health.parquet"] = _table(race.health)
    if race.functions is not None:
        files["functions.parquet"] = _table(race.functions)
    return files | {"summary.json": _text(json_text({"schema": race.schema} | race.summary))}


def write(race: RaceResult, folder: str | Path) -> Path:
    """Write the race into `folder` (made where missing; a race that is there is replaced) and return the folder.

    All files are written or, where any fails, none. Entries of `document` that are None are left out (TOML has no word
    for them), and numbers of `summary` that are not finite become null. Raises StoreError.
    """
    return write_files(Path(folder), contents(race))


def write_files(folder: Path, files: dict[str, atomic.Writer]) -> Path:
    """Write a race's files, perhaps with pictures and a report among them, in place of the race that is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise atomic.failure(folder, error) from error
    atomic.write(folder, files, instead_of=FILES)
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
        portraits=_read(folder / "portraits.npz", _load_arrays) if (folder / "portraits.npz").exists() else {},
        health=_read(folder / "health.parquet", _load_table) if (folder / "health.parquet").exists() else None,
        functions=_read(folder / "functions.parquet", _load_table) if (folder / "functions.parquet").exists() else None,
    )


def _text(text: str) -> atomic.Writer:
    return lambda file: file.write(text.encode())


def _table(table: pa.Table) -> atomic.Writer:
    return lambda file: pq.write_table(table, file, compression="zstd")


def _arrays(arrays: dict[str, np.ndarray]) -> atomic.Writer:
    named: dict[str, Any] = {name: np.asarray(array) for name, array in arrays.items()}
    return lambda file: np.savez(file, **named)


def _read(path: Path, load: Callable[[Path], Any]) -> Any:
    if not path.is_file():
        raise StoreError(f"{path} is missing: the race was not written to its end; run it again")
    try:
        return load(path)
    except StoreError:
        raise
    except _DAMAGE as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise StoreError(f"{path} cannot be read: {reason}; restore it from a copy or run the race again") from error


def _load_document(path: Path) -> dict[str, Any]:
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    check_schema(path, document.pop("schema", None))
    return document


def _load_table(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        table = file.read(use_threads=False)  # Arrow's threads may outlive the interpreter, which then aborts
    if missing := _COLUMNS[path.name] - set(table.column_names):
        raise ValueError(f"it has no column {', '.join(sorted(missing))}")
    return table


def _load_summary(path: Path) -> dict[str, Any]:
    summary = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(summary, dict) or not isinstance(summary.get("leaderboard"), list):
        raise ValueError("it has no leaderboard")  # noqa: TRY004 (a damaged file, not a caller's mistake)
    check_schema(path, summary.pop("schema", None))
    Leaderboard.from_dicts(summary["leaderboard"])  # raises for lines of another form
    return summary


def _load_arrays(path: Path) -> dict[str, np.ndarray]:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:  # np.load leaves a damaged file open
        return {name: arrays[name] for name in arrays.files}
