"""descend show stability momentum: at which learning rates a rule comes closer to a quadratic's minimum, and where it diverges."""

import dataclasses
from functools import partial
from typing import Any

import numpy as np

from descend.analysis.stability import STEPS, Stability, is_linear, limit
from descend.analysis.stability import stability as measure
from descend.core import hyper
from descend.core.errors import BadValue
from descend.core.language.text import number
from descend.lab import checks
from descend.lab.stability import CURVATURES, HIGHEST, against, check_across, rates
from descend.report.figures import growth
from descend.rules import RULES, Rule

from ..arguments import settings
from ..arguments.literals import literal
from .show_base import Page, Request

SIDES = {True: (281, 241), False: (113, 97)}  # learning rates and other values of a plane: of linear rules, of measured ones
ALONE = 401  # learning rates of a curve
BESIDE = (0.0, 0.5, 0.9)  # where a plane's limit is told, besides the rule's own value
LINEAR = "computed as the spectral radius of one update, from the rule's own code."
MEASURED = (
    f"measured over {STEPS} updates from each of five starts, because the rule is not linear; the worst counts. "
    "A rule that circles goes round the minimum, or jumps out again and again, without settling."
)
MEANING = (
    "The factor by which an update changes the distance to the minimum of a quadratic in the long run: "
    "below 1 the rule converges, above 1 it diverges."
)


def stability(request: Request) -> Page:
    """The growth of the rule asked for over its learning rate and, where it has one, a memory such as its momentum.

    Settings are `curvature` (one or several, 1 unless given), `across` (the memory) and the rule's hyperparameters.
    """
    request.refuse_steps()
    if request.rule is None:
        raise BadValue("stability needs a rule; name it, as in: descend show stability momentum")
    cls = RULES[request.rule]
    values = dict(request.settings)
    if "learning_rate" in values:
        raise BadValue(f"--set learning_rate={values['learning_rate']}: the picture shows all learning rates; leave it out")
    curvature = _curvature(values.pop("curvature", "1"))
    across = values.pop("across", (against(cls) or [""])[0])
    if across:
        check_across(cls, across)
    rule = settings.build_rule(cls, [f"{name}={text}" for name, text in values.items()])
    limits = _limits(rule, across, curvature)
    growths = _growths(rule, across, curvature, [top for top in limits.values() if top])
    fields = {f.name: getattr(rule, f.name) for f in dataclasses.fields(rule) if f.name not in ("learning_rate", across)}  # type: ignore[arg-type]
    steep = ", ".join(map(number, curvature))
    says = {
        "Meaning": MEANING,
        "Found": LINEAR if growths.linear else MEASURED,
        "Limit": _describe_limits(across, growths, limits),
        "Smallest growth": _smallest(growths),
        "Drawn with": ", ".join([f"curvature = {steep}", *(f"{name} = {told}" for name, told in fields.items())]),
    }
    title = f"{cls.name} on a quadratic of curvature {steep}{'' if growths.linear else ', measured'}"
    own = getattr(rule, across) if across else None
    return Page(title, says, figure=partial(growth.draw, title, growths, own, limits.get(own)))


def _curvature(text: str) -> tuple[float, ...]:
    found = literal(text, "--set curvature", several=True)
    each = found if isinstance(found, tuple) else (found,)
    return tuple(checks.number("--set curvature", one, *CURVATURES) for one in each)


def _limits(rule: Rule, across: str, curvature: tuple[float, ...]) -> dict[float | None, float | None]:
    """The largest stable learning rate by the value of the other hyperparameter, of a rule without one by None."""
    if not across:
        return {None: limit(rule, curvature)}
    places = sorted({*BESIDE, getattr(rule, across)})
    return {place: limit(hyper.replace(rule, **{across: place}), curvature) for place in places}


def _growths(rule: Rule, across: str, curvature: tuple[float, ...], limits: list[float]) -> Stability:
    """The growth over the plane, or the learning rates alone; they end just beyond the limits where there are any."""
    linear = is_linear(rule, curvature)
    width, height = SIDES[linear] if across else (ALONE, 1)
    ends = np.linspace(0.0, 1.25 * max(limits), width) if limits else rates(linear, max(curvature), width)
    axes: dict[str, Any] = {"learning_rate": ends}
    if across:
        axes[across] = np.linspace(0.0, HIGHEST, height)
    return measure(rule, curvature=curvature, **axes)


def _describe_limits(across: str, growths: Stability, limits: dict[float | None, float | None]) -> str:
    """Where the rule begins to diverge or, where that is measured, to circle."""
    if not growths.linear:
        ways = {"circles": growths.circles, "diverges": growths.diverges}
        return ", ".join(f"it {way} {_first(growths, where)}" for way, where in ways.items()) + "."
    if not growths.diverges.any():
        return "the rule diverges at none of the learning rates drawn."
    each = [
        ("none is known" if top is None else number(top, 3)) + (f" at {across} {number(place)}" if across else "")
        for place, top in limits.items()
    ]
    return f"stable up to a learning rate of {', '.join(each)}."


def _first(found: Stability, where: np.ndarray) -> str:
    """The smallest learning rate drawn at which something is so."""
    rates = found.axes["learning_rate"][where.reshape(len(where), -1).any(axis=1)]
    return f"from a learning rate of {number(float(rates[0]), 3)} on" if rates.size else "at none of the learning rates drawn"


def _smallest(found: Stability) -> str:
    """Where an update leaves least of the distance."""
    place = np.unravel_index(int(np.nanargmin(found.growth)), found.growth.shape)
    where = [f"{name} {number(float(values[i]), 3)}" for (name, values), i in zip(found.axes.items(), place, strict=True)]
    return f"{number(float(found.growth[place]), 3)} at {', '.join(where)}."
