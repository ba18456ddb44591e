"""The values of a sweep, from all that people write."""

from itertools import islice
from typing import Any

import numpy as np

from descend.core.errors import BadValue, short

MOST = 1000  # values of one sweep


def values(name: str, asked: Any) -> list[Any]:
    """The different values of a sweep, in the order given: from a sequence, a single value, or text.

    Text has values with commas; LO:HI:N among them are N numbers spaced logarithmically. What is no number stays a word.
    Raises BadValue for no value, a value that occurs twice, and a range that is none.
    """
    if isinstance(asked, str):
        found = [value for part in asked.split(",") if part.strip() for value in _part(name, part.strip())]
    else:
        found = list(islice(asked, MOST + 1)) if hasattr(asked, "__iter__") else [asked]
        found = [value.item() if isinstance(value, np.generic) else value for value in found]
    if not found:
        raise BadValue(f"sweep {name} has no value; write {name}=VALUE,VALUE, as in l2=0,1e-4:1e-1:6 or batch=16,64")
    if len(found) > MOST:
        raise BadValue(f"sweep {name} has more than {MOST:,} values; give at most so many")
    twice = next((value for i, value in enumerate(found) if _within(value, found[:i])), None)
    if twice is not None:
        raise BadValue(f"sweep {name} has {short(twice, str)} twice; give each value once")
    return found


def _within(value: Any, others: list[Any]) -> bool:
    """Whether a value is among others; BadValue for one that cannot be compared."""
    try:
        return value in others
    except Exception:
        raise BadValue(f"a value to sweep is {short(value)}, must be a number, a word, or numbers in a tuple") from None


def _part(name: str, text: str) -> list[Any]:
    """The values of one part between commas."""
    if ":" not in text:
        return [_plain(text)]
    numbers = [_plain(part) for part in text.split(":")]
    remedy = "write LO:HI:N with 0 < LO < HI and N of at least 2, such as 1e-4:1e-1:6"
    if len(numbers) != 3 or any(isinstance(n, str | bool) for n in numbers) or not isinstance(numbers[2], int):
        raise BadValue(f"sweep {name}: {short(text)} is not a range; {remedy}")
    low, high, count = numbers
    if not (low > 0 and high < np.inf):
        raise BadValue(f"sweep {name}: range {short(text)} has a bound that is not finite and above 0; {remedy}")
    if not low < high:
        raise BadValue(f"sweep {name}: range {short(text)} is reversed or empty: {low:g} is not below {high:g}; {remedy}")
    if not 2 <= count <= MOST:
        raise BadValue(f"sweep {name}: range {short(text)} has a count of {count:,}, must be 2 to {MOST:,}; {remedy}")
    return [float(value) for value in np.geomspace(low, high, count)]


def _plain(text: str) -> Any:
    """A whole number, a number, or the word itself."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text
