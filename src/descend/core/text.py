"""Numbers as every table, sentence and picture shows them."""

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
