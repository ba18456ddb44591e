"""A sheet as columns: the target, the features, and what is left out of them and why."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from descend.core.errors import BadValue, UnknownName
from descend.core.language.messages import Message

from .columns import KINDS, MOST_CLASSES, Column, Marks, Reader, Unclear, drop
from .sheets import Sheet
from .texts import texts

# what pandas, R and people call the column that numbers or names the rows
INDEX = re.compile(r"(?i)^(|unnamed: \d+.*|index|level_\d+|row[ _.]?(id|nr|no|num|number|names?)?|obs|№|序号|编号)$")
ID = re.compile(r"(?i)^(id|.*[_ .-]id|[a-z]+ID|uuid|guid|key|.*编号)$")
PART = re.compile(r"\[\d+\]$")  # of an array
UNNAMED = re.compile(r"^(|Unnamed: 0(\.\d+)*)$")


class Request(NamedTuple):
    """What a person says of a table's columns."""

    target: str | None
    drop: tuple[str, ...] = ()
    kinds: Mapping[str, str] = {}  # column -> number, category, date, text or ignore
    classes: bool = False  # whether the target is to be taken as classes, whatever it looks like
    marks: Marks = Marks()

    @property
    def verbatim_columns(self) -> set[str] | None:
        """The columns whose cells count as they are written; None where that may be any of them."""
        if self.marks.missing or self.marks.decimal == ",":
            return None
        return {name for name, kind in self.kinds.items() if kind != "number"} | ({self.target or ""} if self.classes else set())

    @property
    def text(self) -> str | None:
        """The column of texts, where there is one."""
        return next((name for name, kind in self.kinds.items() if kind == "text"), None)


class Frame(NamedTuple):
    """The columns of a file, all rows of them."""

    where: str
    target: Column
    features: list[Column]
    left_out: dict[str, str]  # column -> why
    sheet: Sheet
    own: int = 0  # rows of the file itself; others, of a test file, follow

    @property
    def rows(self) -> np.ndarray:
        """The numbers of the rows that have a target."""
        return np.flatnonzero(~self.target.missing)

    def complete(self, column: Column) -> Column:
        """A column in the rows that have a target."""
        return column.of(self.rows) if self.target.missing.any() else column


def frame(where: str, sheet: Sheet, request: Request) -> Frame:
    """The columns of a sheet as a request has them; UnknownName, BadValue and BadData say what does not fit."""
    names = sheet.table.column_names
    _check(where, names, request)
    if request.text is not None and request.target is not None:
        target = _Columns(where, sheet, request).read([request.target])[0]
        return Frame(where, target, [texts(where, request.text, sheet.table[request.text])], {}, _without_cells(sheet))
    (target, *features), left_out = _features(where, sheet, request)
    return Frame(where, target, features, left_out, _without_cells(sheet))


def join(where: str, sheet: Sheet, test: str, other: Sheet, request: Request) -> Frame:
    """The columns of a sheet and, below its rows, those of another with the same columns; the first says what is left out."""
    first = frame(where, sheet, request)
    names = [first.target.name, *(feature.name for feature in first.features)]
    for name in names:
        if name not in other.table.column_names:
            raise UnknownName(f"column of {test}", name, other.table.column_names)
    both = [_same_types(each.table.select(names), sheet.table.select(names), other.table.select(names)) for each in (sheet, other)]
    kinds = {name: kind for name, kind in request.kinds.items() if name in names}
    kinds |= {feature.name: feature.kind for feature in first.features if feature.kind in ("number", "date", "text")}
    whole = sheet._replace(table=pa.concat_tables(both))
    joint = frame(where, whole, request._replace(kinds=kinds, drop=()))
    return joint._replace(left_out=first.left_out, own=sheet.table.num_rows)


def _same_types(table: pa.Table, one: pa.Table, other: pa.Table) -> pa.Table:
    """The columns as strings where two tables have them of different types."""
    types = [a.type if a.type == b.type else pa.string() for a, b in zip(one.columns, other.columns, strict=True)]
    return table.cast(pa.schema(list(zip(table.column_names, types, strict=True))))


def _without_cells(sheet: Sheet) -> Sheet:
    """What is known of a sheet, its cells given back to the memory."""
    return sheet._replace(table=sheet.table.schema.empty_table())


def survey(where: str, sheet: Sheet, request: Request) -> tuple[list[Column], dict[str, str]]:
    """All columns of a sheet as features, and which are left out and why; the request has no target."""
    _check(where, sheet.table.column_names, request)
    return _features(where, sheet, request)


def _features(where: str, sheet: Sheet, request: Request) -> tuple[list[Column], dict[str, str]]:
    """The target, where there is one, and the features, and why other columns are left out."""
    names, targets = sheet.table.column_names, [] if request.target is None else [request.target]
    wanted = [name for name in names if name not in (*targets, *request.drop)]
    left_out = {name: "as you say" for name in wanted if request.kinds.get(name) == "ignore"}
    left_out |= {name: "the index that pandas wrote" for name in sheet.indices if name in wanted and name not in request.kinds}
    columns = _Columns(where, sheet, request).read([*targets, *(name for name in wanted if name not in left_out)])
    target, features = columns[: len(targets)], columns[len(targets) :]
    numbering = _numberings(features, names, request.kinds)
    if len(numbering) == len(features):  # the order of the rows is all there is
        numbering = {name: why for name, why in numbering.items() if UNNAMED.match(name)}
    return [*target, *(column for column in features if column.name not in numbering)], left_out | numbering


def _check(where: str, names: Sequence[str], request: Request) -> None:
    """UnknownName and BadValue for names and kinds that the table does not have."""
    known = set(names)
    for name in (request.target, *request.drop, *request.kinds):
        if name is not None and name not in known:
            raise UnknownName(f"column of {where}", name, names)
    if request.target in request.drop:
        raise BadValue(f"{where}: drop names the target '{request.target}': drop other columns")
    texts = [name for name, kind in request.kinds.items() if kind == "text"]
    if len(texts) > 1:
        raise BadValue(f"{where}: {len(texts)} columns are to be text ({', '.join(texts)}): name one")
    if request.text is not None and request.text in (request.target, *request.drop):
        raise BadValue(f"{where}: text is '{request.text}', which is the target or dropped: name another column of texts")
    kind = request.kinds.get(request.target or "")
    if request.target is not None and kind in ("date", "ignore"):
        raise BadValue(f"{where}: the target '{request.target}' is to be {kind}, must be number or category: choose another target")


def kinds_of(where: str, words: Sequence[str]) -> dict[str, str]:
    """Column -> kind, from words like "city=category"; BadValue for a word of another form, a column that is named twice."""
    kinds: dict[str, str] = {}
    for word in words:
        name, equals, kind = word.rpartition("=")
        name, kind = name.strip(), kind.strip()
        if not equals or kind not in KINDS:
            raise BadValue(f"{where}: columns is '{word}', must be NAME=KIND, with one of {', '.join(KINDS)} as kind")
        if kinds.setdefault(name, kind) != kind:
            raise BadValue(f"{where}: columns says that '{name}' is {kinds[name]} and {kind}: say one")
    return kinds


class _Columns(NamedTuple):
    """The columns of a table as they are read, what one leaves open being told by the others."""

    where: str
    sheet: Sheet
    request: Request

    def read(self, names: list[str]) -> list[Column]:
        """The columns of these names, the target among them."""
        marks = self.request.marks
        first = [self._column(name, marks, unclear=True) for name in names]
        proven = _infer_marks(first, marks)
        return [
            self._column(name, proven) if column is None or (column.open and proven != marks) else column
            for name, column in zip(names, first, strict=True)
        ]  # type: ignore[return-value]

    def _column(self, name: str, marks: Marks, unclear: bool = False) -> Column | None:
        """A column; with `unclear`, None where it can mean two things."""
        kind, raw = self.request.kinds.get(name), self.sheet.table[name]
        if name == self.request.target:
            few = None if self.request.classes and kind is None else 0
            remedy = Message("other-target", "choose another target")
            reader = Reader(self.where, name, remedy, marks, kind, few)
        else:
            reader = Reader(self.where, name, drop(name), marks, kind, MOST_CLASSES)
        try:
            column = reader.column(raw)
            written = name in self.sheet.points and pa.types.is_float64(raw.type)
            return column._replace(decimal=".") if written else column
        except Unclear:
            if unclear:
                return None
            raise


def _infer_marks(columns: Sequence[Column | None], marks: Marks) -> Marks:
    """The marks, with what the columns prove where all of them prove one thing."""
    decimals = {column.decimal for column in columns if column and column.decimal}
    orders = {column.order for column in columns if column and column.order}
    decimal = marks.decimal or (decimals.pop() if len(decimals) == 1 else None)
    day_first = marks.day_first if marks.day_first is not None or len(orders) != 1 else orders == {"day"}
    return marks._replace(decimal=decimal, day_first=day_first)


def _numberings(features: Sequence[Column], names: Sequence[str], kinds: Mapping[str, str]) -> dict[str, str]:
    """The columns that number or name the rows, and how that shows; not those whose kind a person has said."""
    found = {}
    for column in features:
        said = column.name in kinds or PART.search(column.name)
        why = None if said else _numbering(column, column.name == names[0])
        if why:
            found[column.name] = why
    return found


def _numbering(column: Column, first: bool) -> str | None:
    """How a column shows that it numbers or names the rows, or None."""
    values, name = column.values, column.name
    if not UNNAMED.match(name) and not (column.kind == "number" and _consecutive(values)):
        named = "index" if INDEX.match(name) else "id" if ID.match(name) else None
        whole = column.codes or (column.kind == "number" and named and not np.any(values % 1) and not column.unit)
        if not (whole and _all_differ(values)):
            return None
        return "an id, another one in every row" if column.codes or named == "id" else "an index, another number in every row"
    if UNNAMED.match(name):
        return "index column" if first and (column.kind == "number" or _all_differ(values)) else None
    return "numbers the rows"


def _consecutive(values: np.ndarray) -> bool:
    """Whether numbers (rows,) are as many consecutive whole ones, in any order."""
    low, high = np.min(values), np.max(values)
    spread = high - low == len(values) - 1 and low % 1 == 0 and len(values) > 1
    return bool(spread) and not np.any(values % 1) and _all_differ(values)


def _all_differ(values: np.ndarray) -> bool:
    return len(np.unique(values)) == len(values) and not (values.dtype.kind == "i" and np.any(values < 0))
