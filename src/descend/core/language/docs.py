"""What a class's docstring says, by heading, for the command line and the reference pages."""

import inspect
import re
from typing import Any


def sentence(cls: Any) -> str:
    """The first sentence of the docstring of a class or function."""
    return " ".join(inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].split())


def sections(cls: type) -> dict[str, str]:
    """The docstring's text under each heading that stands alone on a line as **Heading**, in order; equations stay indented."""
    parts = re.split(r"^\*\*(.+?)\*\*\s*$", inspect.cleandoc(cls.__doc__ or ""), flags=re.MULTILINE)
    return {head: body.strip("\n") for head, body in zip(parts[1::2], parts[2::2], strict=True)}
