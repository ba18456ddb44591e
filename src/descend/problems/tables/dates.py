"""Dates and times as numbers of days: typed, or written in one form that can mean one thing only."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers

_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?:{'|'.join(_NAMES)})[a-z]*\.?"
_CLOCK = r"(?:[T ,]+\d{1,2}:.*)?"
CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?(?: ?([ap])m)?(?: ?(?:Z|UTC|([+-])(\d{2}):?(\d{2})?))?", re.IGNORECASE
)
DATE = (
    r"(?i)^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/](\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.\d{4}"
    rf"|\d{{1,2}}\.?[ -]{_MONTH},?[ -](\d{{4}}|\d{{2}})|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{4}}年\d{{1,2}}月\d{{1,2}}日)([T ,].*)?$"
)
TIME = r"^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$"
FORMS = {  # a form -> the parts of a date in it
    "year first": re.compile(rf"(?P<y>\d{{4}})(?P<mark>[-/.年])(?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?(?P<clock>{_CLOCK})"),
    "day first": re.compile(rf"(?P<d>\d{{1,2}})(?P<mark>[-/.])(?P<m>\d{{1,2}})(?P=mark)(?P<y>\d{{4}})(?P<clock>{_CLOCK})"),
    "month first": re.compile(rf"(?P<m>\d{{1,2}})(?P<mark>[-/])(?P<d>\d{{1,2}})(?P=mark)(?P<y>\d{{4}})(?P<clock>{_CLOCK})"),
    "day and month's name": re.compile(
        rf"(?P<d>\d{{1,2}})\.?[ -](?P<m>{_MONTH}),?[ -](?P<y>\d{{4}})(?P<clock>{_CLOCK})", re.IGNORECASE
    ),
    "month's name and day": re.compile(rf"(?P<m>{_MONTH}) (?P<d>\d{{1,2}}),? (?P<y>\d{{4}})(?P<clock>{_CLOCK})", re.IGNORECASE),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


class Dates(NamedTuple):
    """What different cells (cells,) say as days."""

    values: np.ndarray  # float64, NaN where a cell is no date of the form
    form: str = ""
    doubt: bool = False  # whether day and month could be either


def days(raw: pa.ChunkedArray) -> np.ndarray:
    """Dates, times or durations (rows,) as float64 days, since 1970 (UTC) or midnight, NaN where missing."""
    kind: Any = raw.type
    if pa.types.is_date32(kind):
        return pc.cast(pc.cast(raw, pa.int32()), pa.float64()).to_numpy()
    unit = "ms" if pa.types.is_date64(kind) else kind.unit
    whole = pc.cast(raw, pa.int32()) if pa.types.is_time32(kind) else pc.cast(raw, pa.int64())
    return pc.cast(whole, pa.float64(), safe=False).to_numpy() / _A_DAY[unit]


def looks_like_dates(cells: pa.Array) -> np.ndarray:
    """Which cells (cells,) are written somewhat like a date or a time."""
    return pc.or_(pc.match_substring_regex(cells, DATE), pc.match_substring_regex(cells, TIME)).to_numpy(zero_copy_only=False)


def dates(cells: list[str], day_first: bool | None) -> Dates:
    """Cells that look like dates, as days since 1970 (UTC), or as parts of a day where all are times.

    The form is the one in which all are dates. Where day and month could be either, `day_first` says which.
    """
    if all(re.match(TIME, cell) for cell in cells):
        return Dates(np.array([_part(cell) for cell in cells], float), "time of day")
    able = {form: pattern for form, pattern in FORMS.items() if pattern.fullmatch(cells[0])}
    read = {form: np.array([_day(cell, pattern) for cell in cells], float) for form, pattern in able.items()}
    whole = [form for form, values in read.items() if not np.isnan(values).any()]
    if len(whole) == 2:  # by numbers, and no day is beyond 12
        chosen = whole[day_first is False]
        return Dates(read[chosen], chosen, day_first is None and not np.array_equal(read[whole[0]], read[whole[1]]))
    form = whole[0] if whole else "year first"
    return Dates(read.get(form, np.array([_day(cell, FORMS[form]) for cell in cells], float)), form)


def _day(cell: str, pattern: re.Pattern[str]) -> float:
    """A cell in the form of the pattern, as days; NaN where it is none, or no day of the calendar."""
    match = pattern.fullmatch(cell)
    if not match:
        return np.nan
    month = str(match["m"])
    number = int(month) if month.isdigit() else _NAMES.index(month[:3].lower()) + 1
    try:
        start = datetime(int(match["y"]), number, int(match["d"]), tzinfo=UTC)
        return (start - _EPOCH).days + _clock(match["clock"])
    except ValueError:
        return np.nan


def _clock(text: str) -> float:
    """The part of the day that a clock shows, less its offset from UTC; 0 for none. ValueError for 25:00."""
    if not text:
        return 0.0
    match = CLOCK.fullmatch(text.strip("T ,"))
    if not match:
        raise ValueError(text)
    hour, minute, second = int(match[1]), int(match[2]), float(f"{match[3] or 0}.{match[4] or 0}")
    if match[5]:
        hour = hour % 12 + 12 * (match[5].lower() == "p")
    if hour > 24 or minute > 59 or second >= 61 or (hour == 24 and minute + second > 0):
        raise ValueError(text)
    offset = timedelta(hours=int(match[7] or 0), minutes=int(match[8] or 0)) * (-1 if match[6] == "-" else 1)
    return (timedelta(hours=hour, minutes=minute, seconds=second) - offset) / timedelta(days=1)


def _part(cell: str) -> float:
    try:
        return _clock(cell)
    except ValueError:
        return np.nan
