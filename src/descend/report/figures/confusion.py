"""The picture of a confusion matrix: what the leader takes each class for."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from descend.store import RaceResult

from ..style import axes as style
from ..style import colours

NUMBERED = 20  # with more classes than this the cells are too small for numbers
_COUNTED = 12  # up to so many classes they hold the count and the share, above it the count alone
_SHARE = PowerNorm(0.5, 0, 1)  # one scale for both, in every picture; its root, so that a few per cent are seen
_DARK = 0.6  # on that scale: darker cells have white words


@dataclass(frozen=True)
class Confusion:
    """An entrant's counts (classes, classes), true classes down and predicted ones across, over all seeds of the verdict."""

    name: str
    learning_rate: float | None
    counts: np.ndarray
    classes: list[str]

    @property
    def shares(self) -> np.ndarray:
        """Of the rows of each true class, the share taken for each class; NaN for a class without rows."""
        rows = self.counts.sum(axis=1, keepdims=True)
        return np.divide(self.counts, rows, out=np.full(self.counts.shape, np.nan), where=rows > 0)

    @property
    def right(self) -> float:
        """The share of all rows that is right; 0 where there are none."""
        return float(np.trace(self.counts) / (self.counts.sum() or 1))

    @property
    def words(self) -> list[str]:
        """The share that is right, and the three most frequent errors."""
        if not self.counts.any():
            return []
        wrong = np.where(np.eye(len(self.counts), dtype=bool), 0, self.counts)
        worst = [np.unravel_index(i, wrong.shape) for i in np.argsort(-wrong, axis=None, kind="stable")[:3] if wrong.flat[i]]
        taken = [
            f"{self.classes[true]} predicted as {self.classes[guess]} "
            f"({wrong[true, guess]:,.0f} of {self.counts[true].sum():,.0f}, {100 * self.shares[true, guess]:.1f} %)"
            for true, guess in worst
        ]
        right = f"{self.name}: {100 * self.right:.1f} % correct over the evaluation seeds"
        return [f"{right}; most frequent errors: {'; '.join(taken)}." if taken else f"{right}: no errors."]


def confusion(race: RaceResult) -> Confusion:
    """The confusion of the first entrant of a race whose snapshots have it."""
    name = str(race.snapshots["names"][0])
    rate = next((line.learning_rate for line in race.leaderboard if line.setting_id == race.snapshots["settings"][0]), None)
    counts = np.asarray(race.snapshots["confusion"], dtype=float)[0]
    return Confusion(name, rate, counts, [str(each) for each in race.snapshots.get("classes", range(len(counts)))])


def draw(data: Confusion) -> Figure:
    """Rights in blue on the diagonal, errors in orange beside it, each by its share of the true class."""
    count = len(data.counts)
    side = float(np.clip(0.52 * count, 2.2, 6.6))
    figure = style.figure(side + (1.2 if count <= NUMBERED else 1.9), side + 1.0)
    axes = figure.subplots(subplot_kw={"box_aspect": 1})
    style.polish(axes, "predicted class", "true class")
    right = np.eye(count, dtype=bool)
    axes.imshow(_only(data, ~right), cmap=colours.WRONG, norm=_SHARE, interpolation="nearest")
    axes.imshow(_only(data, right), cmap=colours.RIGHT, norm=_SHARE, interpolation="nearest")
    _names(axes, data, side)
    if count <= NUMBERED:
        _numbers(axes, data, side)
    else:
        for cmap, words in ((colours.RIGHT, "correct"), (colours.WRONG, "wrong")):
            bar = figure.colorbar(ScalarMappable(_SHARE, cmap), ax=axes, shrink=0.4, aspect=16, pad=0.02)
            bar.ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g} %")
            bar.ax.tick_params(labelsize=style.TINY, width=0.6)
            bar.ax.set_title(words, fontsize=style.SMALL)
            bar.outline.set_visible(False)  # pyright: ignore
    cells = "cells: rows, and their share of the true class" if count <= _COUNTED else "colour: share of the true class"
    lines = [style.entrant_label(data.name, data.learning_rate), f"{100 * data.right:.1f} % correct", cells]
    style.note(axes, lines, longest=round(19 * side))
    return figure


def _only(data: Confusion, where: np.ndarray) -> np.ma.MaskedArray:
    return np.ma.masked_invalid(np.where(where, data.shares, np.nan))


def _names(axes: Axes, data: Confusion, side: float) -> None:
    """Every class named, or of many every second, third and so on."""
    count = len(data.classes)
    size = float(np.clip(72 * side / count * 0.75, 4.5, style.SMALL))
    every = max(1, int(np.ceil(size * 1.1 / (72 * side / count))))
    shown = range(0, count, every)
    names = [style.text(data.classes[i], 20) for i in shown]
    longest = max(map(len, names), default=1) * 0.6 * size / 72
    axes.set_xticks(shown, names, rotation=45 if longest > side / count * every else 0, fontsize=size)
    if longest > side / count * every:
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_yticks(shown, names, fontsize=size)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks(np.arange(count + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(count + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white" if count > NUMBERED else colours.CELLS, linewidth=0.5 if count <= NUMBERED else 0.2)
    axes.tick_params(which="minor", length=0)


def _numbers(axes: Axes, data: Confusion, side: float) -> None:
    """The count in each cell that has one and, where there is room, its share below."""
    cell = 72 * side / len(data.counts)
    size = float(np.clip(cell * 0.24, 5.0, style.SMALL))
    for (true, guess), rows in np.ndenumerate(data.counts):
        if not rows and true != guess:
            continue
        share = data.shares[true, guess]
        dark = np.isfinite(share) and _SHARE(share) > _DARK
        words = f"{rows:,.0f}" if rows < 1e5 else f"{rows / 1000:,.0f}k"
        if len(data.counts) <= _COUNTED and np.isfinite(share):
            words += f"\n{100 * share:.0f} %" if share >= 0.095 or not share else f"\n{100 * share:.1f} %"
        axes.text(guess, true, words, ha="center", va="center", fontsize=size, color="white" if dark else style.INK)
