"""descend show exponential_decay: a schedule's value over the steps."""

import dataclasses

import numpy as np

from descend.core.docs import sections, sentence
from descend.core.text import number
from descend.report.graphs import Graph
from descend.schedules import SCHEDULES, around

from .shown import Asked, Shown, settings

STEPS = 100
SUFFIX = "_decay"  # by which Keras and others call many of them


def plain(name: str) -> str:
    """The name here of a schedule that is called exponential_decay and the like elsewhere."""
    short = name.removesuffix(SUFFIX)
    return short if name not in SCHEDULES and short in SCHEDULES else name


def schedule(asked: Asked) -> Shown:
    """The schedule of that name, fitted to the steps and a learning rate of 1, but for its settings."""
    cls, steps = SCHEDULES[asked.name], asked.steps or STEPS
    names = {name: text for name, text in asked.settings.items() if name == "then" and text in SCHEDULES}
    others = Asked(asked.name, {name: text for name, text in asked.settings.items() if name not in names})
    given = settings(others, [field.name for field in dataclasses.fields(cls)])
    made = around(asked.name, 1.0, steps, **given, **names)
    x = np.arange(steps + 1)
    y = np.broadcast_to(np.asarray(made(x), dtype=float), x.shape)
    places = dict.fromkeys([0, steps // 2, steps])
    says = {
        "Meaning": sentence(cls),
        "Formula": sections(cls).get("Value", ""),
        "Drawn with": _fields(made),
        "Values": ", ".join(f"{number(float(y[step]), 3)} at step {step:,}" for step in places),
        "Source": " ".join(sections(cls).get("Reference", "").split()),
    }
    return Shown(f"{asked.name} over {steps:,} steps", says, [Graph("step", "value", x, {"value": y}, stairs=True)])


def _fields(made: object) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in vars(made).items())


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_shown, value)) + ")"
    if dataclasses.is_dataclass(value):
        return f"{getattr(value, 'name', '')}({_fields(value)})"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
