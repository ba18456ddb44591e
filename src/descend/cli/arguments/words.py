"""The words of a command line, before they are read: empty ones, and those that no file could be called."""

from collections.abc import Sequence

from descend.core.errors import BadValue, short


def check(given: Sequence[str]) -> None:
    """BadValue for a word or value that is empty, that holds NUL, or that is no text."""
    for before, word in zip(["", *given], given, strict=False):
        option, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if (equals and not value.strip()) or not word.strip():
            _refuse(option or before)
        if "\0" in word:
            raise BadValue(f"{short(word)} holds the character NUL, which no name can have; leave it out")
        if not _text(word):
            raise BadValue(f"{short(word, ascii)} is not UTF-8: rename the file, or set LANG to a UTF-8 locale")


def _refuse(option: str) -> None:
    if option.startswith("-"):
        raise BadValue(f"{option} is empty; give it a value, or leave {option} out")
    raise BadValue("a word of the command is empty; name something there, or leave it out")


def _text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
