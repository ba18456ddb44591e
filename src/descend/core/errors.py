"""Everything descend raises on purpose.

DescendError
├── BadInput (ValueError)      what a person asked for cannot be done; the message says what, where and how to mend it
│   ├── UnknownName            no rule, problem, schedule, option or column of that name
│   ├── BadValue               a value outside its range or of the wrong kind
│   └── BadData                a file or table that cannot be trained on
├── MissingExtra (ImportError) an optional library is not installed
└── StoreError (OSError)       a race cannot be written or read
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from itertools import islice

from .other_names import HERE, bare
from .text import printable

NEAR, FOREIGN = 0.5, 0.8  # how alike names must be; more for a name that means something else elsewhere


LONGEST, SHORT = 300, 80  # characters of a message about a value, and of the value in it
MOST = 900  # characters of any message: those about files name a path or two, and columns


def short(value: object, form: Callable[[object], str] = repr, most: int = SHORT) -> str:
    """A value as one line of at most so many characters; where its own repr fails, or returns no text, its type's name."""
    if isinstance(value, list | tuple | set | frozenset | dict) and len(value) > most:
        value = list(islice(value, most))  # whose repr is not without end
    try:
        text = form(value)
    except Exception:
        text = f"a {type(value).__name__}"
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 100 * most]).split())
    return text if len(text) <= most else f"{text[: most - 3]}..."


def one_line(message: str, most: int = MOST) -> str:
    """A message in one line that any terminal can show; where it is long without its middle, for the remedy is at its end."""
    line = printable(" ".join(message.split()))
    return line if len(line) <= most else f"{line[: most // 2 - 3]} ... {line[3 - most // 2 :]}"


class DescendError(Exception):
    """The root: catch this to catch everything descend raises on purpose. The message is one line, whatever it tells of."""

    def __init__(self, message: str = ""):
        super().__init__(one_line(message))


class BadInput(DescendError, ValueError):
    """What was asked for cannot be done; the message is one line with the remedy."""


class BadValue(BadInput):
    """A value outside its range or of the wrong kind. The message is one line of at most 300 characters."""

    def __init__(self, message: str):
        super().__init__(one_line(message, LONGEST))


class BadData(BadInput):
    """A file or table that cannot be trained on."""


def nearest(name: object, known: Iterable[str]) -> str:
    """The words that offer what `name` is called here, else the known name nearest to it, or nothing where none is near.

    >>> nearest("adm", ["adam", "sgd"]), nearest("xavier", ["he", "glorot"])
    ("did you mean 'adam'? ", "did you mean 'glorot'? ")
    """
    known, here = list(known), HERE.get(bare(name), [])
    near = [each for each in here if each in known]
    near += get_close_matches(str(name).lower(), known, n=1, cutoff=FOREIGN if here else NEAR)
    return f"did you mean '{near[0]}'? " if near else ""


class UnknownName(BadInput):
    """A name that nothing has; the message offers the nearest one and lists the rest.

    >>> print(UnknownName("rule", "adm", ["adam", "sgd"]))
    unknown rule 'adm'; did you mean 'adam'? There are: adam, sgd
    >>> print(UnknownName("rule", "best", ["adam", "sgd"]))
    unknown rule 'best'; there are: adam, sgd
    """

    def __init__(self, kind: str, name: object, known: Iterable[str]):
        known = sorted(map(str, known))
        near = nearest(short(name, str), known)
        told = short(name, str, 40)
        listed = ", ".join(known) or "none"
        super().__init__(one_line(f"unknown {kind} '{told}'; {near}{'There' if near else 'there'} are: {listed}", LONGEST))
        self.name, self.known = name, known


class MissingExtra(DescendError, ImportError):
    """An optional library is not installed; the message names the extra that brings it."""


class StoreError(DescendError, OSError):
    """A race cannot be written or read; nothing half-written is left behind."""
