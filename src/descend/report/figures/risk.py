"""The picture of risk: training loss against validation loss, a panel an entrant, with their gap and the point to stop at."""

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from descend.core.language.text import number

from ..style import axes as style
from ..style import colours
from ..style.palette import DASHES
from .risk_data import Risk, Risks


def draw(data: Risks) -> Figure:
    """Small multiples with shared axes, the best entrant first."""
    count = max(1, len(data.entrants))
    columns = 2 if count == 4 else min(count, 3)
    rows = math.ceil(count / columns)
    width = 5.2 if count == 1 else 8.4 / columns if columns == 3 else 3.4
    figure = style.figure(width * columns, (3.0 if count == 1 else 2.1) * rows + 0.75)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for place, axes in enumerate(panels.flat):
        below = place + columns >= count
        style.polish(axes, data.along if below else "", "loss" if place % columns == 0 else "")
        style.grid(axes)
        style.whole_ticks(axes.xaxis)
        axes.tick_params(labelbottom=below)
        axes.set_visible(place < max(1, len(data.entrants)))
        style.scale_losses(axes, data.scale)
    for axes, entrant in zip(panels.flat, data.entrants, strict=False):
        _panel(axes, entrant, data)
    _key(figure, data)
    return figure


def _panel(axes: Axes, entrant: Risk, data: Risks) -> None:
    training, validation = entrant.training, entrant.validation
    axes.set_title(
        style.entrant_label(validation.rule, validation.learning_rate, 26), fontsize=style.SMALL, color=style.INK, pad=14
    )
    for line, colour, dash in ((training, colours.BLUE, "-"), (validation, colours.VERMILION, DASHES[1])):
        low, high = data.scale.drawable(line.low), data.scale.drawable(line.high)
        axes.fill_between(line.along, low, high, color=colour, alpha=0.16, linewidth=0)
        axes.plot(line.along, data.scale.drawable(line.middle), color=colour, linestyle=dash, linewidth=1.6, zorder=3)
    end = float(validation.along[-1])
    spread = entrant.ends[(entrant.ends <= data.scale.high) & (entrant.ends >= data.scale.low)]
    if entrant.ends.size > 1 and spread.size:  # an empty line that is not clipped spoils the layout
        axes.plot(np.full(spread.size, end), spread, "_", color=colours.VERMILION, markersize=7, clip_on=False, zorder=4)
    _gap(axes, entrant, data, end)
    if entrant.stop is not None:
        _stop(axes, entrant, entrant.stop, data)


def _gap(axes: Axes, entrant: Risk, data: Risks, end: float) -> None:
    """A bracket beside the ends of both lines, and its size in words over the panel."""
    words = "diverged" if entrant.gap is None else f"gap at the end {number(entrant.gap, 3)}"
    axes.annotate(words, (0.5, 1), (0, 3), "axes fraction", "offset points", ha="center", fontsize=style.TINY, color=style.QUIET)
    if entrant.gap is None:
        return
    ends = data.scale.drawable(np.array([entrant.training.middle[-1], entrant.validation.middle[-1]]))
    beside = offset_copy(axes.transData, axes.figure, x=9, units="points")  # pyright: ignore
    bracket = {"marker": "_", "markersize": 4, "markeredgewidth": 1.2, "linewidth": 1.2, "clip_on": False, "zorder": 6}
    axes.plot([end, end], ends, color=style.INK, transform=beside, gid="gap", **bracket)


def _stop(axes: Axes, entrant: Risk, stop: float, data: Risks) -> None:
    """A vertical line at the point to stop, and on it a dot: at the lowest point, or at the loss of the weights that were kept.

    That loss is the line's at its end: each seed goes on at it when it has stopped.
    """
    steps, middle = entrant.validation.steps, entrant.validation.middle
    reached = middle[-1:] if entrant.patience else np.interp([stop], steps, middle)
    height = float(data.scale.drawable(reached)[0])
    place = stop * entrant.validation.scale
    axes.axvline(place, color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)), zorder=2)
    face = style.INK if entrant.patience else "white"
    axes.plot(place, height, "o", color=face, markeredgecolor=style.INK, markersize=5, zorder=5)


def _key(figure: Figure, data: Risks) -> None:
    key = [
        (Line2D([], [], color=colours.BLUE, linewidth=1.6), "training loss"),
        (Line2D([], [], color=colours.VERMILION, linestyle=DASHES[1], linewidth=1.6), "validation loss"),
        (Line2D([], [], color=style.INK, marker=r"$\mathrm{I}$", markersize=8, markeredgewidth=0, linestyle=""), "the gap"),
    ]
    if any(entrant.ends.size > 1 for entrant in data.entrants):
        key += [(Line2D([], [], color=colours.VERMILION, marker="_", linestyle=""), "end of each seed")]
    if any(entrant.stop is not None and entrant.patience for entrant in data.entrants):
        key += [(Line2D([], [], color=style.INK, marker="o", markersize=5, linestyle=""), "kept by early stopping")]
    if any(entrant.stop is not None and not entrant.patience for entrant in data.entrants):
        lowest = Line2D([], [], color="white", markeredgecolor=style.INK, marker="o", markersize=5, linestyle="")
        key += [(lowest, "lowest: where to stop")]
    handles, names = zip(*key, strict=True)
    columns = min(len(key), max(2, int(figure.get_size_inches()[0] / 1.5)))
    figure.legend(handles, names, loc="outside lower center", ncols=columns, fontsize=style.SMALL, frameon=False)
    seeds = max((entrant.validation.seeds for entrant in data.entrants), default=1)
    best = f"the best {len(data.entrants)} of {data.total} entrants; " if data.total > len(data.entrants) else ""
    bands = f"lines: interquartile mean of {seeds} seeds; bands: the middle half" if seeds > 1 else "one run each"
    figure.suptitle(best + bands, fontsize=style.TINY, color=style.QUIET)
