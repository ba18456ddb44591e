"""The picture of learning rates: the loss of short trainings against the learning rate, a line a rule, its plateau thick."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.core.language.text import number

from ..style import axes as style
from ..style.palette import Look, assign_looks, key_line
from ..style.scale import Scale

BAND, LINE = 6.0, 1.1  # points: how thick a plateau is, and a line


def draw(plateaus: Sequence[dict[str, Any]], start: float | None, quantity: str) -> Figure:
    """A line a rule with its best learning rate marked and its plateau thick; crosses at the top where every seed diverged.

    `plateaus` are dicts as store.tuning.Plateau has them, the best rule first; `start` is the loss before the first update.
    """
    looks = assign_looks(each["rule"] for each in plateaus)
    losses = {each["rule"]: np.array([np.nan if loss is None else loss for loss in each["losses"]], float) for each in plateaus}
    scale = Scale.of(np.concatenate([*losses.values(), np.empty(0)]), start, slack=0.05)
    figure = style.figure(6.8, max(3.8, 0.9 + 0.26 * len(plateaus)))
    axes = figure.subplots()
    style.polish(axes, "learning rate", quantity)
    style.grid(axes)
    axes.set_xscale("log")
    style.scale_losses(axes, scale)
    for each in reversed(plateaus):
        _line(axes, each, losses[each["rule"]], looks[each["rule"]], scale)
    style.note(
        axes,
        ["thick: the plateau, nine tenths of the best progress", "large marks: the best", "crosses: diverged, or off the scale"],
    )
    figure.legend(
        [key_line(looks[each["rule"]]) for each in plateaus],
        [f"{style.text(each['rule'])} {_plateau(each)}" for each in plateaus],
        title="rule and learning rates that work",
        title_fontsize=style.TINY,
        fontsize=style.SMALL,
        loc="outside right center",
        frameon=False,
        handlelength=2.6,
    )
    return figure


def _line(axes: Axes, each: dict[str, Any], loss: np.ndarray, look: Look, scale: Scale) -> None:
    rates = np.array(each["rates"], float)
    above = ~(loss <= scale.high)
    shown = scale.drawable(np.where(above, np.inf, np.maximum(loss, scale.low)))
    axes.plot(rates, shown, color=look.colour, linestyle=look.dash, linewidth=LINE, marker=look.marker, markersize=2.6)
    if each["low"] is not None:
        works = (rates >= each["low"]) & (rates <= each["high"])
        axes.plot(rates[works], shown[works], color=look.colour, linewidth=BAND, alpha=0.25, solid_capstyle="round", zorder=1.9)
        best = rates == each["learning_rate"]
        axes.plot(rates[best], shown[best], look.marker, color=look.colour, markersize=8, markeredgecolor="white", zorder=4)
    if above.any():
        top: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 5}
        axes.plot(rates[above], np.ones(above.sum()), "x", color=look.colour, markersize=4, **top)


def _plateau(each: dict[str, Any]) -> str:
    """The learning rates of a plateau in words."""
    if each["low"] is None:
        return "none"
    return number(each["low"], 3) if each["low"] == each["high"] else f"{number(each['low'], 3)} to {number(each['high'], 3)}"
