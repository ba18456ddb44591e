"""Values as they are typed: numbers, truth values, and what else is allowed beside them."""

import ast
from typing import Any

from descend.core.errors import BadValue, short
from descend.core.numbers import LARGEST


def literal(text: str, where: str, *, none: bool = False, several: bool = False) -> Any:
    """A number, True or False; None where `none` allows it, and a tuple of numbers, written with commas, where `several` does.

    Raises BadValue, which says `where` the text stands.
    """
    words: dict[str, Any] = {"true": True, "false": False} | ({"none": None} if none else {})
    if text.lower() in words:
        return words[text.lower()]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):  # the last two of what is nested too deeply
        value = None
    numbers: tuple[Any, ...] = value if several and isinstance(value, tuple) else (value,)
    if not numbers or not all(isinstance(each, int | float) for each in numbers):
        kinds = ["a number", *(["numbers with commas"] if several else []), *words]
        raise BadValue(f"{where} is '{short(text, str)}', must be {', '.join(kinds[:-1])} or {kinds[-1]}")
    if not all(abs(each) <= LARGEST for each in numbers):
        raise BadValue(f"{where} is {short(text, str)}, must be within {LARGEST:.1e}, the largest 32-bit float")
    return value
