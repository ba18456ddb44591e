"""descend show huber: a loss and its derivative against the prediction, or against logit and probability."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue
from descend.core.language.docs import sentence
from descend.core.language.text import number
from descend.core.numeric.curves import with_slope
from descend.problems import LOSSES
from descend.report.figures.panels import Graph

from .show_base import Page, Request, at, settings

ERRORS = np.linspace(-4, 4, 1601)
LOGITS = np.linspace(-8, 8, 1601)
SHARES = np.linspace(0.002, 0.998, 999)
CLASSES = 10


def loss(request: Request) -> Page:
    """The loss of that name, at its settings: delta of huber, profit and cost of asymmetric."""
    request.refuse_steps()
    formula = LOSSES[request.name]
    defaults = {name: part.default for name, part in inspect.signature(formula).parameters.items() if _number(part)}
    values = defaults | settings(request, list(defaults))
    for name, value in values.items():
        if not _number(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value)) or value <= 0:
            raise BadValue(f"--set {name}={value} of {request.name}: must be a number above 0")
    draw = {"binary_cross_entropy": _binary, "cross_entropy": _classes}.get(request.name, _error)
    graphs, slope = draw(partial(formula, **values))
    used = ", ".join(f"{name} = {number(float(value))}" for name, value in values.items())
    says = {**_description(formula), "Derivative": slope} | ({"Drawn with": used} if used else {})
    return Page(f"{request.name}{f' ({used})' if used else ''}", says, graphs)


def _number(part: inspect.Parameter) -> bool:
    return isinstance(part.default, float | int) and not isinstance(part.default, bool) and part.name != "axis"


def _description(formula: Callable[..., Any]) -> dict[str, str]:
    """What the docstring says: its first sentence, its equations, and what stands below them."""
    blocks = inspect.cleandoc(formula.__doc__ or "").split("\n\n")[1:]
    equations = "\n".join(block for block in blocks if block.startswith("    "))
    rest = " ".join(" ".join(block.split()) for block in blocks if not block.startswith("    "))
    return {"Meaning": sentence(formula), "Formula": equations, "Notes and source": rest}


def _error(formula: Callable[..., Any]) -> tuple[list[Graph], str]:
    """Against the error of one prediction, the target being 0."""
    y, slope = with_slope(lambda prediction: formula(prediction, 0.0), ERRORS)
    across = "error: prediction - target"
    places = at(ERRORS, slope, (-4.0, -1.0, -0.1, 0.1, 1.0, 4.0))
    return [Graph(across, "loss", ERRORS, {"loss": y}), Graph(across, "derivative", ERRORS, {"derivative": slope})], places


def _binary(formula: Callable[..., Any]) -> tuple[list[Graph], str]:
    """Against the logit, and against the probability of class 1, for each target."""
    found = {f"target {target}": with_slope(lambda z, target=target: formula(z, float(target)), LOGITS) for target in (1, 0)}
    odds = np.log(SHARES) - np.log1p(-SHARES)
    by_share = {f"target {target}": with_slope(lambda z, target=target: formula(z, float(target)), odds)[0] for target in (1, 0)}
    return [
        Graph("logit", "loss", LOGITS, {name: y for name, (y, _) in found.items()}),
        Graph("logit", "derivative", LOGITS, {name: slope for name, (_, slope) in found.items()}),
        Graph("probability of class 1", "loss", SHARES, by_share),
    ], f"probability less target: for target 1, {at(LOGITS, found['target 1'][1], (-8.0, 0.0, 8.0))}"


def _classes(formula: Callable[..., Any]) -> tuple[list[Graph], str]:
    """Against the true class's logit, nine others being 0, and against its probability."""
    label = jnp.zeros(1, int)

    def of(z: Any) -> Any:
        return formula(jnp.concatenate([z[None], jnp.zeros(CLASSES - 1)])[None], label)

    y, slope = with_slope(of, LOGITS)
    across = f"logit of the true class, {CLASSES - 1} others at 0"
    shares = np.log(SHARES) - np.log1p(-SHARES) + np.log(CLASSES - 1)
    return [
        Graph(across, "loss", LOGITS, {"loss": y}),
        Graph(across, "derivative", LOGITS, {"derivative": slope}),
        Graph("probability of the true class", "loss", SHARES, {"loss": with_slope(of, shares)[0]}),
    ], f"probability less 1: {at(LOGITS, slope, (-8.0, 0.0, 8.0))}"
