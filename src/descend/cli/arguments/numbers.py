"""The numbers on the command line: what cannot be meant is refused where it stands, before anything is loaded."""

import argparse

from descend.core.numbers import LARGEST

COUNT, SEEDS = 1_000_000_000, 10_000  # the most of each


def count(text: str, most: int = COUNT) -> int:
    """A whole number of at least 1."""
    try:
        value = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number") from None
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value} is too small, must be at least 1")
    if value > most:
        raise argparse.ArgumentTypeError(f"{value:,} is too large, must be at most {most:,}")
    return value


def seeds(text: str) -> int:
    """A number of seeds."""
    return count(text, SEEDS)


def batch(text: str) -> int | str:
    """A number of rows, or "full"."""
    try:
        return "full" if text == "full" else count(text)
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{error}; give a number of rows, or full") from None


def loss(text: str) -> float:
    """A number that a 32-bit loss can be compared with."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number") from None
    if LARGEST < abs(value) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is too large, must be within {LARGEST:.1e} (a 32-bit float)")
    return value
