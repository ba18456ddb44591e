"""The picture of sensitivities: final loss against learning rate, a line a rule."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..style import axes as style
from ..style.palette import REST, Look, key_line, sizes, spotlight, spotlit
from . import final_losses as finals
from .curve_data import Sensitivity, Sweep

_ASIDE = 0.02  # of the way to the next learning rate: from one rule's marks to the next rule's


def draw(data: Sensitivity) -> Figure:
    """Lines over learning rates with the best point marked; a row a rule where none was tried at more than one rate."""
    swept = any((sweep.rates > 0).sum() > 1 for sweep in data.sweeps)
    return _lines(data, spotlight(sweep.rule for sweep in data.sweeps)) if swept else finals.draw(data)


def _lines(data: Sensitivity, looks: dict[str, Look]) -> Figure:
    lit = [sweep for sweep in data.sweeps if looks[sweep.rule] is not REST]
    rest = data.sweeps[len(lit) :]
    figure = style.figure(6.8, max(3.8, 0.9 + 0.2 * len(lit)))
    axes = figure.subplots()
    style.polish(axes, "learning rate", f"final {data.quantity}")
    style.grid(axes)
    axes.set_xscale("log")
    style.scale_losses(axes, data.scale)
    if not any(np.isfinite(sweep.middle).any() for sweep in data.sweeps):
        axes.set_yticks([])
        axes.text(0.5, 0.5, "every run diverged", transform=axes.transAxes, ha="center", fontsize=style.BODY, color=style.QUIET)
    for sweep in rest:
        _faint(axes, sweep, data)
    widths = sizes([np.clip(data.scale.share(sweep.middle), -0.1, 1.1) for sweep in lit], 1.2, 2.0)
    marks = sizes([_spot(sweep, data) for sweep in lit], 7.0, 3.0, near=0.03)
    for sweep, dodge, width, mark in reversed([*zip(lit, _dodges(lit), widths, marks, strict=True)]):
        _line(axes, sweep, looks[sweep.rule], data, dodge, width, mark)
    style.note(axes, _note(data, lit, looks))
    figure.legend(
        [key_line(looks[sweep.rule]) for sweep in lit] + [key_line(REST)] * bool(rest),
        [style.entrant_label(sweep.rule, sweep.best) for sweep in lit] + [f"{len(rest)} others"] * bool(rest),
        title="rule and best learning rate",
        title_fontsize=style.TINY,
        fontsize=style.SMALL,
        loc="outside right center",
        frameon=False,
        handlelength=2.6,
    )
    return figure


def _spot(sweep: Sweep, data: Sensitivity) -> np.ndarray:
    """Where a rule's large mark stands: decades of the learning rate, and share of the height; NaN where it has none."""
    if sweep.best_point is None:
        return np.full(2, np.nan)
    return np.array([np.log10(sweep.rates[sweep.best_point]), data.scale.share(sweep.middle[sweep.best_point])])


def _note(data: Sensitivity, lit: list[Sweep], looks: dict[str, Look]) -> list[str]:
    aside = "marks at one rate stand slightly side by side" if len(lit) > 1 else ""
    foot = "at the foot: 0" if data.scale.log and any((sweep.middle <= 0).any() for sweep in lit) else ""
    off = any((~(sweep.middle <= data.scale.high)).any() for sweep in lit)
    top = "crosses at the top: diverged, or off the scale" if off else ""
    return ["large marks: each rule's best learning rate", data.bars(lit), spotlit(looks), top, aside, foot]


def _dodges(sweeps: list[Sweep]) -> np.ndarray:
    """A factor on the learning rate for each rule, so that marks at one rate stand side by side, all close to it."""
    rates = np.unique(np.concatenate([sweep.rates[sweep.rates > 0] for sweep in sweeps]))
    gaps = np.diff(np.log(rates))
    gaps = gaps[gaps > 1e-3]
    places = _ASIDE * (np.arange(len(sweeps)) - (len(sweeps) - 1) / 2)
    return np.exp(places * min([*gaps, np.log(10) / 3]))


def _faint(axes: Axes, sweep: Sweep, data: Sensitivity) -> None:
    drawn = data.scale.drawable(np.where(sweep.middle <= data.scale.high, np.maximum(sweep.middle, data.scale.low), np.inf))
    axes.plot(sweep.rates, drawn, color=REST.colour, linewidth=0.7, zorder=1.8)


def _line(axes: Axes, sweep: Sweep, look: Look, data: Sensitivity, dodge: float, width: float, mark: float) -> None:
    seen = sweep.rates > 0
    rates, middle, low, high = (part[seen] for part in (sweep.rates * dodge, sweep.middle, sweep.low, sweep.high))
    above = ~(middle <= data.scale.high)  # NaN too: diverged
    middle = np.maximum(middle, data.scale.low)  # a loss of 0 has no place on a logarithmic axis: it is shown at its foot
    drawn = data.scale.drawable(np.where(above, np.inf, middle))
    axes.plot(rates, drawn, color=look.colour, linestyle=look.dash, linewidth=width, alpha=0.9)
    fine = ~above
    if fine.any():
        bars = np.maximum([middle[fine] - low[fine], high[fine] - middle[fine]], 0)
        axes.errorbar(rates[fine], middle[fine], bars, fmt=look.marker, color=look.colour, markersize=2.8, elinewidth=0.8, zorder=3)
    if sweep.best_point is not None and sweep.rates[sweep.best_point] > 0:
        best = np.flatnonzero(seen) == sweep.best_point
        large: dict[str, Any] = {"markersize": mark, "markeredgecolor": "white", "markeredgewidth": 0.5, "clip_on": False}
        axes.plot(rates[best], middle[best], look.marker, color=look.colour, zorder=4, **large)
    if above.any():
        top: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 5}
        axes.plot(rates[above], np.ones(above.sum()), "x", color=look.colour, markersize=4, **top)
