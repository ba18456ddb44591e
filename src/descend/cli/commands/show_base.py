"""What `descend show` shows: sentences to print and panels to draw, made from a name and settings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from descend.core.errors import BadValue, UnknownName
from descend.core.language.text import number
from descend.report.figures.panels import Graph

from ..arguments.literals import literal


@dataclass(frozen=True)
class Request:
    """What to show: a name, its --set NAME=VALUE as text, --steps, and the rule where it is shown of one."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    steps: int | None = None
    rule: str | None = None

    def refuse_steps(self) -> None:
        """BadValue where steps were asked for of what has none."""
        if self.steps is not None:
            raise BadValue(f"--steps {self.steps}: {self.name} does not depend on the step; only schedules do")


@dataclass(frozen=True)
class Page:
    """A title, sentences by heading, and panels, or what draws another `figure`."""

    title: str
    says: dict[str, str]
    graphs: list[Graph] = field(default_factory=list)
    figure: Callable[[], Any] | None = None


Maker = Callable[[Request], Page]


def settings(request: Request, known: list[str]) -> dict[str, Any]:
    """The settings as values; UnknownName for one that is not among `known`."""
    for name in request.settings:
        if name not in known:
            raise UnknownName(f"setting of {request.name}", name, known)
    return {name: literal(text, f"--set {name}", several=True) for name, text in request.settings.items()}


def at(x: np.ndarray, y: np.ndarray, places: Sequence[float]) -> str:
    """The values at some places, in words.

    >>> at(np.array([0.0, 1.0]), np.array([2.0, 3.0]), (0.0, 1.0))
    '2 at 0, 3 at 1'
    """
    return ", ".join(f"{number(float(np.interp(place, x, y)) + 0.0, 3)} at {place:g}" for place in places)
