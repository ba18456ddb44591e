"""Whether a rule converges on a quadratic: how much one update, or many, enlarge the distance to the minimum."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

import jax
import numpy as np

from descend import rules
from descend.core import hyper
from descend.core.errors import BadValue, UnknownName, short
from descend.core.numbers import real, whole
from descend.core.system.device import check_device
from descend.engine import memory
from descend.engine.runtime import scope
from descend.rules import Rule

from . import quadratic, spectral
from .runs import PIECES, STARTS, measure_growth

ROUNDING = 1e-6
STEPS = 2048  # of a run that is measured
RUNS = len(STARTS) * PIECES  # distances of a point that is measured
HIGHEST = 1e6  # learning rates above are not tried
AnyRule = Rule | type[Rule] | str
Numbers = SupportsFloat | Iterable[SupportsFloat]  # one, or several


@dataclass(frozen=True)
class Stability:
    """How a rule behaves near a quadratic's minimum, over a grid of its hyperparameters.

    - `growth`: by which factor each update changes the distance in the long run, [0, inf]; above 1 it diverges. Of the shape
      of the grid: one axis for each of `axes`, in their order
    - `size`: of the same shape, [0, inf): where a rule neither settles nor diverges, the largest distance after the
      first 24 of 64 pieces of the run, in units of the distance of w = 1; 0 elsewhere, and where growth is not measured
    - `axes`: the hyperparameters' values by name
    - `linear`: True where growth is the spectral radius of one update; False where it was measured over many
    """

    growth: np.ndarray
    size: np.ndarray
    axes: dict[str, np.ndarray]
    linear: bool

    @property
    def edge(self) -> float:
        """The largest growth of a rule that does not diverge: 1 and rounding."""
        return 1 + ROUNDING

    @property
    def diverges(self) -> np.ndarray:
        """Where the growth is above the edge."""
        return self.growth > self.edge

    @property
    def circles(self) -> np.ndarray:
        """Where the rule goes round the minimum for ever, or out again and again: it does not settle. Its growth is 1."""
        return (self.size > 0) & ~self.diverges


@scope()
def stability(rule: AnyRule, *, curvature: Numbers = 1.0, steps: int = STEPS, **axes: Numbers) -> Stability:
    """The growth of a rule (or its name) on sum(curvature / 2 * w^2), over every combination of the hyperparameters in `axes`.

    `curvature` is one number above 0, or one for each direction. Where an update is a linear map that is the same at every
    step, the growth is the spectral radius of its Jacobian, taken from the rule's own code in float64. For other rules it
    is measured: over `steps` updates (64 and more, in 64 equal pieces) from each of five starts, of which the worst counts.
    Of each piece the largest distance is taken; the growth is the root of how much of it is left between the 24th
    and the 48th of them.
    Polyak, Some methods of speeding up the convergence of iteration methods (1964); Goodfellow et al. (2016), section 4.3.

    Raises UnknownName for a hyperparameter that the rule does not have, BadValue for a value outside its range.
    """
    check_device()
    rule, steep = _of_one_gradient(rules.find(rule)), _curvatures(curvature)
    whole("steps", steps, PIECES, 100_000)
    _numbers(rule, steep)
    grid = {name: _axis(rule, name, values) for name, values in axes.items()}
    if grid:
        memory.check_plane({name: len(values) for name, values in grid.items()}, _numbers(rule, steep), RUNS)
    each = [np.ravel(a) for a in np.meshgrid(*grid.values(), indexing="ij")] if grid else []
    shape = [len(a) for a in grid.values()]
    with jax.enable_x64(True):
        base = _in_double(rule)
        lanes = dict(zip(grid, each, strict=True)) or {"": np.zeros(1)}
        linear = spectral.is_linear(base, steep)
        growth, size = (spectral.radius(base, steep, lanes), np.zeros(1)) if linear else measure_growth(base, steep, lanes, steps)
    return Stability(growth.reshape(shape), np.resize(size, shape), grid, linear)


@scope()
def is_linear(rule: AnyRule, curvature: Numbers = 1.0) -> bool:
    """Whether an update of a rule (or its name) on a quadratic is one linear map, so that its growth need not be measured."""
    rule, steep = _of_one_gradient(rules.find(rule)), _curvatures(curvature)
    _numbers(rule, steep)
    with jax.enable_x64(True):
        return spectral.is_linear(_in_double(rule), steep)


@scope()
def limit(rule: AnyRule, curvature: Numbers = 1.0) -> float | None:
    """The largest learning rate at which a rule does not diverge on a quadratic; None for one that is not linear, or has none.

    On a curvature c it is 2 / c for gradient descent and 2 (1 + momentum) / c for the heavy ball.
    """
    rule = rules.find(rule)
    if (
        rule.needs_oracle
        or not isinstance(rule.rate, int | float)
        or "learning_rate" not in hyper.ranges(type(rule))
        or not is_linear(rule, curvature)
    ):
        return None
    low, high = 1e-6, HIGHEST
    for _ in range(5):
        growth = stability(rule, curvature=curvature, learning_rate=np.geomspace(low, high, 33))
        unstable = np.flatnonzero(growth.diverges)
        if not unstable.size or unstable[0] == 0:
            return None
        low, high = growth.axes["learning_rate"][unstable[0] - 1 : unstable[0] + 1]
    return float(low)


def _of_one_gradient(rule: Rule) -> Rule:
    """The rule; BadValue for one that asks for more, whose steps on a quadratic are no linear map that a learning rate scales."""
    if rule.needs_oracle:
        raise BadValue(
            f"{rule.name} asks for more than a gradient: on a quadratic its step is no linear map of w and its slots, "
            "of which stability is told; take momentum"
        )
    return rule


def _numbers(rule: Rule, steep: np.ndarray) -> int:
    """How many numbers w and the rule's slots are, of which a Jacobian has the square; BadValue where these are too many."""
    numbers = sum(a.size for a in jax.tree.leaves(jax.eval_shape(lambda: quadratic.start(rule, steep))))
    memory.check_jacobian(numbers)
    return numbers


def _in_double(rule: Rule) -> Rule:
    return jax.tree.map(lambda leaf: np.asarray(leaf, float), rule)


def _curvatures(curvature: Any) -> np.ndarray:
    several = isinstance(curvature, Sequence | np.ndarray) and np.ndim(curvature) == 1
    each = np.array([real("curvature", c) for c in (curvature if several else [curvature])])
    if not each.size or not (each > 0).all():
        raise BadValue(f"curvature is {short(curvature, str)}, must be above 0")
    return each


def _axis(rule: Rule, name: str, values: Any) -> np.ndarray:
    """The values of a hyperparameter, checked."""
    known = hyper.ranges(type(rule))
    if name not in known:
        raise UnknownName(f"hyperparameter of {rule.name}", name, known)
    try:
        given = np.asarray(values)
        axis = np.atleast_1d(given.astype(float)) if given.dtype.kind in "iuf" else None
    except Exception:  # whatever the values' own methods raise, among them numbers too large
        axis = None
    if axis is None or axis.ndim > 1 or not axis.size:
        raise BadValue(f"{name} is {short(values)}, must be a number or a row of numbers in {known[name]}")
    hyper.check_field(type(rule), name, axis)
    return axis
