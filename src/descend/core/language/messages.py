"""Messages that can be said in other languages: a code, an English sentence and the values in it.

The Chinese sentences are in zh.toml beside this file, by code. Nothing else knows them, and nothing reads the words of a message.
"""

import re
import shlex
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "zh"]
Spelling = Literal["python", "command"]  # how options are written: as keywords, or as on the command line


class Message(str):
    """An English sentence, or a part of one, that knows its code and its values.

    `template` has {names} of `fields`, whose values are numbers, text or messages. As text it is the English sentence:

    >>> Message("must-be", "{what} must be {allowed}", what="b1", allowed=Message("in", "in {range}", range="[0, 1)"))
    'b1 must be in [0, 1)'
    """

    code: str
    template: str
    fields: dict[str, Any]

    def __new__(cls, code: str, template: str, **fields: Any) -> "Message":
        """The sentence of a code, with its values."""
        message = super().__new__(cls, template.format(**fields))
        message.code, message.template, message.fields = code, template, fields
        return message

    def __getnewargs_ex__(self) -> Any:
        return (self.code, self.template), self.fields

    def say(self, language: Language = "en", spelling: Spelling = "python") -> str:
        """The sentence in a language; in English where it has no translation."""
        template = self.template if language == "en" else catalogue(language).get(self.code, self.template)
        return template.format(**{name: say(value, language, spelling) for name, value in self.fields.items()})


class Option(Message):
    """Options of a problem as a remedy names them, each way that they can be given.

    >>> decimal = Option(decimal="comma")
    >>> print(decimal, decimal.say(spelling="command"), sep="; ")
    decimal='comma'; --set decimal=comma
    """

    options: dict[str, Any]

    def __new__(cls, **options: Any) -> "Option":
        """Options by name."""
        words = ", ".join(f"{name}={value!r}" for name, value in options.items())
        message: Any = super().__new__(cls, "option", "{words}", words=words)
        message.options = options
        return message

    def __getnewargs_ex__(self) -> Any:
        return (), self.options

    def say(self, language: Language = "en", spelling: Spelling = "python") -> str:
        """The options as keywords, or as words of the command line."""
        if spelling == "python":
            return str(self)
        return " ".join(_command(name, value) for name, value in self.options.items())


def _command(name: str, value: Any) -> str:
    """An option as on the command line."""
    if isinstance(value, Mapping):
        return f"--{name} {shlex.quote(','.join(f'{key}={word}' for key, word in value.items()))}"
    if isinstance(value, tuple):
        value = ",".join(map(_cell, value))
    return f"--data {shlex.quote(str(value))}" if name == "file" else f"--set {shlex.quote(f'{name}={value}')}"


def _cell(name: str) -> str:
    """A name in a line of CSV, where nothing and "none" stand for no names."""
    return '"' + name.replace('"', '""') + '"' if re.search('[,"]', name) or name.lower() in ("", "none") else name


def say(value: Any, language: Language = "en", spelling: Spelling = "python") -> Any:
    """A message in a language; anything else as it is."""
    return value.say(language, spelling) if isinstance(value, Message) else value


@cache
def catalogue(language: Language) -> dict[str, str]:
    """The sentences of a language by code, with the names of fields where the values stand."""
    return tomllib.loads((files("descend.core.language") / f"{language}.toml").read_text(encoding="utf-8"))
