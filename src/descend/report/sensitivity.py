"""The picture of sensitivities: final loss against learning rate, a line a rule."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import style
from .data import Sensitivity, Sweep
from .style import Look


def draw(data: Sensitivity) -> Figure:
    """Lines over learning rates with the best point marked; a row a rule where none was tried at more than one rate."""
    looks = style.looks(sweep.rule for sweep in data.sweeps)
    swept = any((sweep.rates > 0).sum() > 1 for sweep in data.sweeps)
    return _lines(data, looks) if swept else _rows(data, looks)


def _lines(data: Sensitivity, looks: dict[str, Look]) -> Figure:
    figure = style.figure(6.8, max(3.8, 0.9 + 0.2 * len(data.sweeps)))
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
    dodges = _dodges(data.sweeps)
    for number in reversed(range(len(data.sweeps))):
        _line(axes, data.sweeps[number], looks[data.sweeps[number].rule], data, dodges[number])
    foot = "; at the foot: 0" if data.scale.log and any((sweep.middle <= 0).any() for sweep in data.sweeps) else ""
    style.note(
        axes, f"large marks: each rule's best learning rate; bars: interval\ncrosses at the top: diverged, or off the scale{foot}"
    )
    figure.legend(
        [_handle(looks[sweep.rule]) for sweep in data.sweeps],
        [f"{style.text(sweep.rule)}  {style.rate(sweep.best)}".rstrip() for sweep in data.sweeps],
        title="rule and best learning rate",
        title_fontsize=style.TINY,
        fontsize=style.SMALL,
        loc="outside right center",
        frameon=False,
        handlelength=2.6,
    )
    return figure


def _dodges(sweeps: list[Sweep]) -> np.ndarray:
    """A factor on the learning rate for each rule, so that marks at one rate stand side by side."""
    rates = np.unique(np.concatenate([sweep.rates[sweep.rates > 0] for sweep in sweeps]))
    gaps = np.diff(np.log(rates))
    gaps = gaps[gaps > 1e-3]
    return np.exp(np.linspace(-0.3, 0.3, len(sweeps)) * (gaps.min() if gaps.size else 0)) if len(sweeps) > 1 else np.ones(1)


def _line(axes: Axes, sweep: Sweep, look: Look, data: Sensitivity, dodge: float) -> None:
    seen = sweep.rates > 0
    rates, middle, low, high = (part[seen] for part in (sweep.rates * dodge, sweep.middle, sweep.low, sweep.high))
    above = ~(middle <= data.scale.high)  # NaN too: diverged
    middle = np.maximum(middle, data.scale.low)  # a loss of 0 has no place on a logarithmic axis: it is shown at its foot
    drawn = data.scale.drawable(np.where(above, np.inf, middle))
    axes.plot(rates, drawn, color=look.colour, linestyle=look.dash, linewidth=1.2, alpha=0.9)
    fine = ~above
    if fine.any():
        bars = np.maximum([middle[fine] - low[fine], high[fine] - middle[fine]], 0)
        axes.errorbar(rates[fine], middle[fine], bars, fmt=look.marker, color=look.colour, markersize=2.8, elinewidth=0.8, zorder=3)
        best = _best(sweep, seen, fine, middle)
        axes.plot(rates[best], middle[best], look.marker, color=look.colour, markersize=7, zorder=4, clip_on=False)
    if above.any():
        top: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 5}
        axes.plot(rates[above], np.ones(above.sum()), "x", color=look.colour, markersize=4, **top)


def _best(sweep: Sweep, seen: np.ndarray, fine: np.ndarray, middle: np.ndarray) -> int:
    """Which point is at the rule's best learning rate, or is the lowest where none is."""
    chosen = np.flatnonzero(fine & np.isclose(sweep.rates[seen], np.nan if sweep.best is None else sweep.best, rtol=1e-4, atol=0))
    return int(chosen[0] if chosen.size else np.flatnonzero(fine)[np.argmin(middle[fine])])


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
    names = [f"{style.text(sweep.rule)}  {style.rate(sweep.best)}".rstrip() for sweep in data.sweeps]
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    style.note(axes, "each rule at its learning rate, shown after its name; bars: interval")
    return figure


def _row(axes: Axes, row: int, sweep: Sweep, look: Look, data: Sensitivity) -> None:
    value, low, high = (float(part[0]) for part in (sweep.middle, sweep.low, sweep.high))
    value = max(value, data.scale.low) if np.isfinite(value) else value
    if value <= data.scale.high:
        bars = np.maximum([[value - low], [high - value]], 0)
        axes.errorbar(value, row, xerr=bars, fmt=look.marker, color=look.colour, markersize=6, elinewidth=1.2, capsize=2.5)
        return
    place = axes.get_yaxis_transform()
    words = "diverged  " if np.isnan(value) else f"{value:.3g}  "
    axes.plot(1.0, row, "x", color=look.colour, markersize=6, transform=place, clip_on=False)
    axes.text(0.985, row, words, color=look.colour, fontsize=style.SMALL, ha="right", va="center", transform=place)
