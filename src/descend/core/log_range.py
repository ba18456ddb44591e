"""LO:HI:N, a range of numbers spaced logarithmically: read in one place, wherever people write one."""

import numpy as np

from .errors import BadValue, short


def is_range(text: object) -> bool:
    """Whether text is meant as a range: it has a colon."""
    return isinstance(text, str) and ":" in text


def log_range(what: str, text: str, most: int, example: str) -> np.ndarray:
    """The N numbers of "LO:HI:N", from LO to HI, both included. `what` begins the message, `example` is in it.

    Raises BadValue unless LO and HI are finite, 0 < LO < HI, and N is a whole number from 2 to `most`.
    """
    remedy = f"write LO:HI:N with 0 < LO < HI and N of at least 2, such as {example}"
    try:
        low, high, count = (float(part) for part in text.split(":"))
    except ValueError:
        raise BadValue(f"{what} {short(text)} is not a range; {remedy}") from None
    if not (0 < low < np.inf and 0 < high < np.inf):
        raise BadValue(f"{what} range {short(text)} has a bound that is not finite and above 0; {remedy}")
    if not low < high:
        raise BadValue(f"{what} range {short(text)} is reversed or empty: {low:g} is not below {high:g}; {remedy}")
    if not np.isfinite(count) or count != int(count):
        raise BadValue(f"{what} range {short(text)} has no whole number of points; {remedy}")
    if not 2 <= count <= most:
        raise BadValue(f"{what} range {short(text)} has {int(count):,} points, must have 2 to {most:,}; {remedy}")
    return np.geomspace(low, high, int(count))
