"""The options that every network has, described once and appended to each network's docstring."""

import inspect
import re
from collections.abc import Iterable
from typing import Any

from .activations import ACTIVATIONS
from .initializers import INITIALISATIONS
from .losses import LOSSES


def _either(names: Iterable[str]) -> str:
    *rest, last = names
    return f"{', '.join(rest)} or {last}"


# option -> what it is; its default is read off the class
OPTIONS: dict[str, str] = {
    "hidden": "widths of the hidden layers",
    "convolution": "channels of convolutional layers before them, where features have places; each halves signals and images",
    "activation": f"{_either(ACTIVATIONS)}",
    "initialisation": f"{_either(INITIALISATIONS)}",
    "criterion": f"{_either(LOSSES)}, or from Python any (prediction, target) -> scalar; none is what the target suggests",
    "delta": "the error, (0, 1e30), up to which huber is squared",
    "profit": "of asymmetric, lost per unit predicted too low, [0, 1e30); set it or cost, or asymmetric is mae",
    "cost": "of asymmetric, lost per unit predicted too high, [0, 1e30)",
    "batch_norm": "whether hidden layers are normalised by the batch, in evaluation by running averages",
    "dropout": "share of the hidden units that training leaves out, [0, 1); the others are divided by 1 - dropout",
    "input_dropout": "share of the features that training leaves out, [0, 1)",
    "l1": "penalty l1 * sum(|w|) on the weights, [0, 1e30)",
    "l2": "penalty l2 / 2 * sum(w^2) on the weights, [0, 1e30)",
    "validation": "share of the rows that choose settings and stop trainings, [0, 1); with 0 the training rows do",
    "test": "share of the rows that give the verdict, [0, 1); none is as validation, at most 0.2",
    "split_seed": "which rows those are; none is others for every seed where rows are few, which makes the split a part of chance",
}
SECTION = re.compile(r"^\*\*Options\*\*[ \t]*\n(.*?)(?=^\*\*|\Z)", flags=re.MULTILINE | re.DOTALL)


def full_doc(cls: Any) -> str | None:
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
