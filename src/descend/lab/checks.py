"""What a page asks for, read with care: every value is checked, and a refusal is one line."""

from collections.abc import Iterable, Mapping
from typing import Any

from descend.core.errors import BadValue, UnknownName
from descend.core.numbers import real, whole


def mapping(what: str, given: Any, fields: Iterable[str]) -> Mapping[str, Any]:
    """`given` as a mapping whose keys are all among `fields`. Raises BadValue or UnknownName."""
    if not isinstance(given, Mapping):
        raise BadValue(f"{what} is {_short(given)}, must be a mapping of names to values")
    fields = list(fields)
    for name in given:
        if name not in fields:
            raise UnknownName(f"field of {what}", str(name)[:40], fields)
    return given


def word(what: str, value: Any, longest: int = 200) -> str:
    """A text of at most so many characters. Raises BadValue."""
    if not isinstance(value, str) or len(value) > longest:
        raise BadValue(f"{what} is {_short(value)}, must be text of at most {longest} characters")
    return value


def number(what: str, value: Any, low: float, high: float) -> float:
    """A number from `low` to `high`. Raises BadValue."""
    found = real(what, value)
    if not low <= found <= high:
        raise BadValue(f"{what} is {found:g}, must be from {low:g} to {high:g}")
    return found


def numbers(what: str, value: Any, longest: int = 64) -> tuple[float, ...]:
    """A list of at most so many numbers. Raises BadValue."""
    return tuple(real(what, item) for item in items(what, value, longest))


def items(what: str, value: Any, longest: int) -> list[Any]:
    """A list of at most so many things. Raises BadValue."""
    if not isinstance(value, list | tuple) or len(value) > longest:
        raise BadValue(f"{what} is {_short(value)}, must be a list of at most {longest}")
    return list(value)


def count(what: str, value: Any, low: int, high: int) -> int:
    """A whole number from `low` to `high`; 50.0 is one too, as JavaScript sends it. Raises BadValue."""
    return whole(what, int(value) if isinstance(value, float) and value.is_integer() else value, low, high)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
