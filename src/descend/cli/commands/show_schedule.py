"""descend show exponential_decay: a schedule's value over the steps."""

import dataclasses
from typing import Any

import numpy as np

from descend.core.errors import BadValue
from descend.core.hyper import is_schedule
from descend.core.language.docs import sections, sentence
from descend.core.language.text import number
from descend.report.figures.panels import Graph
from descend.schedules import SCHEDULES, around

from .show_base import Page, Request, settings

STEPS = 100
POINTS = 2000  # drawn at most
SUFFIX = "_decay"  # by which Keras and others call many of them


def plain(name: str) -> str:
    """The name here of a schedule that is called exponential_decay and the like elsewhere."""
    short = name.removesuffix(SUFFIX)
    return short if name not in SCHEDULES and short in SCHEDULES else name


def schedule(request: Request) -> Page:
    """The schedule of that name, fitted to the steps and a learning rate of 1, but for its settings."""
    cls, steps = SCHEDULES[request.name], request.steps or STEPS
    curve = around(request.name, 1.0, steps, **_settings(request, vars(around(request.name, 1.0, steps))))
    x = np.unique(np.linspace(0, steps, min(steps, POINTS) + 1).astype(int))
    y = np.broadcast_to(np.asarray(curve(x), dtype=float), x.shape)
    says = {
        "Meaning": sentence(cls),
        "Formula": sections(cls).get("Value", ""),
        "Drawn with": _fields(curve),
        "Values": ", ".join(f"{number(float(curve(step)), 3)} at step {step:,}" for step in dict.fromkeys([0, steps // 2, steps])),
        "Source": " ".join(sections(cls).get("Reference", "").split()),
    }
    return Page(f"{request.name} over {steps:,} steps", says, [Graph("step", "value", x, {"value": y}, stairs=True)])


def _settings(request: Request, usual: dict[str, Any]) -> dict[str, Any]:
    """The settings as values of the kind that the fields usually have."""
    names = {name: text for name, text in request.settings.items() if is_schedule(usual.get(name))}
    numbers = Request(request.name, {name: text for name, text in request.settings.items() if name not in names})
    values = settings(numbers, list(usual))
    for name, value in values.items():
        wanted, text = usual[name], request.settings[name]
        if isinstance(wanted, tuple) and not isinstance(value, tuple):
            values[name] = (value,)
        elif isinstance(wanted, bool) != isinstance(value, bool):
            kind = "true or false" if isinstance(wanted, bool) else "a number"
            raise BadValue(f"--set {name}={text} of {request.name}: must be {kind}")
        elif isinstance(value, tuple) and not isinstance(wanted, tuple):
            raise BadValue(f"--set {name}={text} of {request.name}: must be one number")
    return values | {name: SCHEDULES[text].name for name, text in names.items()}


def _fields(made: object) -> str:
    return ", ".join(f"{name} = {_format(value)}" for name, value in vars(made).items())


def _format(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_format, value)) + ")"
    if dataclasses.is_dataclass(value):
        return f"{getattr(value, 'name', '')}({_fields(value)})"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
