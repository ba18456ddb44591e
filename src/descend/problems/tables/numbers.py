"""Numbers as people write them: with marks for missing cells, units, percent, currency, and either decimal mark."""

from enum import Enum
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

pc: Any = pyarrow.compute  # its functions are made when it is imported, unseen by type checkers

# what stands in a cell of numbers or dates that has none; in small letters
SIGNS = ["", "-", "--", "---", "\u2013", "\u2014", ".", "..", "...", "?", "??", "*", "/", "\\n", "<na>", "nat", "#n/a", "#na"]
SIGNS += ["#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "#n/a n/a", "(null)", "<null>", "1.#qnan", "-1.#ind"]
WORDS = ["none", "na", "n/a", "n.a.", "n.a", "null", "nil", "missing", "unknown", "unbekannt", "k.a.", "k. a.", "not available"]
WORDS += ["not applicable", "undefined", "void", "tbd", "tba", "blank", "empty", "无", "未知", "缺失", "不详"]

MINUS = "[\u2212\u2013\ufe63]"  # signs that are a minus before a digit
CURRENCIES = r"US\$|R\$|A\$|C\$|HK\$|NT\$|[$€£¥₹₽₩₺฿₫₴₦₪]|(?:USD|EUR|GBP|JPY|CNY|RMB|CHF|SEK|NOK|DKK|PLN|CZK|HUF|INR|BRL|CAD|AUD)\b"
_BODY = r"(?P<body>\d(?:[\d.,' _]*\d)?[.,]?|[.,]\d+)"
NUMBER = (
    rf"^(?P<open>\()?(?P<before>[+-]?) ?(?P<currency>{CURRENCIES})? ?(?P<sign>[+-]?) ?{_BODY}"
    r"(?P<exponent>[eE][+-]?\d+)? ?(?P<unit>(?:[\p{L}%‰°$€£¥₹₽₩₺µ][^\d\s,;:]{0,12}(?:[ /][^\d\s,;:]{1,12})?[23]?)?)(?P<close>\)?)$"
)
PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
LITERAL = r"(?i)^[+-]?(nan|inf|infinity)$"

_POINT, _COMMA = r"(\d+\.?\d*|\.\d+)", r"(\d+,?\d*|,\d+)"
_GROUPS = r"[1-9]\d{0,2}"
STYLES = {  # (decimal mark, mark between thousands) -> the cells that it writes
    (".", ""): rf"^{_POINT}$",
    (",", ""): rf"^{_COMMA}$",
    (".", ","): rf"^({_GROUPS}(,\d{{3}})+(\.\d*)?|[1-9]\d?(,\d\d)+,\d{{3}}(\.\d*)?|{_POINT})$",
    (",", "."): rf"^({_GROUPS}(\.\d{{3}})+(,\d*)?|{_COMMA})$",
    (".", " "): rf"^({_GROUPS}( \d{{3}})+(\.\d*)?|{_POINT})$",
    (",", " "): rf"^({_GROUPS}( \d{{3}})+(,\d*)?|{_COMMA})$",
    (".", "'"): rf"^({_GROUPS}('\d{{3}})+(\.\d*)?|{_POINT})$",
    (",", "'"): rf"^({_GROUPS}('\d{{3}})+(,\d*)?|{_COMMA})$",
    (".", "_"): rf"^({_GROUPS}(_\d{{3}})+(\.\d*)?|{_POINT})$",
}


class Doubt(Enum):
    """Why cells that all are numbers cannot be read without asking."""

    COMMA = "a comma may be a decimal mark or stand between thousands"
    MARKS = "decimal marks differ"
    UNITS = "units differ"


class Form(NamedTuple):
    """How the numbers of a column are written."""

    decimal: str = ""  # "." or ",": the mark that the cells show, or that those between thousands leave
    thousands: str = ""
    unit: str = ""
    doubt: Doubt | None = None
    example: int = 0  # the cell that shows the doubt
    other: int = 0  # a cell that says otherwise
    open: bool = False  # whether a point would stand between thousands if the table's decimal mark were a comma


class Numbers(NamedTuple):
    """What different cells (cells,) say as numbers."""

    values: np.ndarray  # float64, NaN where missing or no number
    missing: np.ndarray  # bool: cells that say that there is no number
    fits: np.ndarray  # bool: cells that are numbers
    form: Form = Form()


def normalise(cells: pa.Array) -> pa.Array:
    """Cells in one form of Unicode: full-width digits as digits, every minus as -, every space as one, none at the ends."""
    cells = pc.utf8_normalize(cells, form="NFKC")
    cells = pc.replace_substring_regex(cells, "[\u2019\u02bc\u00b4]", "'")
    cells = pc.replace_substring_regex(cells, rf"{MINUS}( ?\p{{Sc}}? ?[\d.,])", r"-\1")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(cells, r"\s+", " "))


def missing(cells: pa.Array, words: bool) -> np.ndarray:
    """Which tidied cells (cells,) are signs for a missing value; with `words`, words for one too."""
    return _numpy(pc.is_in(pc.utf8_lower(cells), pa.array(SIGNS + WORDS if words else SIGNS)))


def numbers(cells: pa.Array, decimal: str | None = None) -> Numbers:
    """Tidied cells, no two alike, as numbers; `decimal` ("." or ",") decides where either mark would do."""
    none = missing(cells, words=True)
    parts = pc.extract_regex(cells, NUMBER)
    closed = _numpy(pc.equal(pc.equal(parts.field("open"), "("), pc.equal(parts.field("close"), ")")))
    literal = _numpy(pc.match_substring_regex(cells, LITERAL)) & ~none
    plain = _numpy(pc.is_valid(parts)) & closed & ~none & ~literal
    values = np.full(len(cells), np.nan)
    values[literal] = _numpy(pc.cast(cells.filter(pa.array(literal)), pa.float64()))
    rows = np.flatnonzero(plain)
    form = Form()
    if len(rows):
        parts = parts.take(pa.array(rows))
        form = _form(parts, decimal)
        form = form._replace(example=int(rows[form.example]), other=int(rows[form.other]))
        if not form.doubt:
            values[rows] = _values(parts, form)
    return Numbers(values, none, plain | literal, form)


def _form(parts: pa.StructArray, decimal: str | None) -> Form:
    """How numbers are written, from their parts."""
    written = pc.binary_join_element_wise(parts.field("currency"), parts.field("unit"), "")
    labels = pc.utf8_lower(written)
    bare = _numpy(pc.equal(labels, ""))
    units = [unit for unit in pc.unique(labels).to_pylist() if unit]
    body = parts.field("body")
    odd = np.flatnonzero(bare & ~_numpy(pc.match_substring_regex(body, "^0[.,]?0*$"))) if units else []
    if len(units) > 1 or len(odd):
        place = odd[0] if len(odd) else pc.index(labels, units[1]).as_py()
        return Form(doubt=Doubt.UNITS, example=int(place), other=pc.index(labels, units[0]).as_py())
    return _marks(body, decimal)._replace(unit=written[pc.index(labels, units[0]).as_py()].as_py() if units else "")


def _marks(body: pa.Array, decimal: str | None) -> Form:
    """Which marks stand before decimals and between thousands."""
    there = {mark for mark in ".,' _" if pc.any(pc.match_substring(body, mark)).as_py()}
    able = [marks for marks in STYLES if there <= {*marks} and (not marks[1] or marks[1] in there)]
    able = [marks for marks in able if pc.all(pc.match_substring_regex(body, STYLES[marks])).as_py()]
    if not able:
        mark = next(mark for mark in ",'_ ." if mark in there)
        return Form(doubt=Doubt.MARKS, example=pc.index(pc.match_substring(body, mark), True).as_py())
    if there <= {" ", "'", "_"}:
        return Form(thousands=able[0][1] if there else "")
    if len(able) == 1:
        return Form(*able[0])
    chosen = next((marks for marks in able if marks[0] == decimal), None)
    if chosen is None and there == {","}:
        return Form(doubt=Doubt.COMMA, example=pc.index(pc.match_substring(body, ","), True).as_py())
    if chosen is None:
        return Form(open=True)
    return Form(",") if chosen == (",", "") else Form(thousands=chosen[1])


def _values(parts: pa.StructArray, form: Form) -> np.ndarray:
    body = parts.field("body")
    if form.thousands:
        body = pc.replace_substring(body, form.thousands, "")
    if form.decimal == ",":
        body = pc.replace_substring(body, ",", ".")
    whole = pc.binary_join_element_wise(body, parts.field("exponent"), "")
    signs = (_numpy(pc.equal(parts.field(name), mark)) for name, mark in (("before", "-"), ("sign", "-"), ("open", "(")))
    return _numpy(pc.cast(whole, pa.float64())) * np.where(np.logical_or.reduce([*signs]), -1.0, 1.0)


def _numpy(array: pa.Array) -> np.ndarray:
    return array.to_numpy(zero_copy_only=False)
