"""The values of a sweep, from all that people write."""

from itertools import islice
from typing import Any

import numpy as np

from descend.core.errors import BadValue, short
from descend.core.log_range import is_range, log_range

MOST = 1000  # values of one sweep


def values(name: str, asked: Any) -> list[Any]:
    """The different values of a sweep, in the order given: from a sequence, a single value, or text.

    Text has values with commas; LO:HI:N among them are N numbers spaced logarithmically. What is no number stays a word.
    Raises BadValue for no value, a value that occurs twice, and a range that is none.
    """
    if isinstance(asked, str):
        items = [value for part in asked.split(",") if part.strip() for value in _part(name, part.strip())]
    else:
        items = list(islice(asked, MOST + 1)) if hasattr(asked, "__iter__") else [asked]
        items = [value.item() if isinstance(value, np.generic) else value for value in items]
    if not items:
        raise BadValue(f"sweep {name} has no value; write {name}=VALUE,VALUE, as in l2=0,1e-4:1e-1:6 or batch=16,64")
    if len(items) > MOST:
        raise BadValue(f"sweep {name} has more than {MOST:,} values; give at most so many")
    twice = next((value for i, value in enumerate(items) if _within(value, items[:i])), None)
    if twice is not None:
        raise BadValue(f"sweep {name} has {short(twice, str)} twice; give each value once")
    return items


def _within(value: Any, others: list[Any]) -> bool:
    """Whether a value is among others; BadValue for one that cannot be compared."""
    try:
        return value in others
    except Exception:
        raise BadValue(f"a value to sweep is {short(value)}, must be a number, a word, or numbers in a tuple") from None


def _part(name: str, text: str) -> list[Any]:
    """The values of one part between commas."""
    if not is_range(text):
        return [_plain(text)]
    return log_range(f"sweep {name}:", text, MOST, "1e-4:1e-1:6").tolist()


def _plain(text: str) -> Any:
    """A whole number, a number, or the word itself."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
