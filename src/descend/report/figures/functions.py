"""The picture of the functions that a race uses: a learning rate over the updates, and activations that are compared."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from descend.store import RaceResult

from ..style import axes as style
from .panels import Graph, draw

TITLE = "schedules and activations of this race"


def graphs(race: RaceResult) -> list[Graph]:
    """A panel for the learning rate and two for the activations, as far as the race has them."""
    kinds = _kinds(race)
    panels = []
    for name, x, y, _ in kinds.get("schedule", []):
        panels.append(Graph("updates", f"learning rate of {style.text(name, 24)}", x, {name: y}, stairs=True))
    if activations := kinds.get("activation"):
        x = activations[0][1]
        panels += [Graph("x", "activation", x, {name: y for name, _, y, _ in activations})]
        panels += [Graph("x", "derivative", x, {name: slope for name, *_, slope in activations})]
    return panels


def picture(race: RaceResult) -> Figure:
    """The panels side by side."""
    return draw(TITLE, graphs(race))


def says(race: RaceResult) -> str:
    """What the picture shows."""
    kinds = _kinds(race)
    parts = [f"The learning rate of {name} at every update." for name, *_ in kinds.get("schedule", [])]
    if "activation" in kinds:
        parts.append("The activations compared, with their derivatives: where a derivative is near 0, a unit hardly learns.")
    return " ".join(parts)


def _kinds(race: RaceResult) -> dict[str, list[tuple[str, Any, Any, Any]]]:
    """By kind: each function's name, its x (n,), y (n,) and derivative (n,), NaN where there is none."""
    assert race.functions is not None
    table = race.functions.to_pydict()
    kinds, names = np.array(table["kind"], dtype=object), np.array(table["name"], dtype=object)
    columns = [np.array(table[column], dtype=float) for column in ("x", "y", "slope")]
    by_kind: dict[str, list[tuple[str, Any, Any, Any]]] = {}
    for kind, name in dict.fromkeys(zip(kinds.tolist(), names.tolist(), strict=True)):
        here = (kinds == kind) & (names == name)
        x, y, slope = (column[here] for column in columns)
        by_kind.setdefault(kind, []).append((name, x, y, slope))
    return by_kind
