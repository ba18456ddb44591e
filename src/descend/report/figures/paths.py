"""The picture of paths: each rule's way down a function of one or two numbers."""

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.core.language.text import number

from ..style import axes as style
from ..style import colours
from ..style.palette import Look, assign_looks, sizes
from .path_data import Path, Paths, levels

_TOGETHER = 3  # more rules than this hide one another in one panel
_DOTS = 150  # more of them on a path run together


def draw(data: Paths) -> Figure:
    """Up to three rules together on one surface, otherwise (and always in one dimension) a panel a rule, axes shared."""
    looks = assign_looks(path.rule for path in data.paths)
    flat = len(data.axes) == 2
    groups = [data.paths] if flat and len(data.paths) <= _TOGETHER else [[path] for path in data.paths]
    every = math.ceil(max((len(path.points) for path in data.paths), default=1) / _DOTS)
    figure, panels = _panels(len(groups), _shape(data), style.text(data.names[0]), titled=len(groups[0]) == 1)
    for axes, group in zip(panels, groups, strict=True):
        (_surface if flat else _curve)(axes, data)
        widths = sizes([path.points / np.ptp(data.view, axis=1) for path in group], 0.9, 1.8)
        for path, width in reversed([*zip(group, widths, strict=True)]):  # the leader is drawn last, on top
            x = path.points[:, 0]
            y = path.points[:, 1] if flat else np.interp(x, data.axes[0], data.f)
            _trail(axes, x, y, path, looks[path.rule], width, every, dashed=len(group) > 1)
        _marks(axes, data)
        _title(axes, group, looks)
    _key(figure, data, groups, looks, every)
    return figure


def _shape(data: Paths) -> float:
    """Height of a panel over its width: as the surface's where that is not too narrow, so that right angles look right."""
    if len(data.axes) == 1:
        return 0.75
    spans = np.ptp(data.view, axis=1)
    shape = float(spans[1] / spans[0])
    return shape if 0.4 < shape < 1.6 else 0.75


def _panels(count: int, shape: float, across: str, titled: bool) -> tuple[Figure, list[Axes]]:
    columns = 2 if count == 4 else min(count, 3 if count <= 6 or count == 9 else 4)
    rows = math.ceil(count / columns)
    width = 5.4 if count == 1 else min(3.2, 7.6 / columns)
    figure = style.figure(width * columns, (width * shape + (0.42 if titled else 0.1)) * rows + 0.7)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False, subplot_kw={"box_aspect": shape})
    for place, axes in enumerate(panels.flat):
        style.polish(axes, "", "")
        below = place + columns >= count  # nothing below this panel
        axes.locator_params(nbins=5)
        axes.tick_params(labelbottom=below, labelleft=place % columns == 0)
        axes.set_xlabel(across if below else "", fontsize=style.SMALL)
        axes.set_visible(place < count)
    return figure, list(panels.flat)[:count]


def _surface(axes: Axes, data: Paths) -> None:
    """Filled contours, as lines too: a white valley in blue-grey hills."""
    axes.set_xlim(*data.view[0])
    axes.set_ylim(*data.view[1])
    if axes.get_subplotspec().is_first_col():  # pyright: ignore
        axes.set_ylabel(style.text(data.names[1]), fontsize=style.SMALL)
    heights = levels(data.f)
    if heights.size < 2:  # a plain has no contours
        return
    f = np.ma.masked_invalid(data.f)
    norm = BoundaryNorm(heights, 256, extend="neither")
    axes.contourf(*data.axes, f, heights, cmap=colours.GROUND, norm=norm)
    axes.contour(*data.axes, f, heights[1:-1], colors=colours.CONTOUR, linewidths=0.35)


def _curve(axes: Axes, data: Paths) -> None:
    """The graph of f."""
    f = data.f[np.isfinite(data.f)]
    axes.set_xlim(*data.view[0])
    if f.size and np.ptp(f) > 0:
        axes.set_ylim(f.min() - 0.08 * np.ptp(f), f.max())
    if axes.get_subplotspec().is_first_col():  # pyright: ignore
        axes.set_ylabel(f"f({style.text(data.names[0])})", fontsize=style.SMALL)
    axes.plot(data.axes[0], np.ma.masked_invalid(data.f), color=colours.PROFILE, linewidth=1.6)


def _trail(axes: Axes, x: np.ndarray, y: np.ndarray, path: Path, look: Look, width: float, every: int, dashed: bool) -> None:
    """A line with a dot every so many updates, and a large dot, or an arrow out, at the end."""
    dots: dict[str, Any] = {"marker": "o", "markersize": 1.3 + width, "markevery": every, "markeredgewidth": 0}
    axes.plot(x, y, color=look.colour, linestyle=look.dash if dashed else "-", linewidth=width, zorder=3, **dots)
    if not path.gone:
        axes.plot(
            x[-1], y[-1], "o", color=look.colour, markersize=6.6 + width, markeredgecolor="white", markeredgewidth=0.8, zorder=6
        )
    elif len(x) > 1:
        arrow: dict[str, Any] = {
            "arrowstyle": "-|>,head_width=0.28,head_length=0.55",
            "color": look.colour,
            "linewidth": 0.9,
            "shrinkA": 0,
        }
        axes.annotate("", (x[-1], y[-1]), (x[-2], y[-2]), arrowprops=arrow | {"shrinkB": 0}, zorder=6, annotation_clip=False)


def _marks(axes: Axes, data: Paths) -> None:
    for point, marker, size in ((data.start, "s", 5.0), (data.optimum, "*", 8.0)):  # the star shows on an end dot
        if point is None:
            continue
        y = point[1] if len(data.axes) == 2 else np.interp(point[0], data.axes[0], data.f)
        axes.plot(point[0], y, marker, color="white", markeredgecolor=style.INK, markeredgewidth=0.7, markersize=size, zorder=7)


def _title(axes: Axes, group: list[Path], looks: dict[str, Look]) -> None:
    """The rule, its learning rate and where it ends, over its own panel."""
    if len(group) != 1:
        return
    path = group[0]
    end = "leaves the picture" if path.gone else "not finite" if path.loss is None else f"ends at f = {number(path.loss)}"
    name = style.entrant_label(path.rule, path.learning_rate, longest=24)
    axes.set_title(name, fontsize=style.SMALL, color=style.ink(looks[path.rule].colour), pad=14)
    axes.annotate(end, (0.5, 1), (0, 3), "axes fraction", "offset points", ha="center", fontsize=style.TINY, color=style.QUIET)


def _key(figure: Figure, data: Paths, groups: list[list[Path]], looks: dict[str, Look], every: int) -> None:
    """What the marks mean; and the rules, where they share a panel."""
    mark: dict[str, Any] = {"color": "white", "markeredgecolor": style.INK, "linestyle": ""}
    key = [(Line2D([], [], marker="s", markersize=5, **mark), "start")] if data.start is not None else []
    key += [(Line2D([], [], marker="o", color=style.QUIET, markersize=5, linestyle=""), "end")]
    key += [(Line2D([], [], marker="*", markersize=9, **mark), "minimum")] if data.optimum is not None else []
    if any(path.gone for path in data.paths):
        key += [(Line2D([], [], marker=r"$\rightarrow$", color=style.QUIET, markersize=9, linestyle=""), "leaves the picture")]
    if every > 1:
        key += [(Line2D([], [], marker="o", color=style.QUIET, markersize=2.2, linestyle=""), f"every {every} updates")]
    if len(groups) == 1 and len(groups[0]) > 1:
        lines = [Line2D([], [], color=looks[path.rule].colour, linestyle=looks[path.rule].dash) for path in groups[0]]
        names = [style.entrant_label(path.rule, path.learning_rate, longest=24) for path in groups[0]]
        figure.legend(lines, names, loc="outside upper center", ncols=3, fontsize=style.SMALL, frameon=False)
    handles, names = zip(*key, strict=True)
    figure.legend(handles, names, loc="outside lower center", ncols=len(key), fontsize=style.SMALL, frameon=False)
