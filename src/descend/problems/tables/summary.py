"""How a table was read, in a line and column by column."""

from collections.abc import Mapping, Sequence

import numpy as np

from .columns import Column
from .features import has_clock, width
from .frame import Frame
from .sheets import Sheet
from .targets import labels

MOST = 3  # columns of a kind that the line says something of
NOTED = 0.05  # of the rows: so many missing cells are said in the line


def line(frame: Frame, as_classes: bool) -> str:
    """How the columns and the target were read, in one line."""
    without = len(frame.target.values) - len(frame.rows)
    said = [f"target: {_target(frame, as_classes)}"]
    if without:
        said.append(f"{without:,} row{'s' * (without > 1)} without a target left out")
    return "; ".join([*_describe(frame.features, frame.left_out), *said, *_encoding(frame.sheet)])


def rows(frame: Frame, as_classes: bool) -> list[dict[str, str]]:
    """A row for every column: its name, what it was read as, how its cells are, and what is missing."""
    target = _row(frame.target, f"target, {'classes' if as_classes else 'a number'}", _target(frame, as_classes), features="")
    return [target, *_rows(frame.features, frame.left_out)]


def survey(features: Sequence[Column], left_out: Mapping[str, str], sheet: Sheet) -> tuple[str, list[dict[str, str]]]:
    """The line and the rows of columns without a target."""
    return "; ".join([*_describe(features, left_out), *_encoding(sheet)]), _rows(features, left_out)


def _describe(features: Sequence[Column], left_out: Mapping[str, str]) -> list[str]:
    """What a line says of features and of columns that are left out."""
    kinds = [("number", "numbers"), ("category", "categories"), ("date", "dates"), ("text", "texts")]
    counted = [_quantity([f for f in features if f.kind == kind], kind, several) for kind, several in kinds]
    reasons = [f"'{name}' ({why})" for name, why in left_out.items()]
    return [", ".join(filter(None, counted)), *([f"left out: {_join(reasons)}"] if reasons else [])]


def _encoding(sheet: Sheet) -> list[str]:
    return [] if sheet.encoding in (None, "utf-8") else [f"text in {sheet.encoding}"]


def _rows(features: Sequence[Column], left_out: Mapping[str, str]) -> list[dict[str, str]]:
    each = [_row(f, f.kind, _detail(f), "" if f.kind == "text" else str(width(f))) for f in features]
    blank = {"features": "", "missing": ""}
    return each + [{"column": name, "read as": "left out", "detail": why, **blank} for name, why in left_out.items()]


def _row(column: Column, kind: str, detail: str, features: str) -> dict[str, str]:
    missing = int(column.missing.sum())
    share = f"{missing:,} ({_percent(missing / len(column.values))})" if missing else ""
    return {"column": column.name, "read as": kind, "detail": detail, "features": features, "missing": share}


def _quantity(columns: Sequence[Column], kind: str, several: str) -> str:
    if not columns:
        return ""
    said = [f"{column.name} {note}" for column in columns if (note := _note(column))]
    return f"{len(columns):,} {kind if len(columns) == 1 else several}" + (f" ({_join(said)})" if said else "")


def _note(column: Column) -> str:
    """What a line says of a column beside its kind."""
    missing = float(column.missing.mean())
    said = [str(len(column.labels)) if column.kind == "category" else "" if column.kind == "date" else column.form]
    said.append("codes" if column.codes else "")
    said.append(f"{_percent(missing)} missing" if missing >= NOTED else "")
    return ", ".join(filter(None, said))


def _detail(column: Column) -> str:
    """What a column's values are."""
    present = column.present
    if column.kind == "category":
        counts = np.bincount(present, minlength=len(column.labels))
        shares = counts / len(present)
        most = [f"'{column.labels[i]}' {_percent(float(shares[i]))}" for i in np.argsort(-counts, kind="stable")[:MOST]]
        text = f"{len(column.labels):,} values{' (codes)' if column.codes else ''}: {', '.join(most)}"
        return text + (", ..." if len(column.labels) > MOST else "")
    if column.kind == "text":
        return f"{len(present):,} texts"
    if not len(present):
        return ""
    low, high = present.min(), present.max()
    if column.kind == "date":
        clock = "; hour, weekday and month too" if has_clock(column) else ""
        return f"{_day(low, column)} to {_day(high, column)}{clock}"
    return f"{low:.6g} to {high:.6g}" + (f", {column.form}" if column.form else "")


def _day(value: float, column: Column) -> str:
    if column.form == "time of day" or abs(value) > 1e6:
        return f"{value:.3g} days"
    return str(np.datetime64(0, "D") + int(np.floor(value)))


def _target(frame: Frame, as_classes: bool) -> str:
    target = frame.target.of(frame.rows)
    if target.kind == "date" or not len(target.values):
        return "dates" if len(target.values) else "no values"
    if not as_classes:
        unit = f" {target.unit}" if target.unit else ""
        return f"a number, {target.values.min():.6g} to {target.values.max():.6g}{unit}"
    codes, names = labels(target)
    counts = np.bincount(codes)
    rarest = int(np.argmin(counts))
    share = counts[rarest] / len(codes)
    return f"{len(names)} class{'es' * (len(names) > 1)}, {_percent(share)} '{names[rarest]}'"


def _percent(share: float) -> str:
    """A share in percent, with more digits where it is small.

    >>> _percent(0.2), _percent(0.0123), _percent(0.0001)
    ('20 %', '1.2 %', '0.01 %')
    """
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 9.5 or percent == 0 else f"{percent:.2g} %"


def _join(names: Sequence[str]) -> str:
    return ", ".join([*names[:MOST], *(["..."] if len(names) > MOST else [])])
