"""What the columns of a table hold: numbers, dates or categories, with what cannot be told named and refused."""

import re
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from descend.core.errors import BadData
from descend.core.language.messages import Message, Option

from . import dates, numbers

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers

Kind = Literal["number", "category", "date", "text"]
KINDS = ("number", "category", "date", "text", "ignore")
LARGEST = 1e100  # beyond this, squares and sums of numbers overflow
EXACT = 2.0**53  # whole numbers from here on are told apart by their digits only
MOST_CLASSES = 20  # of whole numbers, or of names among numbers: more than that are no names
FEW = 0.1  # of the cells: where so many at most differ from all others, they are taken for mistakes
ODD_WORDS = 3  # words that repeat among numbers may be marks for missing cells; more are names
SPELLINGS = 100  # numbers at most of which two spellings (1.1 and 1.10) are two codes
MARKS = {",": "commas", ".": "points", " ": "spaces", "'": "apostrophes", "_": "underscores"}
SAMPLE = 2000  # cells that show whether a column has so few


class Column(NamedTuple):
    """One column, of all rows."""

    name: str
    kind: Kind
    values: np.ndarray  # (rows,): numbers and days as float64, NaN where missing; categories as int32, -1 where missing; texts
    labels: tuple[str, ...] = ()  # of the categories, sorted
    boolean: bool = False
    codes: bool = False  # categories that look like numbers, such as 01 and 1, or ids of many digits
    form: str = ""  # how the numbers or dates are written, in words
    unit: str = ""  # of the numbers, as the cells have it
    decimal: str = ""  # "." or ",": the mark that its cells prove
    open: bool = False  # whether its points would stand between thousands if the table's decimal mark were a comma
    order: str = ""  # "day" or "month": what its dates prove to come first

    @property
    def missing(self) -> np.ndarray:
        """Whether each row lacks a value."""
        if self.kind == "category":
            return self.values < 0
        return np.array([value is None for value in self.values], bool) if self.kind == "text" else np.isnan(self.values)

    @property
    def present(self) -> np.ndarray:
        """The values that are there."""
        return self.values[~self.missing]

    def of(self, rows: np.ndarray) -> "Column":
        """The same column of some of the rows."""
        return self._replace(values=self.values[rows])

    def format_value(self, value: Any) -> str:
        """A value as a person writes it."""
        if self.boolean:
            return "true" if value else "false"
        return self.labels[int(value)] if self.kind == "category" else str(value)


class Marks(NamedTuple):
    """What is known of how a table is written, where its cells leave it open."""

    decimal: str | None = None  # "." or ","
    day_first: bool | None = None
    missing: tuple[str, ...] = ()  # further words for missing cells


class Unclear(BadData):
    """Cells that can mean two things; other columns may tell which."""


def drop(*names: str) -> Message:
    """What to do about features that cannot be mended."""
    if len(names) == 1:
        return Message("leave-it-out", "leave it out with {option}", option=Option(drop=names))
    return Message("leave-them-out", "leave them out with {option}", option=Option(drop=names))


def _no_values(where: str, remedy: Message) -> Message:
    return Message("column-empty", "{where} has no values at all: {remedy}", where=where, remedy=remedy)


class Reader(NamedTuple):
    """How one column is read: whose it is, what is known, and what to do where it cannot be read."""

    where: str
    name: str
    remedy: Message
    marks: Marks = Marks()
    kind: str | None = None  # as which it has to be read
    few: int | None = 0  # text with at most so many different values may have words among numbers; None: all text is names

    def column(self, raw: pa.ChunkedArray) -> Column:
        """An Arrow column as numbers, dates or categories.

        BadData for what is none of them, for NaN and infinity, for numbers among which there are other words, and, as
        Unclear, for numbers and dates that can mean two things.
        """
        raw = self._without_marks(raw)
        if raw.null_count == len(raw):
            raise BadData(_no_values(f"{self.where}: column '{self.name}'", self.remedy))
        if _is_text(raw.type):
            return self._text(pc.cast(raw, pa.string()))
        return self._typed_column(raw)

    def _without_marks(self, raw: pa.ChunkedArray) -> pa.ChunkedArray:
        """The cells, those of the marks that were given left out."""
        if not self.marks.missing:
            return raw
        if _is_text(raw.type):
            words = pa.array([word.lower() for word in self.marks.missing], raw.type)
            marked = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(raw)), words)
        else:
            found = [float(mark) for mark in self.marks.missing if re.match(numbers.PLAIN, mark)]
            if not found or not _is_number(raw.type):
                return raw
            marked = pc.is_in(pc.cast(raw, pa.float64(), safe=False), pa.array(found))
        return pc.if_else(marked, pa.scalar(None, raw.type), raw)

    def _typed_column(self, raw: pa.ChunkedArray) -> Column:
        kind: Any = raw.type
        if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):
            return Column(self.name, "date", dates.days(raw))
        if not (_is_number(kind) or pa.types.is_boolean(kind)):
            text = "{where}: column '{name}' holds {kind}, must hold numbers, dates or text: {remedy}"
            raise BadData(Message("column-kind", text, where=self.where, name=self.name, kind=kind, remedy=self.remedy))
        values = pc.cast(raw, pa.float64(), safe=False).to_numpy()
        long = pa.types.is_integer(kind) and bool(np.nanmax(np.abs(values)) >= EXACT)
        if self.kind in ("category", "date") or (long and self.kind is None):
            whole = np.all(values == np.round(values), where=~np.isnan(values))
            texts = pc.cast(pc.cast(raw, pa.int64(), safe=False) if whole and not long else raw, pa.string())
            return self._text(texts)
        self._check(values, raw)
        truth = pa.types.is_boolean(kind)
        return Column(self.name, "number", values, boolean=truth, form="true or false" if truth else "")

    def _text(self, raw: pa.ChunkedArray) -> Column:
        """Strings: first as plain numbers, as most are, then by the cells that differ."""
        values = _plain(raw) if self.kind in (None, "number") and self.few is not None else None
        if values is not None and (self.kind or not _are_codes(raw, values, len(raw))):
            self._check(values, raw)
            broken = _any_fraction(values)
            if not (broken and self.marks.decimal == ","):
                threes = broken and _threes(raw)
                return Column(self.name, "number", values, decimal="." if broken and not threes else "", open=threes)
        return Cells.of(self, raw).column()

    def _check(self, values: np.ndarray, raw: pa.ChunkedArray | np.ndarray) -> None:
        """BadData for numbers that are NaN, infinite or too large; not for cells that are missing in `raw`, or where it is true."""
        with np.errstate(invalid="ignore"):
            good = np.abs(values) <= LARGEST
        if good.all():
            return
        none = raw if isinstance(raw, np.ndarray) else raw.is_null().to_numpy()
        bad = np.flatnonzero(~good & ~none)
        if len(bad):
            places = _places(values, bad)
            text = "{where}: column '{name}' has {places}: mend them, empty the cells, or {remedy}"
            more: dict[str, Any] = {}
            if np.isnan(values[bad]).all():
                text = "{where}: column '{name}' has {places}: mend them, empty the cells or say {missing}, or {remedy}"
                more = {"missing": Option(missing="nan")}
            code = "column-nan" if more else "column-infinite"
            raise BadData(Message(code, text, where=self.where, name=self.name, places=places, remedy=self.remedy, **more))


class Cells(NamedTuple):
    """A column of strings by the cells that differ."""

    reader: Reader
    rows: np.ndarray  # (rows,): the number of each row's cell, -1 where it is empty
    cells: pa.Array  # as they are
    tidy: pa.Array  # in one form of Unicode

    @classmethod
    def of(cls, reader: Reader, raw: pa.ChunkedArray) -> "Cells":
        """The cells of a column."""
        numbered = pc.dictionary_encode(raw).combine_chunks()
        rows = numbered.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return cls(reader, rows, numbered.dictionary, numbers.normalise(numbered.dictionary))

    @property
    def counts(self) -> np.ndarray:
        """How many rows have each cell."""
        return np.bincount(self.rows[self.rows >= 0], minlength=len(self.cells))

    def column(self) -> Column:
        """What the cells hold, or what they have to."""
        kind, few = self.reader.kind, self.reader.few
        if kind == "category" or (few is None and kind is None):
            return self._category()
        if kind == "date":
            return self._dates(numbers.missing(self.tidy, words=True))
        none = numbers.missing(self.tidy, words=True)
        like = dates.looks_like_dates(self.tidy) & ~none
        if kind is None and like.any() and np.array_equal(like, ~none):
            return self._dates(none)
        read = numbers.numbers(self.tidy, self.reader.marks.decimal)
        if kind == "number":
            return self._number(read)
        truth = self._truth(read.missing)
        if truth is not None:
            return truth
        there = ~read.missing
        if not there.any():
            raise BadData(_no_values(self.where, self.reader.remedy))
        if read.fits[there].all():
            if self._codes(read):
                return self._category(codes=True)
            return self._category() if read.form.doubt is numbers.Doubt.UNITS and self._repeat() else self._number(read)
        if self._mostly(like, there, 0):
            return self._dates(~there)
        self._check_words(read, there)
        return self._category()

    @property
    def where(self) -> str:
        """What complaints call the column."""
        return f"{self.reader.where}: column '{self.reader.name}'"

    def _rows(self, values: np.ndarray) -> np.ndarray:
        """The values of the cells, row by row, NaN for those that are empty."""
        return np.append(values, np.nan)[self.rows]

    def _place(self, cell: Any) -> str:
        """The start of the cell of that number, quoted, in one line, and the first row that has it."""
        return f"{self.cells[int(cell)].as_py()[:40]!r} in data row {int(np.argmax(self.rows == cell)) + 1}"

    def _number(self, read: numbers.Numbers) -> Column:
        odd = np.flatnonzero(~read.fits & ~read.missing)
        if len(odd):
            text = (
                "{where} is to hold numbers, and {place} is none: "
                "mend it, name it with {option} where it means that there is none, or {remedy}"
            )
            raise self._refusal("column-no-number", text, odd[0], option=Option(missing="WORD"))
        form = read.form
        if form.doubt:
            self._refuse(form)
        values = self._rows(read.values)
        self.reader._check(values, np.append(read.missing, True)[self.rows])
        notes = [form.unit and f"in {form.unit}", form.decimal == "," and "decimal comma"]
        notes.append(form.thousands and f"{MARKS[form.thousands]} between thousands")
        decimal = form.decimal or {",": ".", ".": ","}.get(form.thousands, "")
        notes = ", ".join(filter(None, notes))
        return Column(self.reader.name, "number", values, form=notes, unit=form.unit, decimal=decimal, open=form.open)

    def _refuse(self, form: numbers.Form) -> None:
        """Ask what numbers mean that are written so that it cannot be told."""
        if form.doubt is numbers.Doubt.COMMA:
            text = (
                "{where} holds {place}, whose comma may be a decimal mark or stand between thousands: "
                "say which with {comma} or {point}, or {remedy}"
            )
            options = {"comma": Option(decimal="comma"), "point": Option(decimal="point")}
            raise self._refusal("column-comma", text, form.example, Unclear, **options)
        remedy = Message("or", "or {remedy}", remedy=self.reader.remedy)
        if self.reader.few != 0:
            names = Option(columns={self.reader.name: "category"})
            remedy = Message("names-or", "take them for names with {option}, or {remedy}", option=names, remedy=self.reader.remedy)
        if form.doubt is numbers.Doubt.UNITS:
            other = repr(self.cells[form.other].as_py()[:40])
            text = "{where} holds numbers in different units, {place} and {other}: write one in every cell or none, {remedy}"
            raise self._refusal("column-units", text, form.example, other=other, remedy=remedy)
        text = "{where} holds numbers with different decimal marks, and {place} is one: write all of them like 1234.5, {remedy}"
        raise self._refusal("column-marks", text, form.example, remedy=remedy)

    def _refusal(self, code: str, text: str, cell: Any, kind: type[BadData] = BadData, **more: Any) -> BadData:
        """The error of a cell that cannot be read: the column, the cell and where it stands, and the remedy."""
        fields = {"where": self.where, "place": self._place(cell), "remedy": self.reader.remedy} | more
        return kind(Message(code, text, **fields))

    def _codes(self, read: numbers.Numbers) -> bool:
        """Whether numbers are codes, of which the digits count: 01, 1.10 beside 1.1, or more digits than numbers have."""
        if read.form.doubt or read.form.unit:
            return False
        plain = pc.match_substring_regex(self.tidy, numbers.PLAIN)
        values = read.values[plain.to_numpy(zero_copy_only=False)]
        return len(values) > 0 and _are_codes(pa.chunked_array([self.tidy.filter(plain)]), values, len(self.rows))

    def _repeat(self) -> bool:
        """Whether there are few different cells, twice or more on average, as names have."""
        return len(self.cells) <= min(MOST_CLASSES, self.counts.sum() / 2)

    def _or_missing(self, cell: int, remedy: Message) -> Message:
        """The remedy, and how to say that a word means a missing cell."""
        word = self.cells[cell].as_py().strip()
        if "\n" in word:
            return remedy
        text = "{remedy}; where it means that there is none: {option}"
        return Message("or-missing", text, remedy=remedy, option=Option(missing=word))

    def _truth(self, missing: np.ndarray) -> Column | None:
        """True and false as 1 and 0, where all are."""
        words = pc.utf8_lower(self.tidy).to_pylist()
        values = np.array([np.nan if none else {"true": 1, "false": 0}.get(w, -1) for w, none in zip(words, missing, strict=True)])
        if np.any(values == -1) or np.all(np.isnan(values)):
            return None
        return Column(self.reader.name, "number", self._rows(values), boolean=True, form="true or false")

    def _dates(self, missing: np.ndarray) -> Column:
        cells = self.tidy.to_pylist()
        there = np.flatnonzero(~missing)
        read = dates.dates([_with_dashes(cells[i]) for i in there], self.reader.marks.day_first)
        bad = np.flatnonzero(np.isnan(read.values))
        if len(bad):
            text = "{where} holds dates, and {place} is not of the form 2024-02-01: write all of them so, or {remedy}"
            raise self._refusal("column-date", text, there[bad[0]])
        if read.doubt:
            text = (
                "{where} holds dates, and {place} may begin with the day or the month: say which with {day} or {month}, or {remedy}"
            )
            options = {"day": Option(dates="day-first"), "month": Option(dates="month-first")}
            raise self._refusal("column-date-order", text, there[0], Unclear, **options)
        values = np.full(len(cells), np.nan)
        values[there] = read.values
        order = read.form.split()[0] if read.form in ("day first", "month first") else ""
        return Column(self.reader.name, "date", self._rows(values), form=read.form, order=order)

    def _category(self, codes: bool = False) -> Column:
        """Each different cell, trimmed, as a category; signs for missing cells are missing where the others are words."""
        cells = pc.utf8_trim_whitespace(self.cells).to_pylist()
        sign = numbers.missing(self.tidy, words=False)
        words = [bool(re.search(r"\w", cell)) for cell, none in zip(cells, sign, strict=True) if not none]
        if words and not any(words):
            sign = np.array([not cell for cell in cells])
        labels = sorted({cell for cell, none in zip(cells, sign, strict=True) if not none})
        if not labels:
            raise BadData(_no_values(self.where, self.reader.remedy))
        numbered = {label: i for i, label in enumerate(labels)}
        each = np.array([-1 if none else numbered[cell] for cell, none in zip(cells, sign, strict=True)] + [-1], "int32")
        return Column(self.reader.name, "category", each[self.rows], tuple(labels), codes=codes)

    def _mostly(self, fits: np.ndarray, there: np.ndarray, few: int) -> bool:
        """Whether the cells fit, all but a few rows, or but some words that repeat among more than `few` different cells.

        One row need not fit as long as three others do.
        """
        counts = self.counts
        good, odd = counts[fits].sum(), counts[there & ~fits].sum()
        if odd <= max(FEW * (good + odd), good >= 3):
            return bool(good > 0)
        words = np.count_nonzero(there & ~fits)
        return bool(words <= ODD_WORDS and odd > words and np.count_nonzero(fits) > max(few, ODD_WORDS))

    def _check_words(self, read: numbers.Numbers, there: np.ndarray) -> None:
        """BadData for numbers among which there are words that are neither names nor known for missing cells."""
        few = self.reader.few or 0
        fits = read.fits & there
        if not self._mostly(fits, there, few) or np.count_nonzero(there) <= few:
            return
        odd = np.flatnonzero(there & ~fits)
        more = self.counts[odd].sum() - 1
        others, them = (f" and {more} more", "those cells") if more else ("", "that cell")
        remedy = Message("or", "or {remedy}", remedy=self.reader.remedy)
        if not few:
            text = "take words for classes with {option}, or {remedy}"
            remedy = Message("classes-or", text, option=Option(task="class"), remedy=self.reader.remedy)
        text = "{where} holds numbers, but {place}{others}: mend or empty {them}, {remedy}"
        raise self._refusal("column-word", text, odd[0], others=others, them=them, remedy=self._or_missing(int(odd[0]), remedy))


def _is_text(kind: Any) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)


def _is_number(kind: Any) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _plain(raw: pa.ChunkedArray) -> np.ndarray | None:
    """Strings as float64 (rows,), NaN where empty; None where one is no plain number."""
    try:
        return pc.cast(raw, pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        return None


def _are_codes(raw: pa.ChunkedArray, values: np.ndarray, rows: int) -> bool:
    """Whether the digits of plain numbers count: 01 is not 1, 1.10 is not 1.1, an id has more digits than a number holds."""
    if not _any_fraction(values):
        zero = pc.starts_with(raw, "0").fill_null(False).to_numpy()
        padded = zero & (np.abs(np.nan_to_num(values)) >= 1)
        return bool(padded.any() and _any(raw.filter(pa.array(padded)), r"^0\d+$")) or _double(raw) or _long(raw, values)
    return _are_decimal_codes(raw, values, rows)


def _any_fraction(values: np.ndarray) -> bool:
    """Whether a number is not whole."""
    return any(np.any(np.modf(part)[0], where=np.isfinite(part)) for part in (values[:SAMPLE], values[SAMPLE:]))


def _threes(raw: pa.ChunkedArray) -> bool:
    """Whether every point has one to three digits before it and three behind, as between thousands."""
    pattern = r"^[+-]?[1-9]\d{0,2}(\.\d{3})?$"
    return all(pc.all(pc.match_substring_regex(part, pattern)).as_py() for part in (raw.slice(0, SPELLINGS), raw))


def _any(raw: pa.ChunkedArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(raw, pattern)).as_py())


def are_measurements(raw: pa.ChunkedArray) -> bool:
    """Whether a sample's cells are numbers with decimals, so many different ones that they are no codes and no thousands."""
    values = _plain(raw)
    if values is None or not _any_fraction(values) or len(np.unique(values[~np.isnan(values)])) <= SPELLINGS:
        return False
    return bool(pc.all(pc.match_substring_regex(raw, numbers.PLAIN)).as_py()) and not _threes(raw)


def _double(raw: pa.ChunkedArray) -> bool:
    """Whether a cell is zeros only, such as 00."""
    return bool(pc.any(pc.starts_with(raw, "00")).as_py()) and _any(raw, r"^00+$")


def _long(raw: pa.ChunkedArray, values: np.ndarray) -> bool:
    long = np.abs(np.nan_to_num(values, posinf=0, neginf=0)) >= EXACT
    return bool(long.any()) and _any(raw.filter(pa.array(long)), r"^[+-]?\d{16,}$")


def _are_decimal_codes(raw: pa.ChunkedArray, values: np.ndarray, rows: int) -> bool:
    """Whether few different numbers are written with different decimals, as codes like 1.1 and 1.10 are."""
    if len(np.unique(values[:SAMPLE])) > SPELLINGS or len(pc.unique(raw)) == len(np.unique(values)):
        return False
    cells = [cell for cell in pc.unique(raw).to_pylist() if cell is not None and re.fullmatch(r"\d+\.\d+", cell)]
    return 2 * len(cells) <= rows and len({float(cell) for cell in cells}) < len(cells)


def _with_dashes(cell: str) -> str:
    """A date of eight digits with its dashes."""
    return f"{cell[:4]}-{cell[4:6]}-{cell[6:]}" if re.fullmatch(r"\d{8}", cell) else cell


def _places(numbers: np.ndarray, bad: np.ndarray) -> str:
    """How many numbers are bad (NaN, infinite or too large to square), what the first are and in which rows."""
    many = "s" if len(bad) > 1 else ""
    kinds = ", ".join(dict.fromkeys(f"{numbers[row]:g}" for row in bad[:5]))
    rows = ", ".join(str(row + 1) for row in bad[:5]) + (", ..." if len(bad) > 5 else "")
    return f"{len(bad)} value{many} that cannot be computed with ({kinds}), data row{many} {rows}"
