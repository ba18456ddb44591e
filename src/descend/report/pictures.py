"""A race's pictures by name."""

import io
from collections.abc import Callable

from matplotlib.figure import Figure

from descend.core.errors import BadValue, UnknownName
from descend.store import Race

from . import curves, data, path_data, paths, sensitivity

_PICTURES: dict[str, Callable[[Race], Figure]] = {
    "curves": lambda race: curves.draw(data.curves(race)),
    "sensitivity": lambda race: sensitivity.draw(data.sensitivity(race)),
    "paths": lambda race: paths.draw(path_data.paths(race)),
}


def names(race: Race) -> list[str]:
    """The pictures that can be drawn of a race: paths only where it has them."""
    return [name for name in _PICTURES if name != "paths" or race.paths is not None]


def figure(race: Race, name: str) -> Figure:
    """One picture of a race as a matplotlib Figure: "curves", "sensitivity" or "paths".

    It belongs to no pyplot window: save it with `figure.savefig(...)` (200 dots an inch) or return it from a notebook's
    cell. Raises UnknownName for another name, BadValue for the paths of a race that has none.
    """
    if name not in _PICTURES:
        raise UnknownName("picture", name, _PICTURES)
    if name not in names(race):
        raise BadValue(f"this race has no paths: {race.summary['title']} is not a problem of one or two numbers; draw curves")
    return _PICTURES[name](race)


def png(race: Race, name: str) -> bytes:
    """One picture as the bytes of a PNG file."""
    file = io.BytesIO()
    figure(race, name).savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()
