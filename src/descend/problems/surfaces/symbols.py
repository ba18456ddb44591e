"""The text of a formula as tokens: what keyboards, books and phones write is brought into one form that keeps its places."""

import re
import unicodedata
from collections.abc import Container, Iterator
from dataclasses import dataclass

from descend.core.language.messages import Message

ALIKE = {  # minus and dashes; times and dots; division and slashes; bars; what is not seen
    "-": "\u2212\u2013\u2010\u2011", "*": "\u00d7\u00b7\u22c5\u2219\u2022\u2217\u2062", "/": "\u00f7\u2215\u2044",
    "|": "\u2223\uff5c", "'": "\u2019", " ": "\u200b\u2061", "pi": "\u03c0", "θ": "\u03d1\u0398",
}  # fmt: skip
SIGNS = {sign: plain for plain, signs in ALIKE.items() for sign in signs}
TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-zθ_][A-Za-z0-9θ_]*)"
    r"|(?P<sign>\*\*|.)",
    flags=re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A "number", a "name", a "sign" or the "end", and at which character of the text it begins, counted from 1."""

    kind: str
    text: str
    at: int


class Unreadable(ValueError):
    """What is wrong with a formula, and at which character."""

    def __init__(self, what: Message, at: int | None = None):
        super().__init__(what if at is None else Message("at-character", "at character {at}, {why}", at=at, why=what))


def tokens(text: str, known: Container[str], calls: Container[str]) -> list[Token]:
    """The tokens of a formula, the end the last. Names written together (xy, sinx) part into those `known`; `calls` are functions.

    A name that is none, and does not part, stays whole.
    """
    plain, places = _plain(text)
    found = []
    for match in TOKEN.finditer(plain):
        kind, written, at = str(match.lastgroup), match.group(), places[match.start()]
        if kind == "name":
            found += [Token(*part, at=places[match.start() + i]) for i, part in _parts(written, known, calls)]
        elif not written.isspace():
            found.append(Token(kind, "^" if written == "**" else written, at))
    return [*found, Token("end", "", len(text) + 1)]


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in ASCII (and θ), exponents that are written small after ^, and of each of its characters the place in `text`."""
    signs: list[str] = []
    places: list[int] = []
    small = False
    for place, sign in enumerate(text, 1):
        raised = unicodedata.decomposition(sign).startswith("<super>")
        written = ("" if small else "^(") * raised + (")" if small and not raised else "") + _transliterate(sign)
        signs, places, small = [*signs, *written], [*places, *[place] * len(written)], raised
    return "".join([*signs, *")" * small]), [*places, *[len(text)] * small]


def _transliterate(sign: str) -> str:
    """One character as it is written here."""
    if sign in SIGNS:
        return SIGNS[sign]
    form = "".join(SIGNS.get(each, each) for each in unicodedata.normalize("NFKC", sign))
    return f"({form})" if unicodedata.decomposition(sign).startswith("<fraction>") else form


def _parts(written: str, known: Container[str], calls: Container[str]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The names that are written together, each with its place; digits may follow a function. As it is where that fails."""
    for name in dict.fromkeys((written, written.lower())):
        parts: list[tuple[int, tuple[str, str]]] = []
        at = 0
        while at < len(name):
            length = next((n for n in range(len(name) - at, 0, -1) if name[at : at + n] in known), 0)
            digits = re.match("[0-9]+", name[at:]) if not length and parts and parts[-1][1][1] in calls else None
            if not length and not digits:
                break
            parts.append((at, ("number", digits.group()) if digits else ("name", name[at : at + length])))
            at = parts[-1][0] + len(parts[-1][1][1])
        else:
            yield from parts
            return
    yield 0, ("name", written)
