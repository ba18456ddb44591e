"""The picture of final losses, where each rule was tried at one learning rate: a row a rule."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.core.language.text import number

from ..style import axes as style
from ..style.palette import Look, assign_looks
from .curve_data import Sensitivity, Sweep


def draw(data: Sensitivity) -> Figure:
    """A dot and its interval for each rule, the best at the top."""
    looks = assign_looks(sweep.rule for sweep in data.sweeps)
    figure = style.figure(6.0, max(2.2, 1.1 + 0.26 * len(data.sweeps)))
    axes = figure.subplots()
    style.polish(axes, f"final {data.quantity}", "")
    style.grid(axes)
    if data.scale.log:
        axes.set_xscale("log")
        style.log_labels(axes.xaxis, data.scale.low, data.scale.high)
    axes.set_xlim(data.scale.low, data.scale.high)
    for row, sweep in enumerate(data.sweeps):
        _row(axes, row, sweep, looks[sweep.rule], data)
    names = [style.entrant_label(sweep.rule, sweep.best) for sweep in data.sweeps]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    style.note(axes, [style.at(data.at_rates), data.bars(data.sweeps)], longest=70)
    return figure


def _row(axes: Axes, row: int, sweep: Sweep, look: Look, data: Sensitivity) -> None:
    value, low, high = (float(part[0]) for part in (sweep.middle, sweep.low, sweep.high))
    value = max(value, data.scale.low) if np.isfinite(value) else value
    if value <= data.scale.high:
        bars = np.maximum([[value - low], [high - value]], 0)
        axes.errorbar(value, row, xerr=bars, fmt=look.marker, color=look.colour, markersize=6, elinewidth=1.2, capsize=2.5)
        return
    place = axes.get_yaxis_transform()
    words = "diverged  " if np.isnan(value) else f"{number(value)}  "
    axes.plot(1.0, row, "x", color=look.colour, markersize=6, transform=place, clip_on=False)
    axes.text(0.985, row, words, color=look.colour, fontsize=style.SMALL, ha="right", va="center", transform=place)
