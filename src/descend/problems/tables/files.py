"""A table's file as a sheet; every way in which it can be broken is a BadData of one line."""

import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from descend.core.errors import BadData
from descend.core.system.archives import NoFile, content

from . import limits
from .archives import read_npz, read_parquet
from .delimited import read_delimited
from .sheets import Sheet
from .spreadsheets import read_spreadsheet

DELIMITED, SPREADSHEETS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsb", ".xls", ".ods")
ENDINGS = (*DELIMITED, ".parquet", ".npz", *SPREADSHEETS)
PACKED = (".gz", ".zip")  # of one of these
SAID = "a text file (.csv, .tsv, .txt), .parquet, .npz, .xlsx, .xls, .ods, or one of them as .gz or .zip"


def ending(path: Path) -> str:
    """How a table's file ends, in small letters: .csv, or .csv.gz where that is packed; .zip alone, as its part has its own."""
    last, before = path.suffix.lower(), Path(path.stem).suffix.lower()
    return before + last if last in PACKED and before in ENDINGS else last


def is_table(path: Path) -> bool:
    """Whether a file of that name is one that `read` takes."""
    last = path.suffix.lower()
    return last in ENDINGS or last == ".zip" or (last == ".gz" and Path(path.stem).suffix.lower() in ENDINGS)


def read(path: Path, encoding: str | None = None, spelled: Collection[str] | None = None) -> Sheet:
    """The table in the file `path`; column names are unique, rows at least one.

    `encoding` is that of a text file, by Python's name for it, where it is not to be told from its bytes; `spelled` names the
    columns whose cells count as they are written, 1.10 not being 1.1 (None: all of them).
    """
    try:
        data, last = _content(path)
    except PermissionError:
        raise BadData(f"{path} may not be read: grant permission or copy it") from None
    except OSError as error:
        raise BadData(f"{path} cannot be read ({error.strerror or error}): check its name, or write it anew") from None
    sheet = _sheet(path, data, last, encoding, spelled)
    names = sheet.table.column_names
    name, count = Counter(names).most_common(1)[0] if names else ("", 0)
    if count > 1:
        raise BadData(f"{path} has {count} columns named '{name}': rename all but one")
    if not sheet.table.num_rows:
        raise BadData(f"{path} has column names but no rows: add the rows")
    return sheet


def _sheet(path: Path, data: bytes, last: str, encoding: str | None, spelled: Collection[str] | None) -> Sheet:
    if last in DELIMITED:
        return read_delimited(path, data, encoding, spelled)
    if last in SPREADSHEETS:
        return read_spreadsheet(path, data)
    return read_parquet(path, data) if last == ".parquet" else read_npz(path, data)


def _content(path: Path) -> tuple[bytes, str]:
    """What the file holds, unpacked, and how its name ends."""
    if not path.exists():
        raise BadData(f"{path}: no such file{_nearest(path)}")
    if path.is_dir():
        raise BadData(f"{path} is a folder: name one of its files")
    if not is_table(path):
        raise BadData(f"{path} ends in '{path.suffix}': must be {SAID}")
    try:
        data = content(path, limits.of_file(path))
    except NoFile as error:
        raise BadData(f"{path} is {error}: save its rows into one") from None
    kinds = {".gz": _gunzip, ".zip": _unzip}
    last = path.suffix.lower()
    return kinds[last](path, data) if last in kinds else (data, last)


def _gunzip(path: Path, data: bytes) -> tuple[bytes, str]:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            return limits.unpack(path, stream, len(data)), Path(path.stem).suffix.lower()
    except BadData:
        raise
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable .gz file ({error}): pack it anew") from None


def _unzip(path: Path, data: bytes) -> tuple[bytes, str]:
    """The one table in a .zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = _only_table(path, archive.namelist())
            with archive.open(name) as stream:
                return limits.unpack(path, stream, len(data)), Path(name).suffix.lower()
    except BadData:
        raise
    except Exception as error:  # damage shows as errors of many kinds
        raise BadData(f"{path} is not a readable .zip file ({error}): pack it anew") from None


def _only_table(path: Path, parts: list[str]) -> str:
    """The part of an archive that is its one table."""
    names = [name for name in parts if Path(name).suffix.lower() in ENDINGS]
    names = [name for name in names if not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")]
    if len(names) != 1:
        held = f"{len(names)} tables ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})" if names else "no table"
        raise BadData(f"{path} holds {held}: unpack it, and name one file")
    return names[0]


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
