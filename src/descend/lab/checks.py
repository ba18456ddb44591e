"""What a page asks for, read with care: every value is checked, and a refusal is one line."""

from collections.abc import Iterable, Mapping
from typing import Any

from descend.core.errors import UnknownName, must_be, short
from descend.core.language.messages import Message
from descend.core.numbers import real, whole


def mapping(what: str, given: Any, fields: Iterable[str]) -> Mapping[str, Any]:
    """`given` as a mapping whose keys are all among `fields`. Raises BadValue or UnknownName."""
    if not isinstance(given, Mapping):
        raise must_be(what, short(given, most=40), Message("mapping", "a mapping of names to values"))
    fields = list(fields)
    for name in given:
        if name not in fields:
            raise UnknownName(Message("kind-field", "field of {what}", what=what), name, fields)
    return given


def word(what: str, value: Any, longest: int = 200) -> str:
    """A text of at most so many characters. Raises BadValue."""
    if not isinstance(value, str) or len(value) > longest:
        raise must_be(what, short(value, most=40), Message("text-of", "text of at most {most} characters", most=longest))
    return value


def number(what: str, value: Any, low: float, high: float) -> float:
    """A number from `low` to `high`. Raises BadValue."""
    found = real(what, value)
    if not low <= found <= high:
        raise must_be(what, f"{found:g}", Message("from-to", "from {low:g} to {high:g}", low=low, high=high))
    return found


def numbers(what: str, value: Any, longest: int = 64) -> tuple[float, ...]:
    """A list of at most so many numbers. Raises BadValue."""
    return tuple(real(what, item) for item in items(what, value, longest))


def items(what: str, value: Any, longest: int) -> list[Any]:
    """A list of at most so many things. Raises BadValue."""
    if not isinstance(value, list | tuple) or len(value) > longest:
        raise must_be(what, short(value, most=40), Message("list-of", "a list of at most {most}", most=longest))
    return list(value)


def count(what: str, value: Any, low: int, high: int) -> int:
    """A whole number from `low` to `high`; 50.0 is one too, as JavaScript sends it. Raises BadValue."""
    return whole(what, int(value) if isinstance(value, float) and value.is_integer() else value, low, high)
