"""How the pictures look: one colour and dash a rule, the same in every picture, told apart by the colour-blind too."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

DPI = 200
INK, QUIET, FAINT = "#222222", "#666666", "#d9d9d9"
BODY, SMALL, TINY = 9.0, 8.0, 7.0  # points, for pictures shown at their own size

# Okabe and Ito, Color Universal Design (2008), without its yellow, which is too light for a line on white
_COLOURS = ("#000000", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (1.3, 1.3)), (0, (6, 1.5, 1.3, 1.5)))
_MARKERS = ("o", "s", "^", "D")
_TEXTBOOK = ("sgd", "adam", "rmsprop", "momentum", "adadelta", "nesterov", "adagrad")  # in the order of the colours, solid
_VARIANTS = ("", "adamw", "rmsprop_nesterov", "ema_momentum", "", "nesterov_lookahead", "")  # of the rules above, dashed


@dataclass(frozen=True)
class Look:
    """A rule's colour, dash pattern and marker."""

    colour: str
    dash: Any
    marker: str


def looks(rules: Iterable[str]) -> dict[str, Look]:
    """A look for each rule: the textbook rules have theirs in every race, the others take what is left in order of name."""
    free = [Look(colour, dash, marker) for (dash, marker), colour in product(zip(_DASHES, _MARKERS, strict=True), _COLOURS)]
    named = {rule: look for rule, look in zip(_TEXTBOOK + _VARIANTS, free, strict=False) if rule}
    others = sorted(free, key=lambda look: look in named.values())  # those of the named rules come last
    rules = sorted(set(rules))
    taken = {rule: named[rule] for rule in rules if rule in named}
    rest = (rule for rule in rules if rule not in named)
    return taken | {rule: others[n % len(others)] for n, rule in enumerate(rest)}


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


def rate(value: float | None) -> str:
    """A learning rate in a label: at most three digits; nothing where the rule has none."""
    return "" if value is None else f"{value:.3g}"


def figure(width: float, height: float) -> Figure:
    """An empty white figure, in inches, that needs no window."""
    made = Figure(figsize=(width, height), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(made)
    return made


def polish(axes: Axes, x: str, y: str) -> None:
    """Axis labels, sizes and quiet lines."""
    axes.set_facecolor("white")
    axes.set_xlabel(x, fontsize=BODY, color=INK)
    axes.set_ylabel(y, fontsize=BODY, color=INK)
    axes.tick_params(which="both", labelsize=SMALL, labelcolor=INK, color=QUIET, width=0.6)
    axes.tick_params(which="minor", labelsize=SMALL)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set(color=QUIET, linewidth=0.7)


def grid(axes: Axes) -> None:
    """Faint lines behind the data, at the major ticks."""
    axes.grid(which="major", color=FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def log_labels(axis: Axis, low: float, high: float) -> None:
    """Plain numbers on a logarithmic axis where they are short, powers of ten elsewhere, and 2 and 5 where decades are few."""
    axis.set_minor_formatter(NullFormatter())
    if low < 1e-4 or high > 2e4:
        return
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    if high < 40 * low:
        axis.set_minor_locator(LogLocator(subs=(2.0, 5.0) if high > 4 * low else tuple(range(2, 10))))
        axis.set_minor_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def note(axes: Axes, words: str) -> None:
    """Small quiet words above the axes that say what is drawn."""
    axes.set_title(words, fontsize=TINY, color=QUIET, loc="left", pad=8)
