"""Numbers and names as every table, sentence and picture shows them."""

from typing import Any
from unicodedata import category

NONE = "\N{EN DASH}"


def number(value: float | None, digits: int = 4, none: str = NONE) -> str:
    """A number with so many significant digits, losses with four; `none` stands for None.

    >>> number(0.123456), number(2.0), number(None, none="never")
    ('0.1235', '2', 'never')
    """
    return none if value is None else f"{value:.{digits}g}"


def rate(value: float | None, none: str = NONE) -> str:
    """A learning rate: three significant digits.

    >>> rate(0.0123456), rate(None, none="")
    ('0.0123', '')
    """
    return number(value, 3, none)


_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def duration(seconds: float | int | None, none: str = NONE) -> str:
    """A time with two significant digits, in a unit that suits it.

    >>> duration(0.00088), duration(5.66e-6), duration(123.4), duration(0.0)
    ('0.88 ms', '5.7 µs', '123 s', '0 s')
    """
    if seconds is None:
        return none
    size, unit = next((each for each in _SECONDS if seconds >= 0.5 * each[0]), _SECONDS[-1] if seconds else _SECONDS[0])
    value = seconds / size
    return f"{value:,.0f} {unit}" if value >= 99.5 else f"{float(f'{value:.2g}'):g} {unit}"


def amount(value: float | int, by: str) -> str:
    """A cost by one of the measures.

    >>> amount(1, "steps"), amount(1234.56, "evaluations"), amount(25.64, "evaluations"), amount(0.0031, "seconds")
    ('1 step', '1,235 evaluations', '25.6 evaluations', '3.1 ms')
    """
    if by == "seconds":
        return duration(value)
    shown = f"{value:,.0f}" if value >= 999.5 or value == int(value) else f"{value:.3g}"
    return f"{shown} {by.removesuffix('s') if shown == '1' else by}"


def cost(budget: dict[str, Any] | None) -> str:
    """A budget as a summary tells it, in words."""
    return amount(budget["amount"], budget["by"]) if budget else ""


JOINERS = "\u200c\u200d"  # of letters in many scripts, and of emoji: they hide nothing


def printable(text: str, keep: str = "") -> str:
    """The text with U+FFFD for each sign that would steer a terminal or hide others, but for those to `keep`.

    Control characters, line separators, directions and lone surrogates are such. The length stays, so columns do.

    >>> printable("red: \\x1b[31m, next\\nline", keep="\\n")
    'red: \ufffd[31m, next\\nline'
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in keep or sign in JOINERS else _stand_in(sign) for sign in text)


def _stand_in(sign: str) -> str:
    """A space for a space of another width, U+FFFD for anything else."""
    return " " if category(sign) == "Zs" or sign == "\t" else "\N{REPLACEMENT CHARACTER}"
