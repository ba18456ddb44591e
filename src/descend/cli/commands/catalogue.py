"""descend problems, schedules: a list, or one entry with all that its docstring says."""

import argparse
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any

EXAMPLES = {
    "problems": "examples:\n  descend problems\n  descend problems digits",
    "schedules": "examples:\n  descend schedules\n  descend schedules cosine",
}
WIDTH = 110  # columns that are easy to read, where the terminal has more


def add_arguments(sub: argparse.ArgumentParser) -> None:
    """The words of the lists."""
    sub.add_argument("name", nargs="?", help="show this one in full")


def act(options: argparse.Namespace) -> int:
    """Print the list, or one entry."""
    from ..terminal.console import console

    part = import_module(f"descend.{options.command}")
    registry = getattr(part, options.command.upper())
    if options.command == "problems":  # a table is asked for by its file
        registry = registry.with_entry("table", part.Table)
    on = console()
    if options.name is None:
        on.print(table(registry, options.command))
        return 0
    cls = registry[options.name]
    width = min(on.width, WIDTH)
    for part in (heading(cls, width), *sections(cls, width).values()):
        on.print(part)
    return 0


def table(registry: Any, title: str, says: Callable[[Any], str] | None = None) -> Any:
    """A registry's names, each with what `says` makes of its entry: its first sentence, unless told otherwise."""
    from rich.table import Table
    from rich.text import Text

    from descend.core.language.docs import sentence

    says = says or sentence
    listed = Table("name", "what it is", title=Text(title, "bold"), title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in registry:
        listed.add_row(name, Text(says(registry[name])))
    return listed


def heading(cls: Any, width: int) -> Any:
    """A class's name and first sentence."""
    from rich.text import Text

    from descend.core.language.docs import sentence

    return Text.assemble((cls.name, "bold"), "\n", textwrap.fill(sentence(cls), width), "\n")


def sections(cls: Any, width: int) -> dict[str, Any]:
    """What a class's docstring says under each of its headings, as text to print."""
    from rich.text import Text

    from descend.core.language.docs import sections as found

    return {head: Text.assemble((head, "bold"), "\n", fill(body, width)) for head, body in found(cls).items()}


def fill(body: str, width: int) -> str:
    """Text in lines of at most `width` columns, two columns in: equations (indented) line by line, paragraphs and items filled."""
    blocks: list[str] = []
    for line in body.splitlines():
        goes_on = blocks and blocks[-1] and not blocks[-1].startswith("    ") and not line.startswith(("    ", "- "))
        if line and goes_on:
            blocks[-1] += f" {line.strip()}"
        else:
            blocks.append(line)
    return "".join(f"{_fill_block(block, width)}\n" for block in blocks)


def _fill_block(block: str, width: int) -> str:
    deep = len(block) - len(block.lstrip()) if block.startswith("    ") else 2
    later = deep + (4 if block.startswith("    ") else 2 if block.startswith("- ") else 0)
    return textwrap.fill(
        block.strip(),
        width,
        initial_indent=" " * deep,
        subsequent_indent=" " * later,
        break_long_words=False,
        break_on_hyphens=False,
    )
