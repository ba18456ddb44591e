"""The picture of health: the norms of every layer over the updates, for the leader and for the entrant in the worst state."""

from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.store import RaceResult

from ..diagnosis.data import Health, health_by_entrant
from ..diagnosis.findings import USUAL, findings
from ..diagnosis.sentences import TRIED
from ..style import axes as style
from ..style.palette import DASHES

_KEYED = 8  # more layers than this are named by the first, the last and some between
_ROWS: dict[str, Callable[[Health], np.ndarray]] = {
    "weights": lambda entrant: entrant.weights,
    "gradients": lambda entrant: entrant.gradients,
    "updates": lambda entrant: entrant.updates,
    "updates / weights": lambda entrant: entrant.ratio,
    "dead relus": lambda entrant: entrant.dead,
    "saturated": lambda entrant: entrant.saturated,
}
_SHARES = ("dead relus", "saturated")


def select(race: RaceResult) -> list[Health]:
    """The leader and, of the others, the one with the most findings; where none has one, the leader at such a learning rate."""
    assert race.health is not None
    ranks = {line.rule: rank for rank, line in enumerate(race.leaderboard)}
    entrants = sorted(health_by_entrant(race.health), key=lambda entrant: (not entrant.chosen, ranks.get(entrant.rule, len(ranks))))
    leader, others = entrants[:1], [entrant for entrant in entrants[1:] if entrant.chosen]
    tried = [entrant for entrant in entrants if not entrant.chosen and entrant.rule == leader[0].rule]
    for rest, kinds in ((others, None), (tried, TRIED)):
        many = [sum(kinds is None or finding.kind in kinds for finding in findings(entrant)) for entrant in rest]
        if any(many):
            return leader + [entrant for entrant, count in zip(rest, many, strict=True) if count == max(many)][-1:]
    return leader


def draw(data: list[Health]) -> Figure:
    """A column an entrant, a row a quantity that was recorded, a line a layer, from dark (the first) to light."""
    rows = [name for name, of in _ROWS.items() if any(np.isfinite(of(entrant)).any() for entrant in data)] or ["weights"]
    columns = max(1, len(data))
    figure = style.figure(4.6 if columns == 1 else 7.6, 1.25 * len(rows) + 1.1)
    panels = figure.subplots(len(rows), columns, sharex="col", sharey="row", squeeze=False)
    for row, name in enumerate(rows):
        for column, entrant in enumerate(data):
            axes = panels[row, column]
            style.polish(axes, "updates" if row == len(rows) - 1 else "", name if column == 0 else "")
            style.grid(axes)
            style.whole_ticks(axes.xaxis)
            axes.yaxis.label.set_fontsize(style.SMALL)
            _lines(axes, entrant, _ROWS[name](entrant), share=name in _SHARES)
            if name == "updates / weights":
                axes.axhline(USUAL, color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1.5)
    _scales(panels, rows)
    for column, entrant in enumerate(data):
        state = ("the leader" if column == 0 else "least healthy" if entrant.chosen else "tried in tuning") if columns > 1 else ""
        name = style.entrant_label(entrant.rule, entrant.learning_rate)
        panels[0, column].set_title(f"{name}{f' ({state})' if state else ''}", fontsize=style.SMALL, color=style.INK)
    figure.align_ylabels(list(panels[:, 0]))
    _key(figure, data, "updates / weights" in rows)
    return figure


def _look(layer: int, count: int) -> dict[str, Any]:
    colour = mpl.colormaps["viridis"](0.82 * layer / max(1, count - 1))
    return {"color": colour, "linestyle": DASHES[layer % len(DASHES)], "linewidth": 1.4}


def _lines(axes: Axes, entrant: Health, values: np.ndarray, share: bool) -> None:
    for layer, line in enumerate(values):
        seen = np.isfinite(line) & ((line > 0) | share)
        marker = "o" if seen.sum() < 3 else ""
        axes.plot(entrant.steps[seen], line[seen], marker=marker, markersize=3, **_look(layer, len(values)))


def _scales(panels: np.ndarray, rows: list[str]) -> None:
    """Logarithmic norms, shares from 0 to 1."""
    for axes, name in zip(panels[:, 0], rows, strict=True):
        if name in _SHARES:
            axes.set_ylim(-0.03, 1.03)
            axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
        elif any(len(line.get_ydata()) for one in panels[rows.index(name)] for line in one.lines):
            axes.set_yscale("log")
            low, high = axes.get_ylim()
            if high < 10 * low:  # less than a decade has a label: make it one
                axes.set_ylim(low / (10 * low / high) ** 0.5, high * (10 * low / high) ** 0.5)
            style.log_labels(axes.yaxis, 1e-9, 1.0)


def _key(figure: Figure, data: list[Health], usual: bool) -> None:
    layers = max((entrant.layers for entrant in data), key=len, default=[])
    count = len(layers)
    shown = range(count) if count <= _KEYED else sorted({round(place) for place in np.linspace(0, count - 1, _KEYED)})
    key = [(Line2D([], [], **_look(layer, count)), style.text(layers[layer], 20)) for layer in shown]
    if usual:
        dashed = Line2D([], [], color=style.QUIET, linewidth=0.9, linestyle=(0, (2, 2)))
        key += [(dashed, f"usual: about {USUAL:g}")]
    if key:
        handles, names = zip(*key, strict=True)
        columns = min(len(key), max(3, int(figure.get_size_inches()[0] / 1.15)))
        figure.legend(handles, names, loc="outside lower center", ncols=columns, fontsize=style.SMALL, frameon=False)
    seeds = "first evaluation seed" + ("" if all(entrant.chosen for entrant in data) else ", and tuning")
    figure.suptitle(f"norms by layer, {seeds}", fontsize=style.TINY, color=style.QUIET)
