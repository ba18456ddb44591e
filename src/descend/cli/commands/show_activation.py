"""descend show relu: an activation, its derivative, and where a unit that uses it stops learning."""

import numpy as np

from descend.core.language.text import number
from descend.core.numeric.curves import with_slope
from descend.problems import ACTIVATIONS
from descend.report.figures.panels import Graph

from .show_base import Page, Request, settings

X = np.linspace(-8, 8, 1601)
FLAT = 0.01  # of the largest derivative: below that a unit hardly learns
ROUNDING = 1e-6  # so that leaky_relu's 0.01 is not below it
DEPTH = 10  # layers, to say what happens to gradients on their way


def activation(request: Request) -> Page:
    """The activation of that name; it has no settings."""
    request.refuse_steps()
    settings(request, [])
    formula = ACTIVATIONS[request.name]
    y, slope = with_slope(formula, X)
    ends = flat(X, slope)
    zero = bool(ends) and not slope[nearly_zero(slope)].any()
    words = "derivative 0" if zero else f"derivative below {100 * FLAT:.0f} % of its largest"
    says = {
        "Formula": f"    f(x) = {formula.formula}",
        "Values": f"{_range(*formula.bounds)}; {'zero-centred: f(-x) = -f(x)' if formula.zero_centred else 'not zero-centred'}",
        "Derivative": f"{at_most(slope)}; {_flat(ends, zero)}",
        "Depth": deep(float(slope.max())),
        "Start": f"suitable initialisations: {', '.join(formula.fits)}; gain {number(formula.gain)}",
        "Source": formula.source,
    }
    graphs = [
        Graph("x", "f(x)", X, {request.name: y}),
        Graph("x", "derivative", X, {"derivative": slope}, ends, words),
    ]
    return Page(f"{request.name}: {formula.formula}", says, graphs)


def flat(x: np.ndarray, slope: np.ndarray) -> list[tuple[float, float]]:
    """The ranges at either end of x in which the derivative is nearly 0."""
    small = nearly_zero(slope)
    left, right = (int(np.argmin(side)) for side in (small, small[::-1]))  # how many points of either end
    ends = [(float(x[0]), float(x[left - 1]))] if left else []
    return ends + ([(float(x[-right]), float(x[-1]))] if right else [])


def nearly_zero(slope: np.ndarray) -> np.ndarray:
    """Which derivatives (n,) are so small beside the largest that hardly anything is learned: (n,)."""
    return np.abs(slope) < (FLAT - ROUNDING) * np.abs(slope).max()


def at_most(slope: np.ndarray) -> str:
    """The range of the derivative in words."""
    low, high = (number(float(edge) + 0.0, 3) for edge in (slope.min(), slope.max()))
    return f"{low} everywhere" if low == high else f"from {low} to {high}"


def deep(most: float) -> str:
    """What is left of a gradient after some layers, by the derivative alone."""
    if most < 0.99:
        return f"after {DEPTH} layers, at most {most:.3g}^{DEPTH} = {most**DEPTH:.1g} of a gradient is left, apart from the weights"
    return f"gradients can pass {DEPTH} layers undiminished, apart from the weights"


def _range(low: float, high: float) -> str:
    if np.isinf(low) and np.isinf(high):
        return "any number"
    return f"{low:g} or more" if np.isinf(high) else f"between {low:g} and {high:g}"


def _flat(ends: list[tuple[float, float]], zero: bool) -> str:
    if not ends:
        return "never flat: every unit keeps learning"
    where = " and ".join(f"x < {high:.3g}" if low == X[0] else f"x > {low:.3g}" for low, high in ends)
    if zero:
        return f"0 where {where}: a unit all of whose inputs lie there is dead"
    return f"below {100 * FLAT:.0f} % of that where {where}: a unit is saturated there and hardly learns"
