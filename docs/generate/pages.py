"""The text of the reference pages: what the docstrings say."""

import inspect
import re
from textwrap import dedent
from typing import Any

from pictures import Picture

from descend.core.language.docs import sentence
from descend.problems import PROBLEMS
from descend.rules import RULES, WRAPPERS, Rule, Wrapper
from descend.rules.dialects import dialects_of, table
from descend.schedules import SCHEDULES, Schedule

__all__ = ["PROBLEMS", "RULES", "SCHEDULES", "WRAPPERS", "listing", "page"]


def page(cls: Any, picture: Picture | None) -> str:
    """One reference page: the docstring with its headings as headings, a picture, and how to use it."""
    parts = [f"# {cls.name}", body(cls), dialects(cls), usage(cls)]
    if picture:
        parts.insert(1, f"![{picture.says}]({cls.name}.svg)\n\n*{picture.says}*")
    return "\n\n".join(part for part in parts if part) + "\n"


def body(cls: Any) -> str:
    """The docstring as Markdown; its indented blocks stay code, word for word."""
    text = re.sub(r"^\*\*(.+?)\*\*[ \t]*$", r"## \1", inspect.cleandoc(cls.__doc__ or ""), flags=re.MULTILINE)
    blocks = re.compile(r"(?:^    .*\n?(?:\n(?=    ))*)+", flags=re.MULTILINE)
    return blocks.sub(lambda found: f"```text\n{dedent(found[0]).rstrip()}\n```\n", text)


def dialects(cls: Any) -> str:
    """What differs between the dialects of a rule, as a table; nothing where there are none."""
    names = dialects_of(cls) if issubclass(cls, Rule) else []
    if not names:
        return ""
    use = f'## Dialects\n\n`{cls.__name__}.as_in("{names[0]}")` gives the rule as that framework, or the paper, has it by default.'
    rows = [f"| {name} | {' | '.join(_value(value) for value in values)} |" for name, values in table(cls).items()]
    if not rows:
        return f"{use} The defaults are those of: {', '.join(names)}."
    return "\n".join([f"{use}\n", f"| | default | {' | '.join(names)} |", f"| --- |{' ---: |' * (len(names) + 1)}", *rows])


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def usage(cls: Any) -> str:
    """How it is named in Python and on the command line."""
    if issubclass(cls, Wrapper):
        return f"## Use\n\n{imported(cls)}"
    if issubclass(cls, Rule):
        return f"## Use\n\n```console\n$ descend race bowl --rules {cls.name}\n```\n\n" + imported(cls)
    if issubclass(cls, Schedule):
        return f"## Use\n\n```console\n$ descend race bowl --schedule {cls.name}\n```\n\n" + imported(cls)
    return f"## Use\n\n```console\n$ descend race {cls.name}\n```"


def imported(cls: Any) -> str:
    """The import line of a class."""
    return f"```python\nfrom {cls.__module__.rpartition('.')[0]} import {cls.__name__}\n```"


def listing(registry: Any) -> str:
    """A table of everything in a registry: its name, with a link, and its first sentence."""
    rows = [f"| [{name}]({name}.md) | {sentence(registry[name]).replace('|', chr(92) + '|')} |" for name in registry]
    return "\n".join(["| name | what it is |", "| --- | --- |", *rows])
