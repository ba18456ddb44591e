"""The learning rates of a race, from all that people write."""

from collections.abc import Iterable, Set
from typing import Any, SupportsFloat

import numpy as np

from descend.core.errors import BadValue, short
from descend.core.log_range import is_range, log_range

GRID = (1e-4, 10.0, 16)  # three learning rates a decade, wide enough for every textbook rule's best
MOST = 10_000  # learning rates in a grid
LearningRates = str | SupportsFloat | Iterable[SupportsFloat]  # as people write them


def learning_rates(asked: Any) -> np.ndarray:
    """A grid of learning rates, sorted: from None (the default grid), a number, a sequence, or "LO:HI:N" (log-spaced).

    Raises BadValue for what is not finite and above 0, a reversed range or a count below 2.
    """
    if asked is None:
        asked = f"{GRID[0]}:{GRID[1]}:{GRID[2]}"
    if isinstance(asked, str):
        return _from_text(asked)
    try:
        rates = np.asarray(list(asked) if isinstance(asked, Set) else asked, float)
    except (TypeError, ValueError, OverflowError):
        remedy = "must be a number, a sequence of numbers, or text such as 1e-4:1:9"
        raise BadValue(f"learning rate is {short(asked)}, {remedy}") from None
    if isinstance(asked, bool) or rates.ndim > 1 or rates.size > MOST:
        raise BadValue(f"learning rate is {short(asked)}, must be a number, or a sequence of at most {MOST:,} numbers")
    return _in_range(np.unique(rates), asked)


def normalise(asked: Any) -> str | tuple[float, ...]:
    """What was asked for in one form: a range as text, anything else as numbers. Raises as `learning_rates` does."""
    rates = learning_rates(asked)
    if asked is None:
        return ":".join(map(str, GRID))
    return asked.strip() if is_range(asked) else tuple(rates.tolist())


def finer(asked: Any, rates: np.ndarray, factor: int) -> np.ndarray:
    """So many times as many learning rates over the same range; the same ones where they were not asked for as a range."""
    ranged = asked is None or is_range(asked)
    return np.geomspace(rates[0], rates[-1], len(rates) * factor) if ranged and factor > 1 else rates


def _in_range(rates: np.ndarray, asked: Any) -> np.ndarray:
    """The rates, which lanes hold as 32-bit floats."""
    span = np.finfo(np.float32)
    if not rates.size or not np.all((rates >= span.tiny) & (rates <= span.max)):
        raise BadValue(f"learning rate is {short(asked, str)}, must be finite and above 0 (from {span.tiny:.1e} to {span.max:.1e})")
    return rates


def _from_text(text: str) -> np.ndarray:
    if is_range(text) and "," not in text:
        return _in_range(log_range("learning rate", text, MOST, "1e-4:1:9"), text)
    remedy = "write one number, numbers with commas, or LO:HI:N with 0 < LO < HI and N of at least 2, such as 1e-4:1:9"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadValue(f"learning rate {short(text)} is not a number or range; {remedy}") from None
    if not np.all(np.isfinite(numbers)) or min(numbers) <= 0:
        raise BadValue(f"learning rate {short(text)} has a number that is not finite and above 0; {remedy}")
    return _in_range(np.unique(numbers), text)
