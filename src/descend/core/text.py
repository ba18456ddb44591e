"""Numbers and names as every table, sentence and picture shows them."""

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
