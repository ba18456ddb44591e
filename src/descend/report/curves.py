"""The picture of loss curves: loss against updates, a line a rule at its best learning rate."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import labels, style
from .data import Curves
from .records import Line
from .style import Look


def draw(data: Curves) -> Figure:
    """Interquartile mean over the evaluation seeds, the middle half of the seeds shaded, rules named at their lines' ends."""
    looks = style.looks(line.rule for line in data.lines)
    figure = style.figure(6.8, max(3.8, 1.0 + labels.height_for(len(data.lines))))
    axes = figure.subplots()
    style.polish(axes, "updates", data.quantity)
    style.grid(axes)
    if data.scale.log:
        axes.set_yscale("log")
        style.log_labels(axes.yaxis, data.scale.low, data.scale.high)
    axes.set_ylim(data.scale.low, data.scale.high)
    if not data.lines:
        axes.text(0.5, 0.5, "nothing was recorded", transform=axes.transAxes, ha="center", color=style.QUIET)
        return figure
    end = max(float(line.steps[-1]) for line in data.lines)
    begin = min(float(line.steps[0]) for line in data.lines)
    room = 0.012 * (end - begin) or 0.5
    axes.set_xlim(begin - room, end + room)
    for line in reversed(data.lines):  # the leader is drawn last, on top
        _line(axes, line, looks[line.rule], data)
    _target(axes, data, looks)
    style.note(axes, _note(data))
    labels.at_line_ends(axes, [_label(line, looks[line.rule], data) for line in data.lines])
    return figure


def _line(axes: Axes, line: Line, look: Look, data: Curves) -> None:
    middle, low, high = (data.scale.drawable(part) for part in (line.middle, line.low, line.high))
    if line.seeds > 1:
        axes.fill_between(line.steps, low, high, color=look.colour, alpha=0.14 if len(data.lines) <= 6 else 0.08, linewidth=0)
    marker = look.marker if line.steps.size <= 12 else ""
    axes.plot(line.steps, middle, color=look.colour, linestyle=look.dash, linewidth=1.5, marker=marker, markersize=3.5)
    if line.diverged and np.any(data.scale.share(line.middle) > 1):
        axes.plot(_exit(line, data), 1.0, "^", color=look.colour, markersize=6, transform=axes.get_xaxis_transform(), clip_on=False)


def _exit(line: Line, data: Curves) -> float:
    """The step at which a diverging line leaves the picture at the top."""
    share = np.minimum(data.scale.share(line.middle), 9.0)
    after = int(np.argmax(share >= 1)) if (share >= 1).any() else len(share) - 1
    if after == 0 or share[after] < 1:
        return float(line.steps[after])
    return float(np.interp(1.0, share[after - 1 : after + 1], line.steps[after - 1 : after + 1]))


def _label(line: Line, look: Look, data: Curves) -> labels.Label:
    words = f"{style.text(line.rule)}  {style.rate(line.learning_rate)}".rstrip() + (" (diverged)" if line.diverged else "")
    if line.diverged and data.scale.share(line.middle[-1]) > 1:
        return labels.Label(words, look.colour, None, 1.0)
    return labels.Label(words, look.colour, float(line.steps[-1]), float(np.clip(data.scale.share(line.middle[-1]), 0, 1)))


def _target(axes: Axes, data: Curves, looks: dict[str, Look]) -> None:
    """A line at the target, and on it each rule's median first hit."""
    if data.target is None:
        return
    low_down = bool(data.scale.share(data.target) < 0.1)
    axes.axhline(data.target, color=style.QUIET, linestyle=(0, (2, 2)), linewidth=0.9, zorder=1.5)
    axes.annotate(
        f"target {data.target:.3g}",
        xy=(0, data.target),
        xycoords=axes.get_yaxis_transform(),
        xytext=(4, 3 if low_down else -3),
        textcoords="offset points",
        va="bottom" if low_down else "top",
        fontsize=style.TINY,
        color=style.QUIET,
    )
    for line in data.lines:
        if line.hit is not None:
            axes.plot(line.hit, data.target, "o", color="white", markeredgecolor=looks[line.rule].colour, markersize=4.5, zorder=4)


def _note(data: Curves) -> str:
    seeds = max(line.seeds for line in data.lines)
    many = f"lines: interquartile mean of {seeds} seeds; bands: the middle half of the seeds"
    hits = (
        f"; circles: {'median ' if seeds > 1 else ''}first hit of the target"
        if any(line.hit is not None for line in data.lines)
        else ""
    )
    return f"each rule at its best learning rate, shown after its name\n{many if seeds > 1 else 'one run each'}{hits}"
