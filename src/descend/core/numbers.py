"""Numbers that people give, checked before anything is done with them."""

import operator
import re
from typing import Any

from .errors import must_be, short
from .language.messages import Message

MOST = 2**31 - 1  # what a 32-bit counter holds
LARGEST = 3.4028234663852886e38  # the largest 32-bit float, as lanes hold their numbers


_QUANTITY = re.compile(r"([+-]?[\d.,_]+(?:[eE][+-]?\d+)?)\s*([a-zA-Z]\w*)?")


def quantity(text: str) -> tuple[float | None, str | None]:
    """The number and the unit of text such as "2,000evaluations", "1e6 steps" or "3s"; None for what is not there.

    >>> quantity("2,000 steps"), quantity("3"), quantity("soon")
    ((2000.0, 'steps'), (3.0, None), (None, None))
    """
    match = _QUANTITY.fullmatch(text.strip())
    number, unit = match.groups() if match else ("", None)
    try:
        return float(number.replace(",", "")), unit
    except ValueError:
        return None, None


def whole(name: str, value: Any, least: int = 1, most: int = MOST) -> int:
    """A whole number from `least` to `most`, of any integer type but bool. Raises BadValue for anything else."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or not least <= number <= most:
        allowed = Message("whole-from-to", "a whole number from {least} to {most:,}", least=least, most=most)
        raise must_be(name, short(value), allowed)
    return number


def real(name: str, value: Any) -> float:
    """A finite number that 32-bit floats hold. Raises BadValue for anything else."""
    try:
        number = None if isinstance(value, str | bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None or not abs(number) <= LARGEST:
        allowed = Message("finite", "a finite number, at most {most:.1e} in size", most=LARGEST)
        raise must_be(name, short(value), allowed)
    return number
