"""The picture of where a rule is stable: its growth over the learning rate, alone or beside another hyperparameter."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.core.language.text import number

from ..style import axes as style
from ..style import colours, library

_SIZES = (-4.0, 1.5)
_HIGHEST = 2.0  # growth drawn in a curve

Stability = Any  # an engine.Stability; pictures are drawn without JAX, which the engine loads


@library.plain()
def draw(title: str, growths: Stability, own: float | None, limit: float | None) -> Figure:
    """A plane, black where the rule diverges, for a growth over two hyperparameters; a curve for one over the learning rate.

    `own` is the rule's value of the second hyperparameter, `limit` the largest stable learning rate there, marked where known.
    """
    figure = style.figure(5.8, 4.3)
    axes = figure.subplots()
    (rates, *others), names = growths.axes.values(), [name.replace("_", " ") for name in growths.axes]
    style.polish(axes, names[0], names[1] if others else "growth per update")
    handles = _plane(axes, growths, own, limit) if others else _curve(axes, growths, limit)
    if not growths.linear:
        axes.set_xscale("log")
        style.log_labels(axes.xaxis, rates[0], rates[-1])
    axes.set_xlim(rates[0], rates[-1])
    figure.suptitle(style.text(title, 90), fontsize=style.BODY, color=style.INK)
    if handles:
        axes.legend(handles=handles, fontsize=style.SMALL, frameon=False, loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2)
    return figure


def _plane(axes: Axes, growths: Stability, own: float | None, limit: float | None) -> list[Line2D]:
    rates, others = growths.axes.values()
    growth = np.nan_to_num(growths.growth, nan=np.inf).T  # the second hyperparameter upwards
    shades = np.where(growth > growths.edge, _HIGHEST, np.minimum(growth, 1))
    mesh = axes.pcolormesh(rates, others, shades, cmap=colours.GROWTH, vmin=0, vmax=1, shading="nearest", rasterized=True)
    _bar(axes, mesh, "growth per update (black: diverges)", extend="max", ticks=[0, 0.25, 0.5, 0.75, 1])
    if growths.circles.any():
        sizes = np.log10(np.where(growths.circles, growths.size, np.nan)).T
        low, high = _SIZES
        over = axes.pcolormesh(rates, others, sizes, cmap=colours.CIRCLES, vmin=low, vmax=high, shading="nearest", rasterized=True)
        bar = _bar(axes, over, "circles without settling: largest distance", extend="both", ticks=range(-4, 2))
        bar.ax.set_yticklabels([number(10.0**power) for power in range(-4, 2)])
    axes.set_ylim(others[0], others[-1])
    if not growths.linear or not (growth > growths.edge).any():
        return []
    axes.contour(rates, others, np.minimum(growth, _HIGHEST), levels=[growths.edge], colors=colours.VERMILION, linewidths=1.6)
    handles = [Line2D([], [], color=colours.VERMILION, linewidth=1.6, label="stability limit")]
    if own is not None and limit is not None and limit <= rates[-1]:
        look = {"marker": "o", "markersize": 6, "color": colours.VERMILION, "markeredgecolor": "white", "linestyle": ""}
        label = f"at {list(growths.axes)[1].replace('_', ' ')} {number(own)}: learning rate {number(limit, 3)}"
        handles += axes.plot([limit], [own], label=label, clip_on=False, zorder=5, **look)
    return handles


def _bar(axes: Axes, mesh: Any, label: str, **more: Any) -> Any:
    bar = axes.figure.colorbar(mesh, ax=axes, aspect=28, pad=0.03, **more)
    bar.set_label(label, fontsize=style.BODY, color=style.INK)
    bar.ax.tick_params(labelsize=style.SMALL, labelcolor=style.INK, color=style.QUIET, width=0.6)
    return bar


def _curve(axes: Axes, growths: Stability, limit: float | None) -> list[Line2D]:
    (rates,) = growths.axes.values()
    style.grid(axes)
    for where, ink in ((growths.diverges, colours.DIVERGES), (growths.circles, colours.CIRCLES(0.2))):
        axes.fill_between(rates, 0, 1, where=where, transform=axes.get_xaxis_transform(), color=ink, linewidth=0)
    axes.axhline(1, color=style.QUIET, linewidth=0.6)
    axes.plot(rates, np.minimum(growths.growth, 2 * _HIGHEST), color=colours.BLUE, linewidth=1.8)
    axes.set_ylim(0, min(1.06 * max(1.0, float(np.nanmax(growths.growth))), _HIGHEST))
    handles = [Line2D([], [], color=colours.BLUE, linewidth=1.8, label="growth per update")]
    if limit is not None:
        handles += [axes.axvline(limit, color=colours.VERMILION, linewidth=1.6, label=f"limit: learning rate {number(limit, 3)}")]
    return handles
