"""The picture of decision boundaries: what each entrant makes of the plane, a panel each, with the points to tell apart."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..style import axes as style
from ..style import colours
from .boundary_data import Boundaries, Boundary, points_text

_MARKERS = ("o", "^", "s", "D", "v", "P", "X")
_KEYED = 8  # classes that the key names


def draw(data: Boundaries) -> Figure:
    """Small multiples with shared axes: the output as a ground of two colours with its 0.5 line, or a colour for each class."""
    figure, panels = _panels(data)
    for axes, entrant in zip(panels, data.entrants, strict=True):
        _two_sides(axes, data, entrant) if len(entrant.field) == 1 else _regions(axes, data, entrant)
        _points(axes, data)
        _title(axes, data, entrant)
    _key(figure, data)
    return figure


def look(label: int) -> tuple[str, str]:
    """The colour and the marker of a class: no two of the first 49 have both in common."""
    return colours.CLASSES[label % len(colours.CLASSES)], _MARKERS[(label + label // len(colours.CLASSES)) % len(_MARKERS)]


def _panels(data: Boundaries) -> tuple[Figure, list[Axes]]:
    count, columns = len(data.entrants), data.columns
    rows = math.ceil(count / columns)
    shape = float(np.clip(np.ptp(data.x2) / (np.ptp(data.x1) or 1.0), 0.6, 1.4))
    width = 4.2 if count == 1 else min(3.0, 8.4 / columns)
    figure = style.figure(max(width * columns, 3.6), (width * shape + 0.3) * rows + 0.6)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False, subplot_kw={"box_aspect": shape})
    for place, axes in enumerate(panels.flat):
        style.polish(axes, "", "")
        axes.locator_params(nbins=5)
        below = place + columns >= count
        axes.tick_params(labelbottom=below, labelleft=place % columns == 0)
        axes.set_xlabel("x1" if below else "", fontsize=style.SMALL)
        axes.set_ylabel("x2" if place % columns == 0 else "", fontsize=style.SMALL)
        axes.set(xlim=(data.x1.min(), data.x1.max()), ylim=(data.x2.min(), data.x2.max()))
        axes.set_visible(place < count)
    return figure, list(panels.flat)[:count]


def _two_sides(axes: Axes, data: Boundaries, entrant: Boundary) -> None:
    """One output: blue below 0.5, orange above, white between, the line where it is 0.5."""
    output = np.ma.masked_invalid(entrant.field[0])
    axes.contourf(data.x1, data.x2, np.ma.clip(output, 0, 1), np.linspace(0, 1, 11), cmap=colours.SIDES)
    if output.count() and output.min() < 0.5 < output.max():
        axes.contour(data.x1, data.x2, output, [0.5], colors=style.INK, linewidths=1.4)


def _regions(axes: Axes, data: Boundaries, entrant: Boundary) -> None:
    """A probability a class: the colour of the likeliest, the paler the less likely it is, with lines where two are equal."""
    likeliest, regions, classes = entrant.field.max(axis=0), entrant.regions, len(entrant.field)
    strength = np.clip((likeliest - 1 / classes) / (1 - 1 / classes), 0, 1)
    depth = np.where(np.isfinite(strength), 0.12 + 0.5 * strength, 0)[..., None]
    colours = np.array([to_rgb(look(label)[0]) for label in range(classes)])[regions]
    ground: Any = 1 - depth * (1 - colours)
    extent = (data.x1.min(), data.x1.max(), data.x2.min(), data.x2.max())
    axes.imshow(ground, extent=extent, origin="lower", aspect="auto", interpolation="bilinear")
    for label in np.unique(regions)[1:] if np.isfinite(entrant.field).all() else []:
        others = np.delete(entrant.field, label, axis=0).max(axis=0)
        axes.contour(data.x1, data.x2, entrant.field[label] - others, [0.0], colors=style.INK, linewidths=0.9)


def _points(axes: Axes, data: Boundaries) -> None:
    """Training points filled, held-out ones ringed and on top."""
    size = float(np.clip(60 / math.sqrt(len(data.points) or 1), 2.0, 5.0)) * (1.1 - 0.07 * data.columns)
    for label in np.unique(data.labels):
        colour, marker = look(int(label))
        for ringed in (False, True):
            x1, x2 = data.points[(data.labels == label) & (data.held_out == ringed)].T
            axes.plot(x1, x2, marker, markersize=size * (1.2 if ringed else 1), zorder=3 + ringed, **_mark(colour, ringed))


def _mark(colour: str, ringed: bool) -> dict[str, Any]:
    edge, width = (style.INK, 0.7) if ringed else ("white", 0.3)
    return {"color": colour, "linestyle": "", "markeredgecolor": edge, "markeredgewidth": width}


def _title(axes: Axes, data: Boundaries, entrant: Boundary) -> None:
    longest = (40, 26, 26, 24, 18)[data.columns - 1]
    axes.set_title(style.entrant_label(entrant.name, entrant.learning_rate, longest), fontsize=style.SMALL, color=style.INK, pad=14)
    right = f"{100 * entrant.accuracy:.1f} % correct" if np.isfinite(entrant.accuracy) else "not judged"
    axes.annotate(right, (0.5, 1), (0, 3), "axes fraction", "offset points", ha="center", fontsize=style.TINY, color=style.QUIET)


def _key(figure: Figure, data: Boundaries) -> None:
    """The classes, what rings mean, the line, and what the figures over the panels count."""
    labels = [int(label) for label in np.unique(data.labels)]
    key = [(_sample(*look(label)), _class(data, label)) for label in labels[:_KEYED]]
    key += [(Line2D([], [], linestyle=""), f"and {len(labels) - _KEYED} more")] if len(labels) > _KEYED else []
    if data.held_out.any():
        key += [(_sample("white", "o", ringed=True), "held out")]
    line = "output 0.5" if len(data.entrants[0].field) == 1 else "two classes equally likely"
    key += [(Line2D([], [], color=style.INK, linewidth=1.2), line)]
    handles, names = zip(*key, strict=True)
    columns = min(len(key), max(2, round(figure.get_size_inches()[0] / 1.1)))
    figure.legend(handles, names, loc="outside lower center", ncols=columns, fontsize=style.SMALL, frameon=False)
    best = f"the best {len(data.entrants)} of {data.total} entrants; " if data.total > len(data.entrants) else ""
    figure.suptitle(f"{best}accuracy on {points_text(data)}; one seed", fontsize=style.TINY, color=style.QUIET)


def _sample(colour: str, marker: str, ringed: bool = False) -> Line2D:
    return Line2D([], [], marker=marker, markersize=5, **_mark(colour, ringed))


def _class(data: Boundaries, label: int) -> str:
    name = data.classes[label] if label < len(data.classes) else str(label)
    return f"class {name}" if len(name) < 3 else style.text(name, 18)
