"""The picture of functions of one number: an activation, a loss, a schedule, with what belongs to it, side by side."""

from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..style import axes as style
from ..style import colours, library
from ..style.palette import DASHES

_JUMP = 0.2  # of the range, from one point to the next: more than that is a jump, drawn as a gap


@dataclass(frozen=True)
class Graph:
    """One panel: what its axes are called, x (n,) and up to 28 lines' y (n,) by name; the ranges of x that are `flat`.

    In `stairs` each value holds until the next x.
    """

    across: str
    up: str
    x: np.ndarray
    lines: dict[str, np.ndarray]
    flat: list[tuple[float, float]] = field(default_factory=list)
    flat_words: str = ""
    stairs: bool = False


@library.plain()
def draw(title: str, graphs: list[Graph]) -> Figure:
    """The panels in a row, a legend in those that have more than one line."""
    figure = style.figure(max(4.8, 3.2 * len(graphs)), 3.2)
    for axes, graph in zip(figure.subplots(1, len(graphs), squeeze=False)[0], graphs, strict=True):
        _panel(axes, graph)
    figure.suptitle(style.text(title, 90), fontsize=style.BODY, color=style.INK)
    return figure


def _panel(axes: Axes, graph: Graph) -> None:
    style.polish(axes, graph.across, graph.up)
    style.grid(axes)
    if graph.x.min() < 0 < graph.x.max():
        axes.axvline(0, color=style.QUIET, linewidth=0.6, zorder=1.4)
    if any(y.min() < 0 for y in graph.lines.values()):
        axes.axhline(0, color=style.QUIET, linewidth=0.6, zorder=1.4)
    held = "steps-post" if graph.stairs else "default"
    for number, (name, y) in enumerate(graph.lines.items()):
        colour, dash = colours.CURVES[number % len(colours.CURVES)], DASHES[number % len(DASHES)]
        axes.plot(graph.x, y if graph.stairs else _with_gaps(y), color=colour, linestyle=dash, label=name, drawstyle=held)
    for low, high in graph.flat:
        axes.axvspan(low, high, color=colours.BAND, alpha=0.16, linewidth=0, zorder=1)
    axes.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    axes.set_xlim(graph.x[0], graph.x[-1])
    low, high = (edge(float(edge(y[np.isfinite(y)])) for y in graph.lines.values()) for edge in (min, max))
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    axes.set_ylim(low - room, high + room)
    style.note(axes, [f"grey: {graph.flat_words}" if graph.flat else ""])
    if len(graph.lines) > 1:
        axes.legend(fontsize=style.SMALL, frameon=False)


def _with_gaps(y: np.ndarray) -> np.ndarray:
    """The values with a gap where they jump."""
    broken = y.astype(float)
    broken[1:][np.abs(np.diff(y)) > _JUMP * np.ptp(y)] = np.nan
    return broken
