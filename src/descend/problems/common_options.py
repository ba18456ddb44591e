"""The options that every network has, described once and appended to each network's docstring."""

import inspect
import re
from typing import Any

# option -> what it is; its default is read off the class
OPTIONS: dict[str, str] = {
    "hidden": "widths of the hidden layers",
    "activation": "relu, tanh, sigmoid, leaky_relu, elu, gelu, silu, softplus or identity",
    "initialisation": "he, glorot, lecun or uniform",
    "l2": "weight penalty, [0, 1e30)",
    "validation": "share of the rows that judge, [0, 1); with 0 the training rows judge",
    "split_seed": "which rows those are",
}
SECTION = re.compile(r"^\*\*Options\*\*[ \t]*\n(.*?)(?=^\*\*|\Z)", flags=re.MULTILINE | re.DOTALL)


def described(cls: Any) -> str | None:
    """The docstring of a network class, with the common options that its **Options** do not describe themselves."""

    def whole(found: re.Match[str]) -> str:
        own = found[1].strip("\n")
        lines = [_line(cls, name) for name in OPTIONS if hasattr(cls, name) and f"- {name}:" not in own]
        return "**Options**\n\n" + "\n".join(filter(None, [own, *lines])) + "\n\n"

    return SECTION.sub(whole, inspect.cleandoc(cls.__doc__)).rstrip() if cls.__doc__ else None


def _line(cls: Any, name: str) -> str:
    what, semicolon, more = OPTIONS[name].partition("; ")
    return f"- {name}: {what}, default {_text(getattr(cls, name))}{semicolon}{more}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value).lower()
