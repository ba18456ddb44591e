"""Names at the ends of lines, moved apart where they would overlap."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from scipy.optimize import isotonic_regression

from . import style

_PITCH = 1.45  # from one label's middle to the next, in font sizes

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
