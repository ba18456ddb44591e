"""Messages that can be said in other languages: a code, an English sentence and the values in it.

The Chinese sentences are in zh.toml beside this file, by code. Nothing else knows them, and nothing reads the words of a message.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "zh"]


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

    def say(self, language: Language = "en") -> str:
        """The sentence in a language; in English where it has no translation."""
        template = self.template if language == "en" else catalogue(language).get(self.code, self.template)
        return template.format(**{name: say(value, language) for name, value in self.fields.items()})


def say(value: Any, language: Language = "en") -> Any:
    """A message in a language; anything else as it is."""
    return value.say(language) if isinstance(value, Message) else value


@cache
def catalogue(language: Language) -> dict[str, str]:
    """The sentences of a language by code, with the names of fields where the values stand."""
    return tomllib.loads((files("descend.core") / f"{language}.toml").read_text(encoding="utf-8"))
