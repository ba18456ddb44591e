"""Names at the ends of lines, moved apart where they would overlap, and of levels, put where no line runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from descend.core.system.extras import module

from . import axes as style

isotonic_regression = module("scipy.optimize").isotonic_regression

_PITCH = 1.45  # from one label's middle to the next, in font sizes

Way = tuple[np.ndarray, np.ndarray]  # a line's points (n,) and (n,), in shares of the axes' width and height

_LEADER = {"arrowstyle": "-", "linewidth": 0.6, "shrinkA": 1, "shrinkB": 0, "relpos": (0, 0.5)}


@dataclass(frozen=True)
class Label:
    """Words for a line that ends at x (data) and `share` of the axes' height (0 to 1); x is None where no line ends there."""

    words: str
    colour: str
    x: float | None
    share: float


def height_for(count: int) -> float:
    """Inches of axes height that `count` labels need."""
    return count * _PITCH * style.SMALL / 72


def apart(places: np.ndarray, pitch: float, low: float, high: float) -> np.ndarray:
    """The places nearest to `places` (least squares, same order) that are `pitch` apart and between low and high.

    With y_i = z_i + i * pitch for places in rising order the z need only not fall: an isotonic regression.
    """
    order = np.argsort(places, kind="stable")
    steps = pitch * np.arange(len(places))
    level = isotonic_regression(places[order] - steps).x
    moved = np.empty(len(places))
    moved[order] = np.clip(level, low, max(low, high - pitch * (len(places) - 1))) + steps
    return moved


def at_line_ends(axes: Axes, labels: list[Label]) -> None:
    """Write the labels to the right of the axes, each joined to its line's end where it had to move."""
    if not labels:
        return
    figure = axes.figure
    figure.draw_without_rendering()  # lays the axes out, so that their height is known  # pyright: ignore
    height = axes.get_window_extent().height / figure.dpi * 72
    pitch = min(_PITCH * style.SMALL / height, 1 / max(len(labels) - 1, 1))
    places = apart(np.array([label.share for label in labels]), pitch, 0.0, 1.0)
    for label, place in zip(labels, places, strict=True):
        axes.annotate(
            label.words,
            xy=(1.0 if label.x is None else label.x, label.share),
            xytext=(1.045, float(place)),
            xycoords="axes fraction" if label.x is None else axes.get_xaxis_transform(),
            textcoords="axes fraction",
            va="center",
            fontsize=style.SMALL,
            color=style.ink(label.colour),
            arrowprops=None if label.x is None else _LEADER | {"color": label.colour},
            annotation_clip=False,
        )


def free_place(ways: Sequence[Way], level: float, width: float, height: float) -> tuple[float, bool]:
    """Where fewest lines cross words of that size that stand on a level or hang from it, all in shares of the axes.

    The share of the width at which the words begin, as far left as may be, and whether they stand above the level.
    """
    sides = [above for above in (True, False) if 0 <= level + (height if above else -height) <= 1] or [level < 0.5]
    places = [(float(begin), above) for begin in np.linspace(0.01, max(0.99 - width, 0.01), 40) for above in sides]

    def crossings(place: tuple[float, bool]) -> int:
        begin, above = place
        low, high = (level, level + height) if above else (level - height, level)
        spots = np.linspace(begin - 0.015, begin + width + 0.015, 24)
        runs = (np.interp(spots, *way, left=np.nan, right=np.nan) for way in ways)
        return sum(bool(np.fmin.reduce(run) < high and np.fmax.reduce(run) > low) for run in runs)

    return min(places, key=crossings)


def on_level(axes: Axes, words: str, level: float, ways: Sequence[Way]) -> None:
    """Write the name of a horizontal line at `level` above or below it, where fewest of the other lines run."""
    inches = axes.figure.get_size_inches()  # pyright: ignore
    width = 0.62 * style.TINY * len(words) / 72 / (0.6 * inches[0])  # the axes have at least this share of the figure
    begin, above = free_place(ways, level, width, 1.7 * style.TINY / 72 / (0.7 * inches[1]))
    axes.annotate(
        words,
        xy=(begin, level),
        xycoords="axes fraction",
        xytext=(2, 3 if above else -3),
        textcoords="offset points",
        va="bottom" if above else "top",
        fontsize=style.TINY,
        color=style.QUIET,
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.5},
        zorder=5,
    )
