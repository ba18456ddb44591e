"""What a column of words was meant to hold: dates, or numbers that are written so that they read as text."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from descend.core.errors import BadData

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers
FEW = 0.1  # of the cells: where so many at most differ from all others, they are taken for mistakes
NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
# 1,5 and 1,234 and -2,5e3; 1,234.5 and 1.234,5 and 1 234,5 and 1'234 (spaces may be the narrow or unbreakable ones)
PUNCTUATED = r"^\s*[+-]?(\d+,\d+([eE][+-]?\d+)?|\d{1,3}([,.' \x{a0}\x{202f}\x{2019}]\d{3})+([.,]\d+)?)\s*$"
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = (
    r"(?i)^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/](\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
    rf"|\d{{1,2}}\.?[ -]{_MONTH},?[ -](\d{{4}}|\d{{2}})|{_MONTH} \d{{1,2}},? \d{{4}})([T ,].*)?$"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def days(raw: pa.ChunkedArray) -> np.ndarray:
    """Dates, times or durations (rows,) as float64 days, since 1970 (UTC) or midnight, NaN where missing."""
    kind: Any = raw.type
    if pa.types.is_date32(kind):
        return pc.cast(pc.cast(raw, pa.int32()), pa.float64()).to_numpy()
    unit = "ms" if pa.types.is_date64(kind) else kind.unit
    whole = pc.cast(raw, pa.int32()) if pa.types.is_time32(kind) else pc.cast(raw, pa.int64())
    return pc.cast(whole, pa.float64(), safe=False).to_numpy() / _A_DAY[unit]


def days_of_text(where: str, name: str, raw: pa.ChunkedArray, remedy: str) -> np.ndarray | None:
    """Dates written as text, like 2024-02-01 or 2024-02-01T12:30, as `days`; None where text is not mostly dates.

    BadData for any other form: 01/02/2024 may be January or February.
    """
    if not _mostly(pc.match_substring_regex(raw, DATE)):
        return None
    cells = raw.to_pylist()
    found = [np.nan if cell is None else _day(cell) for cell in cells]
    if None in found:
        row = found.index(None)
        raise BadData(
            f"{where}: column '{name}' holds dates, and {_shown(raw[row])} in data row {row + 1} is not of the form 2024-02-01: "
            f"write all of them so, or {remedy}"
        )
    return np.array(found, float)


def _day(cell: str) -> float | None:
    try:
        when = datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    return ((when if when.tzinfo else when.replace(tzinfo=UTC)) - _EPOCH) / timedelta(days=1)


def check_numbers(where: str, name: str, raw: pa.ChunkedArray, remedy: str, few: int | None) -> None:
    """BadData for text that is numbers with commas or thousands separators, or numbers but for a few cells.

    Text with at most `few` different values may have words among numbers: names of classes. With 0 none may, with None
    all text is taken as it is.
    """
    if few is None:
        return
    plain = pc.match_substring_regex(raw, NUMBER)
    punctuated = pc.and_not(pc.match_substring_regex(raw, PUNCTUATED), plain)
    numbers = pc.or_(plain, punctuated)
    odd = pc.sum(pc.invert(numbers)).as_py()
    if not odd and pc.any(punctuated).as_py():
        row = pc.index(punctuated, True).as_py()
        raise BadData(
            f"{where}: column '{name}' holds {_shown(raw[row])} in data row {row + 1}, which reads as text: write numbers with a "
            f"decimal point and without separators between thousands, like 1234.5, or {remedy}"
        )
    if odd and _mostly(numbers) and pc.count_distinct(raw).as_py() > few:
        row = pc.index(numbers, False).as_py()
        others, them = ("", "that cell") if odd == 1 else (f" and {odd - 1} more", "those cells")
        raise BadData(
            f"{where}: column '{name}' holds numbers, but {_shown(raw[row])} in data row {row + 1}{others}: mend or empty {them}, "
            f"{'' if few else 'take words for classes with --set task=class, '}or {remedy}"
        )


def _shown(cell: pa.Scalar) -> str:
    """A cell's start, quoted, in one line."""
    return repr(cell.as_py()[:40])


def _mostly(fits: pa.ChunkedArray) -> bool:
    """Whether all cells but a few fit; one need not, as long as three others do."""
    present, good = len(fits) - fits.null_count, pc.sum(fits).as_py()
    return present - good <= max(FEW * present, good >= 3)
