"""What the columns of a table hold: numbers, dates or text, with everything that cannot be trained on named and refused."""

import re
import shlex
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from descend.core.errors import BadData

from . import written

LARGEST = 1e100  # beyond this, squares and sums of numbers overflow


class Column(NamedTuple):
    """One column: `values` (rows,) is float64 with NaN where missing, or objects with None where missing."""

    name: str
    values: np.ndarray
    text: bool
    boolean: bool = False
    dates: bool = False  # values are days

    @property
    def missing(self) -> np.ndarray:
        """Whether each row lacks a value."""
        return np.array([value is None for value in self.values], bool) if self.text else np.isnan(self.values)

    @property
    def present(self) -> np.ndarray:
        """The values that are there."""
        return self.values[~self.missing]


def drop(*names: str) -> str:
    """What to do about features that cannot be mended, as the command line takes it."""
    quoted = ['"' + n.replace('"', '""') + '"' if re.search('[,"]', n) or n.lower() in ("", "none") else n for n in names]
    return f"leave {'it' if len(names) == 1 else 'them'} out with --set {shlex.quote('drop=' + ','.join(quoted))}"


def column(where: str, name: str, raw: pa.ChunkedArray, remedy: str, few: int | None) -> Column:
    """Read an Arrow column of the file `where`; text with at most `few` different values may have numbers among words.

    BadData for what is neither numbers, dates nor text, for NaN and infinity, and for text that was meant to be numbers.
    """
    kind: Any = raw.type
    if raw.null_count == len(raw):
        raise BadData(f"{where}: column '{name}' has no values at all: {remedy}")
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _words(where, name, pc.cast(raw, pa.string()), remedy, few)
    if pa.types.is_temporal(kind) and not pa.types.is_interval(kind):
        return Column(name, written.days(raw), text=False, dates=True)
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_boolean(kind)):
        raise BadData(f"{where}: column '{name}' holds {kind}, must hold numbers, dates or text: {remedy}")
    numbers = pc.cast(raw, pa.float64(), safe=False).to_numpy()
    with np.errstate(invalid="ignore"):
        bad = np.flatnonzero(~raw.is_null().to_numpy() & ~(np.abs(numbers) <= LARGEST))
    if len(bad):
        raise BadData(f"{where}: column '{name}' has {_places(numbers, bad)}: mend them, empty the cells, or {remedy}")
    return Column(name, numbers, text=False, boolean=pa.types.is_boolean(kind))


def _words(where: str, name: str, raw: pa.ChunkedArray, remedy: str, few: int | None) -> Column:
    dates = written.days_of_text(where, name, raw, remedy)
    if dates is not None:
        return Column(name, dates, text=False, dates=True)
    written.check_numbers(where, name, raw, remedy, few)
    return Column(name, np.array(raw.to_pylist(), dtype=object), text=True)


def _places(numbers: np.ndarray, bad: np.ndarray) -> str:
    """How many numbers are bad (NaN, infinite or too large to square), what the first are and in which rows."""
    many = "s" if len(bad) > 1 else ""
    kinds = ", ".join(dict.fromkeys(f"{numbers[row]:g}" for row in bad[:5]))
    rows = ", ".join(str(row + 1) for row in bad[:5]) + (", ..." if len(bad) > 5 else "")
    return f"{len(bad)} value{many} that cannot be computed with ({kinds}), data row{many} {rows}"


def check_feature(where: str, feature: Column) -> None:
    """BadData for text of which every value differs (it would teach nothing) and for a column without values."""
    present = feature.present
    if not len(present):
        raise BadData(f"{where}: column '{feature.name}' has no values in the rows that have a target: {drop(feature.name)}")
    if feature.text and len(set(present)) == len(present) > len(feature.values) / 2:
        odd = [value for value in present if not re.match(written.NUMBER, value)]
        hint = f" (numbers, but for '{odd[0]}': mend that)" if 2 * len(odd) < len(present) and odd else ""
        raise BadData(f"{where}: column '{feature.name}' is text with as many values as rows{hint}: {drop(feature.name)}")


def check_constant(where: str, features: list[Column]) -> None:
    """BadData for columns that hold one value in every row, and so tell nothing of the target."""
    same = [feature for feature in features if not feature.missing.any() and len(set(feature.values.tolist())) == 1]
    if same:
        told = ", ".join(f"'{feature.name}' ({feature.values[0]})" for feature in same[:5]) + (", ..." if len(same) > 5 else "")
        names = f"column {told} holds" if len(same) == 1 else f"{len(same)} columns, {told}, hold"
        raise BadData(f"{where}: {names} one value in every row, which tells nothing: {drop(*(f.name for f in same))}")
