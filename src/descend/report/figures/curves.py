"""The picture of loss curves: loss against updates or samples, a line a rule at its best learning rate."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.core.language.text import number

from ..style import axes as style
from ..style import labels
from ..style.palette import REST, Look, sizes, spotlight, spotlit
from .curve_data import Curves
from .loss_table import Line


def draw(data: Curves) -> Figure:
    """Interquartile mean over the evaluation seeds, the middle half of the seeds shaded, rules named at their lines' ends.

    Of many rules the leaders stand out and are named.
    """
    looks = spotlight(line.rule for line in data.lines)
    lit = [line for line in data.lines if looks[line.rule] is not REST]
    figure = style.figure(6.8, max(3.8, 1.0 + labels.height_for(len(lit))))
    axes = figure.subplots()
    style.polish(axes, data.along, data.quantity)
    style.grid(axes)
    style.scale_losses(axes, data.scale)
    if not data.lines:
        axes.text(0.5, 0.5, "nothing was recorded", transform=axes.transAxes, ha="center", color=style.QUIET)
        return figure
    _along(axes, data)
    for line in data.lines[len(lit) :]:
        axes.plot(data.x(line), data.scale.drawable(line.middle), color=REST.colour, linewidth=0.7, zorder=1.8)
    widths = sizes([np.clip(data.scale.share(line.middle), -0.1, 1.1) for line in lit], 1.5, 2.0)
    for line, width in reversed([*zip(lit, widths, strict=True)]):  # the leader is drawn last, on top
        _line(axes, line, looks[line.rule], width, data)
    _target(axes, data, lit, looks)
    style.note(axes, _note(data, lit, looks, max(widths) > min(widths)))
    labels.at_line_ends(axes, [_label(line, looks[line.rule], data) for line in lit])
    return figure


def _along(axes: Axes, data: Curves) -> None:
    """The axis of costs: from the start or, where it is logarithmic, from the first update that costs least."""
    if data.whole and not data.wide:
        style.whole_ticks(axes.xaxis)
    end = max(float(line.along[-1]) for line in data.lines)
    begin = min(float(line.along[0]) for line in data.lines)
    if data.wide:
        axes.set_xscale("log")
        begin = min(float(data.x(line)[0]) for line in data.lines)
        style.log_labels(axes.xaxis, begin, end)
        axes.set_xlim(0.95 * begin, 1.05 * end)
    else:
        room = 0.012 * (end - begin) or 0.5
        axes.set_xlim(begin - room, end + room)
    if not data.whole:
        style.times(axes.xaxis, data.wide)


def _line(axes: Axes, line: Line, look: Look, width: float, data: Curves) -> None:
    middle, low, high = (data.scale.drawable(part) for part in (line.middle, line.low, line.high))
    if line.seeds > 1:
        axes.fill_between(data.x(line), low, high, color=look.colour, alpha=0.14 if len(data.lines) <= 6 else 0.08, linewidth=0)
    marker = look.marker if line.steps.size <= 12 else ""
    axes.plot(data.x(line), middle, color=look.colour, linestyle=look.dash, linewidth=width, marker=marker, markersize=2 + width)
    if line.diverged and np.any(data.scale.share(line.middle) > 1):
        axes.plot(_exit(line, data), 1.0, "^", color=look.colour, markersize=6, transform=axes.get_xaxis_transform(), clip_on=False)


def _exit(line: Line, data: Curves) -> float:
    """The step at which a diverging line leaves the picture at the top."""
    share = np.minimum(data.scale.share(line.middle), 9.0)
    after = int(np.argmax(share >= 1)) if (share >= 1).any() else len(share) - 1
    if after == 0 or share[after] < 1:
        return float(line.along[after])
    return float(np.interp(1.0, share[after - 1 : after + 1], line.along[after - 1 : after + 1]))


def _label(line: Line, look: Look, data: Curves) -> labels.Label:
    words = style.entrant_label(line.rule, line.learning_rate) + (" (diverged)" if line.diverged else "")
    if line.diverged and data.scale.share(line.middle[-1]) > 1:
        return labels.Label(words, look.colour, None, 1.0)
    return labels.Label(words, look.colour, float(line.along[-1]), float(np.clip(data.scale.share(line.middle[-1]), 0, 1)))


def _target(axes: Axes, data: Curves, lit: list[Line], looks: dict[str, Look]) -> None:
    """A line at the target, named where no curve runs, and on it each rule's median first hit."""
    if data.target is None:
        return
    axes.axhline(data.target, color=style.QUIET, linestyle=(0, (2, 2)), linewidth=0.9, zorder=1.5)
    flat = np.log if data.wide else np.asarray
    begin, end = flat(axes.get_xlim())
    ways = [((flat(data.x(line)) - begin) / (end - begin), np.asarray(data.scale.share(line.middle))) for line in data.lines]
    labels.on_level(axes, f"target {number(data.target)}", float(data.scale.share(data.target)), ways)
    for line in lit:
        if line.hit is not None:
            rim = looks[line.rule].colour
            axes.plot(line.hit * line.scale, data.target, "o", color="white", markeredgecolor=rim, markersize=4.5, zorder=4)


def _note(data: Curves, lit: list[Line], looks: dict[str, Look], broad: bool) -> list[str]:
    seeds = max(line.seeds for line in data.lines)
    runs = [f"lines: interquartile mean of {seeds} seeds", "bands: the middle half of the seeds"] if seeds > 1 else ["one run each"]
    looked = f", judged every {data.every} updates" if data.every > 1 else ""
    hits = f"circles: {'median ' if seeds > 1 else ''}first hit of the target{looked}"
    rest = [spotlit(looks), "broad: same values as the line on top" if broad else ""]
    return [style.at(data.at_rates), *rest, *runs, hits if any(line.hit is not None for line in lit) else ""]
