"""Everything descend raises on purpose. Each error has a code, the values that its sentence names, and the sentence.

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
from typing import Any, ClassVar

from .language.messages import Language, Message, Spelling, say
from .language.other_names import HERE, bare
from .language.text import printable

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

    kind: ClassVar[str] = "error"
    most: ClassVar[int] = MOST  # characters of the sentence

    def __init__(self, message: str = ""):
        super().__init__(one_line(message, self.most))
        self.message = message

    def __reduce__(self) -> Any:
        return _again, (type(self), str(self), self.__dict__)

    @property
    def code(self) -> str:
        """What is wrong, in a word or two that stay the same in every release and language, such as "must-be"."""
        return self.message.code if isinstance(self.message, Message) else self.kind

    @property
    def fields(self) -> dict[str, Any]:
        """The values that the sentence names, such as {"what": "b1", "value": "2", ...}; empty where it has no code of its own."""
        return dict(self.message.fields) if isinstance(self.message, Message) else {}

    def say(self, language: Language = "en", spelling: Spelling = "python") -> str:
        """The sentence in a language, in English where it has no translation; options as Python or the command line has them."""
        return one_line(say(self.message, language, spelling), self.most)


def _again(cls: type[DescendError], sentence: str, state: dict[str, Any]) -> DescendError:
    """An error from a pickle, whose class may take other arguments than a sentence."""
    error = cls.__new__(cls)
    error.args = (sentence,)
    error.__dict__.update(state)
    return error


class BadInput(DescendError, ValueError):
    """What was asked for cannot be done; the message is one line with the remedy."""

    kind = "bad-input"


class BadValue(BadInput):
    """A value outside its range or of the wrong kind. The message is one line of at most 300 characters."""

    kind, most = "bad-value", LONGEST


def must_be(what: str, value: str, allowed: str) -> BadValue:
    """The error of a value, in words, that is not what is allowed."""
    return BadValue(Message("must-be", "{what} is {value}, must be {allowed}", what=what, value=value, allowed=allowed))


class BadData(BadInput):
    """A file or table that cannot be trained on."""

    kind = "bad-data"


def nearest(name: object, known: Iterable[str]) -> str:
    """The words that offer what `name` is called here, else the known name nearest to it, or nothing where none is near.

    >>> nearest("adm", ["adam", "sgd"]), nearest("xavier", ["he", "glorot"])
    ("did you mean 'adam'? ", "did you mean 'glorot'? ")
    """
    near = nearest_name(name, list(known))
    return f"did you mean '{near}'? " if near else ""


def nearest_name(name: object, known: list[str]) -> str:
    """The name that `name` is here, else the one nearest to it; "" where none is near."""
    here = HERE.get(bare(name), [])
    near = [each for each in here if each in known]
    near += get_close_matches(str(name).lower(), known, n=1, cutoff=FOREIGN if here else NEAR)
    return near[0] if near else ""


class UnknownName(BadInput):
    """A name that nothing has; the message offers the nearest one and lists the rest. `kind` says of what, in a word or a Message.

    >>> print(UnknownName("rule", "adm", ["adam", "sgd"]))
    unknown rule 'adm'; did you mean 'adam'? There are: adam, sgd
    >>> print(UnknownName("rule", "best", ["adam", "sgd"]))
    unknown rule 'best'; there are: adam, sgd
    """

    most = LONGEST

    def __init__(self, kind: str, name: object, known: Iterable[str]):
        self.name, self.known = name, sorted(map(str, known))
        near = nearest_name(short(name, str), self.known)
        fields = {"kind": kind, "name": short(name, str, 40), "known": ", ".join(self.known)}
        if not self.known:
            message = Message("none-known", "unknown {kind} '{name}'; there are: none", **fields)
        elif near:
            text = "unknown {kind} '{name}'; did you mean '{near}'? There are: {known}"
            message = Message("unknown-name-near", text, near=near, **fields)
        else:
            message = Message("unknown-name", "unknown {kind} '{name}'; there are: {known}", **fields)
        super().__init__(message)


class MissingExtra(DescendError, ImportError):
    """An optional library is not installed; the message names the extra that brings it."""

    kind = "missing-extra"


class StoreError(DescendError, OSError):
    """A race cannot be written or read; nothing half-written is left behind."""

    kind = "store"
