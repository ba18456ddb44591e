"""How the pictures look: sizes, axes, and words that matplotlib shows as they are.

They look so whatever a person has set: matplotlibrc, a style in use, MPLBACKEND.
"""

from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from descend.core.language.text import duration, rate

from . import library
from .colours import FAINT, INK, QUIET
from .scale import Scale

DPI = 200
BODY, SMALL, TINY = 9.0, 8.0, 7.0  # points, for pictures shown at their own size


def text(name: str, longest: int = 30) -> str:
    """A name as matplotlib shows it: shortened, and with nothing that it would read as mathematics or as hidden."""
    name = " ".join(name.split())
    name = name if len(name) <= longest else name[: longest - 1] + "…"
    name = name.replace("$", r"\$")
    return f" {name}" if name.startswith("_") else name


def ink(colour: str) -> str:
    """A darker shade of a line's colour, for text: the light ones are hard to read on white."""
    red, green, blue = to_rgb(colour)
    return to_hex((0.68 * red, 0.68 * green, 0.68 * blue))


def entrant_label(rule: str, learning_rate: float | None, longest: int = 30) -> str:
    """A rule and its learning rate, where it has one, in a label."""
    return f"{text(rule, longest)}  {rate(learning_rate, none='')}".rstrip()


class Picture(Figure):
    """A figure that is drawn as it was made, whatever matplotlib is set to by then."""

    def draw(self, renderer: Any) -> None:
        """Draw the figure, as matplotlib calls it."""
        with library.plain():
            super().draw(renderer)

    def savefig(self, *arguments: Any, **named: Any) -> None:
        """Save the figure, as matplotlib does."""
        with library.plain():
            super().savefig(*arguments, **named)


def figure(width: float, height: float) -> Figure:
    """An empty white figure, in inches, that needs no window."""
    made = Picture(figsize=(width, height), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(made)
    return made


def polish(axes: Axes, x: str, y: str) -> None:
    """Axis labels, sizes and quiet lines."""
    axes.set_facecolor("white")
    axes.set_xlabel(x, fontsize=BODY, color=INK)
    axes.set_ylabel(y, fontsize=BODY, color=INK)
    axes.tick_params(which="both", labelsize=SMALL, labelcolor=INK, color=QUIET, width=0.6)
    axes.tick_params(which="minor", labelsize=SMALL)
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_offset_text().set_fontsize(TINY)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(color=QUIET, linewidth=0.7)


def grid(axes: Axes) -> None:
    """Faint lines behind the data, at the major ticks."""
    axes.grid(which="major", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def whole_ticks(axis: Axis) -> None:
    """Ticks at whole numbers only."""
    axis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))


def times(axis: Axis, log: bool = False) -> None:
    """Ticks as times, each in the unit that suits it."""
    if not log:
        axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: duration(value) if value > 0 else "0"))


def log_labels(axis: Axis, low: float, high: float) -> None:
    """Plain numbers on a logarithmic axis where they are short, powers of ten elsewhere, and 2 and 5 where decades are few."""
    axis.set_minor_formatter(NullFormatter())
    if low < 1e-4 or high > 2e4:
        return
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if high < 40 * low:
        axis.set_minor_locator(LogLocator(subs=(2.0, 5.0) if high > 4 * low else tuple(range(2, 10))))
        axis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def scale_losses(axes: Axes, scale: Scale) -> None:
    """An upright axis of losses from the low to the high end of a scale, logarithmic where it is."""
    if scale.log:
        axes.set_yscale("log")
        log_labels(axes.yaxis, scale.low, scale.high)
    axes.set_ylim(scale.low, scale.high)


def at(rates: str) -> str:
    """At which learning rates the rules are shown; nothing where `rates` (words.at_rates) is nothing."""
    return f"each rule{rates}" + (", shown after its name" if " its " in rates else "") if rates else ""


def note(axes: Axes, parts: Iterable[str], longest: int = 110) -> None:
    """Small quiet words above the axes that say what is drawn: the parts that are not empty, in lines of so many letters."""
    lines: list[str] = []
    for part in filter(None, parts):
        if lines and len(lines[-1]) + len(part) + 2 <= longest:
            lines[-1] += f"; {part}"
        else:
            lines.append(part)
    axes.set_title("\n".join(lines), fontsize=TINY, color=QUIET, loc="left", pad=8)
