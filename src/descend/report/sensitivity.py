"""The picture of sensitivities: final loss against learning rate, a line a rule."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.core.text import number

from . import style
from .data import Sensitivity, Sweep
from .looks import REST, Look, assigned, line_widths, spotlight, spotlit

_ASIDE = 0.02  # of the way to the next learning rate: from one rule's marks to the next rule's


def draw(data: Sensitivity) -> Figure:
    """Lines over learning rates with the best point marked; a row a rule where none was tried at more than one rate."""
    swept = any((sweep.rates > 0).sum() > 1 for sweep in data.sweeps)
    names = [sweep.rule for sweep in data.sweeps]
    return _lines(data, spotlight(names)) if swept else _rows(data, assigned(names))


def _lines(data: Sensitivity, looks: dict[str, Look]) -> Figure:
    lit = [sweep for sweep in data.sweeps if looks[sweep.rule] is not REST]
    rest = data.sweeps[len(lit) :]
    figure = style.figure(6.8, max(3.8, 0.9 + 0.2 * len(lit)))
    axes = figure.subplots()
    style.polish(axes, "learning rate", f"final {data.quantity}")
    style.grid(axes)
    axes.set_xscale("log")
    if data.scale.log:
        axes.set_yscale("log")
        style.log_labels(axes.yaxis, data.scale.low, data.scale.high)
    axes.set_ylim(data.scale.low, data.scale.high)
    if not any(np.isfinite(sweep.middle).any() for sweep in data.sweeps):
        axes.set_yticks([])
        axes.text(0.5, 0.5, "every run diverged", transform=axes.transAxes, ha="center", fontsize=style.BODY, color=style.QUIET)
    for sweep in rest:
        _faint(axes, sweep, data)
    widths = line_widths([np.asarray(data.scale.share(sweep.middle)) for sweep in lit], 1.2)
    dodges = _dodges(lit)
    for sweep, dodge, width in reversed([*zip(lit, dodges, widths, strict=True)]):
        _line(axes, sweep, looks[sweep.rule], data, dodge, width)
    style.note(axes, _note(data, lit, looks))
    figure.legend(
        [_handle(looks[sweep.rule]) for sweep in lit] + [_handle(REST)] * bool(rest),
        [style.named(sweep.rule, sweep.best) for sweep in lit] + [f"{len(rest)} others"] * bool(rest),
        title="rule and best learning rate",
        title_fontsize=style.TINY,
        fontsize=style.SMALL,
        loc="outside right center",
        frameon=False,
        handlelength=2.6,
    )
    return figure


def _note(data: Sensitivity, lit: list[Sweep], looks: dict[str, Look]) -> str:
    first = ["large marks: each rule's best learning rate", _bars(lit, data), spotlit(looks)]
    aside = "marks at one rate stand slightly side by side" if len(lit) > 1 else ""
    foot = "at the foot: 0" if data.scale.log and any((sweep.middle <= 0).any() for sweep in lit) else ""
    second = ["crosses at the top: diverged, or off the scale", aside, foot]
    return "\n".join("; ".join(part for part in parts if part) for parts in (first, second))


def _bars(sweeps: list[Sweep], data: Sensitivity) -> str:
    """What the bars are, where there are any."""
    shown = [sweep.middle <= data.scale.high for sweep in sweeps]
    if not any((sweep.low < sweep.high)[fine].any() for sweep, fine in zip(sweeps, shown, strict=True)):
        return ""
    cut = any((sweep.high > data.scale.high)[fine].any() for sweep, fine in zip(sweeps, shown, strict=True))
    return "bars: 95 % interval" + (", cut at the border" if cut else "")


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


def _line(axes: Axes, sweep: Sweep, look: Look, data: Sensitivity, dodge: float, width: float) -> None:
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
    if sweep.chosen is not None and sweep.rates[sweep.chosen] > 0:
        best = np.flatnonzero(seen) == sweep.chosen
        axes.plot(
            rates[best], middle[best], look.marker, color=look.colour, markersize=8, markeredgecolor="white", markeredgewidth=0.5,
            zorder=4, clip_on=False,
        )  # fmt: skip
    if above.any():
        top: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 5}
        axes.plot(rates[above], np.ones(above.sum()), "x", color=look.colour, markersize=4, **top)


def _handle(look: Look) -> Line2D:
    return Line2D([], [], color=look.colour, linestyle=look.dash, linewidth=1.4, marker=look.marker, markersize=4)


def _rows(data: Sensitivity, looks: dict[str, Look]) -> Figure:
    """A dot and its interval for each rule, the best at the top."""
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
    names = [style.named(sweep.rule, sweep.best) for sweep in data.sweeps]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    words = ["each rule at its learning rate, shown after its name", _bars(data.sweeps, data)]
    style.note(axes, "; ".join(part for part in words if part))
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
