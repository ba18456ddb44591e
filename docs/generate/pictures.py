"""The drawings of the reference pages: the project's own rules, schedules and surfaces at work."""

import io
from typing import Any, NamedTuple

import jax
import matplotlib as mpl
import numpy as np
import pyarrow as pa
from matplotlib.figure import Figure

from descend.problems import PROBLEMS, Surface
from descend.races.tables.paths import landscape
from descend.report.figures.path_data import levels
from descend.rules import Oracle, OracleRule, step

GREY, BLUE, RED = "#8a8f98", "#3b82f6", "#ef4444"


class Picture(NamedTuple):
    """An SVG and the sentence that says what it shows."""

    svg: str
    says: str


def canvas() -> tuple[Figure, Any]:
    """A figure that reads on a light page and on a dark one."""
    mpl.rcParams["svg.hashsalt"] = "descend"
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    figure.patch.set_alpha(0)
    axes = figure.add_subplot()
    axes.patch.set_alpha(0)
    axes.tick_params(colors=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.xaxis.label.set_color(GREY)
    axes.yaxis.label.set_color(GREY)
    return figure, axes


def drawn(figure: Figure, says: str) -> Picture:
    """The figure as SVG text, the same at every build."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    return Picture(out.getvalue(), says)


def surface(axes: Any, made: Any) -> None:
    """Draw a surface, its start and, where it has one, its minimum."""
    seen = landscape(made, None, pa.table({}))
    flat = len(made.bounds) == 1
    if flat:
        axes.plot(seen["x1"], seen["f"], color=GREY)
        axes.set(xlabel="x", ylabel="f")
    else:
        axes.contour(seen["x1"], seen["x2"], seen["f"], levels=levels(seen["f"]), colors=GREY, linewidths=0.6, linestyles="solid")
        axes.set(xlabel="x1", ylabel="x2")
    for name, mark, colour in (("start", "o", BLUE), ("optimum", "+", RED)):
        if name in seen:
            height = np.interp(seen[name], seen["x1"], seen["f"]) if flat else []
            axes.plot(*seen[name], *height, mark, color=colour, markersize=8)


def schedule(cls: Any) -> Picture:
    """The value over 100 steps."""
    figure, axes = canvas()
    steps = np.arange(101)
    axes.plot(steps, np.asarray(cls.around(1.0, 100)(steps)), color=BLUE)
    axes.set(xlabel="step", ylabel="value")
    return drawn(figure, "Fitted to 100 steps and a learning rate of 1.")


def rule(cls: Any) -> Picture:
    """50 updates on the bowl, at the learning rate of a grid that ends lowest where the rule has one."""
    bowl = PROBLEMS["bowl"]()
    rate, points = descent(cls, bowl)
    figure, axes = canvas()
    surface(axes, bowl)
    axes.plot(*points.T, "o-", color=BLUE, markersize=3, linewidth=1.2)
    axes.set(xlim=bowl.bounds[0], ylim=bowl.bounds[1])
    at = "" if rate is None else f", learning rate {rate:g}"
    return drawn(figure, f"50 updates on the bowl{at}; the cross marks the minimum.")


def descent(cls: Any, made: Any) -> tuple[float | None, np.ndarray]:
    """Of a grid of learning rates the one with the lowest end after 50 updates, and its points (51, d); None for a rule without."""
    kind = np.float32 if cls().needs_oracle else float
    start, once = np.asarray(made.start, kind), update(cls, made)
    if cls().rate is None:
        return None, path(cls(), start, once)
    rates = np.geomspace(0.01, 100, 25).round(3)
    paths = [path(cls(learning_rate=rate), start, once) for rate in rates]
    with np.errstate(over="ignore"):
        ends = [float(made.f(points[-1])) if np.isfinite(points).all() else np.inf for points in paths]
    best = int(np.argmin(ends))
    return float(rates[best]), paths[best]


def update(cls: Any, made: Any) -> Any:
    """One update of a rule of this class: in NumPy, or compiled where it asks for more than a gradient."""
    if issubclass(cls, OracleRule):
        oracle = Oracle.of(made, (), None, jax.random.key(0))
        return jax.jit(lambda rule, w, slots, t: step(rule, oracle, w, slots, t)[:2])
    slope = Slope(jax.jit(jax.grad(made.f)))
    return lambda rule, w, slots, t: step(rule, slope, w, slots, t)[:2]


class Slope(NamedTuple):
    """A compiled gradient as an oracle in NumPy."""

    of: Any

    def gradient(self, w: np.ndarray) -> tuple[None, None, np.ndarray]:
        """No value, no aux, and the gradient at w."""
        return None, None, np.asarray(self.of(w))


def path(made: Any, w: np.ndarray, once: Any) -> np.ndarray:
    """The points that a rule visits in 50 updates."""
    slots = made.init_tree(w)
    points = [made.readout_tree(w, slots)]
    with np.errstate(all="ignore"):
        for t in range(1, 51):
            w, slots = once(made, w, slots, t)
            points.append(made.readout_tree(w, slots))
    return np.stack(points)


def problem(cls: Any) -> Picture | None:
    """A surface's level lines or curve, its start and its minimum; nothing for other problems."""
    if not issubclass(cls, Surface):
        return None
    made = cls()
    figure, axes = canvas()
    surface(axes, made)
    return drawn(figure, f"The dot marks the start{', the cross a minimum' if made.optimum else ''}.")
