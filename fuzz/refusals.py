"""What a refusal must look like: descend's own error, in one short line."""

from collections.abc import Iterator
from contextlib import contextmanager

from descend.core.errors import DescendError

LONGEST = 1200  # characters: two paths and a sentence


class Finding(AssertionError):
    """Something that must not happen, and did."""


@contextmanager
def refused_well() -> Iterator[None]:
    """Within, an error of descend's own in one short line is what is hoped for; any other exception is a finding."""
    try:
        yield
    except DescendError as error:
        check_line(str(error))


def check_line(text: str) -> None:
    """Finding for a refusal that is no short line of characters that a terminal shows as they are."""
    if not text.strip():
        raise Finding("a refusal without words")
    if len(text) > LONGEST:
        raise Finding(f"a refusal of {len(text):,} characters: {text[:200]!r}...")
    odd = next((sign for sign in text if not sign.isprintable()), None)
    if odd is not None:
        raise Finding(f"a refusal with the character {odd!r}: {text[:200]!r}")
