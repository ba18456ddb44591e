"""A CSV, Parquet or NumPy file as an Arrow table; every way in which it can be broken is a BadData of one line."""

from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import IO

import pyarrow as pa

from descend.core.errors import BadData

from .archives import read_npz, read_parquet
from .delimited import read_csv

READERS: dict[str, Callable[[Path, IO[bytes]], pa.Table]] = {".csv": read_csv, ".parquet": read_parquet, ".npz": read_npz}
ENDINGS = tuple(READERS)


def read(path: Path) -> pa.Table:
    """The table in the file `path`, which ends in .csv, .parquet or .npz; column names are unique, rows at least one."""
    try:
        table = _open(path)
    except PermissionError:
        raise BadData(f"{path} may not be read: grant permission or copy it") from None
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror or error}): check its name, or write it anew") from None
    repeated = [name for name in table.column_names if table.column_names.count(name) > 1]
    if repeated:
        raise BadData(f"{path} has {repeated.count(repeated[0])} columns named '{repeated[0]}': rename all but one")
    if not table.num_rows:
        raise BadData(f"{path} has column names but no rows: add the rows")
    return table


def _open(path: Path) -> pa.Table:
    if not path.exists():
        raise BadData(f"{path}: no such file{_nearest(path)}")
    if path.is_dir():
        raise BadData(f"{path} is a folder: name one of its files ({', '.join(ENDINGS)})")
    if path.suffix.lower() not in READERS:
        raise BadData(f"{path} ends in '{path.suffix}': must be {ENDINGS[0]}, {ENDINGS[1]} or {ENDINGS[2]}")
    with path.open("rb") as file:
        return READERS[path.suffix.lower()](path, file)


def _nearest(path: Path) -> str:
    try:
        folder = path.parent.absolute()
        there = [p.name for p in path.parent.iterdir() if p.is_file()]
    except PermissionError:
        return f"; the folder {path.parent} may not be listed: check the name"
    except OSError:
        gone = path.parent == Path()  # the current folder was deleted
        return "; the current folder is gone: change to another" if gone else f"; there is no folder {path.parent} either"
    near = get_close_matches(path.name, there, n=1, cutoff=0.5)
    return f"; did you mean '{path.with_name(near[0])}'?" if near else f" in {folder}: check the name"
