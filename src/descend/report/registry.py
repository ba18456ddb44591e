"""A race's pictures by name."""

import io
from collections.abc import Callable
from typing import NamedTuple

from matplotlib.figure import Figure

from descend.core.errors import BadValue, UnknownName, short
from descend.store import RaceResult

from .figures import (
    boundaries,
    boundary_data,
    confusion,
    curves,
    functions,
    health,
    path_data,
    paths,
    rates,
    risk,
    risk_data,
    sensitivity,
)
from .figures import curve_data as data
from .style import library


class _Picture(NamedTuple):
    """How a picture is drawn, whether a race has what it shows, and what that is."""

    draw: Callable[[RaceResult], Figure]
    there: Callable[[RaceResult], bool] = lambda race: True
    needs: str = ""


_PICTURES = {
    "curves": _Picture(lambda race: curves.draw(data.curves(race))),
    "risk": _Picture(
        lambda race: risk.draw(risk_data.risks(race)),
        risk_data.there,
        "training losses: {title} holds no rows out",
    ),
    "rates": _Picture(
        lambda race: rates.draw(race.summary["tuning"]["plateaus"], race.summary["tuning"]["start"], race.summary["tuned"]),
        lambda race: "tuning" in race.summary,
        "learning rates tried in short trainings: only descend tune does that",
    ),
    "sensitivity": _Picture(lambda race: sensitivity.draw(data.sensitivity(race))),
    "boundaries": _Picture(
        lambda race: boundaries.draw(boundary_data.boundaries(race)),
        lambda race: {"field", "confusion"} <= set(race.snapshots),
        "decision boundaries: {title} is not a problem of classes with two features",
    ),
    "confusion": _Picture(
        lambda race: confusion.draw(confusion.confusion(race)),
        lambda race: "confusion" in race.snapshots,
        "confusion matrix: {title} is not a problem of classes",
    ),
    "health": _Picture(
        lambda race: health.draw(health.select(race)),
        lambda race: race.health is not None and race.health.num_rows > 0,
        "record of health: it was not asked for",
    ),
    "paths": _Picture(
        lambda race: paths.draw(path_data.paths(race)),
        lambda race: race.paths is not None,
        "paths: {title} is not a problem of one or two numbers",
    ),
    "functions": _Picture(
        functions.picture,
        lambda race: race.functions is not None,
        "functions: it has neither a schedule nor a sweep of activations",
    ),
}


def names(race: RaceResult) -> list[str]:
    """The pictures that can be drawn of a race: curves and sensitivity of any, others where it has what they show."""
    return [name for name, picture in _PICTURES.items() if picture.there(race)]


def figure(race: RaceResult, name: str) -> Figure:
    """One picture of a race as a matplotlib Figure: "curves", "sensitivity", "risk" (training and validation loss),
    "rates" (short trainings of descend tune), "boundaries" (decisions over two features), "confusion", "health" (norms by
    layer), "paths" or "functions" (a learning rate over the updates, activations that are compared).

    It belongs to no pyplot window: save it with `figure.savefig(...)` (200 dots an inch) or return it from a notebook's
    cell. Raises UnknownName for another name, BadValue for a picture of what the race does not have.
    """
    if name not in _PICTURES:
        raise UnknownName("picture", name, _PICTURES)
    if name not in names(race):
        raise BadValue(f"this race has no {_PICTURES[name].needs.format(title=race.summary['title'])}; draw curves")
    with library.plain():
        return _PICTURES[name].draw(race)


def png(race: RaceResult, name: str) -> bytes:
    """One picture as the bytes of a PNG file."""
    file = io.BytesIO()
    figure(race, name).savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def draw_all(race: RaceResult) -> tuple[dict[str, bytes], list[str]]:
    """The pictures that a race has, as PNG by name, and for each that could not be drawn a sentence that says why."""
    files: dict[str, bytes] = {}
    missing: list[str] = []
    for name in names(race):
        try:
            files[name] = png(race, name)
        except Exception as error:  # whatever it is, the race itself is worth more
            missing.append(f"{name}.png could not be drawn ({type(error).__name__}: {short(error, str, 150)})")
    return files, missing
