"""The view Stability: the growth of a rule over the plane of its learning rate and another number, and probes in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from descend.analysis.stability import Stability, is_linear, stability
from descend.core import hyper
from descend.core.errors import BadInput, BadValue, must_be
from descend.core.language.messages import Message
from descend.problems import Parabola
from descend.rules import RULES, Rule

from . import checks
from .end_point import EndPoint
from .frames import Frame, sentences
from .regime import regime
from .trace import trace

# learning rates and other values of a map, coarse and then fine, and in how many strips it is worked out
SIDES = {True: ((29, 25, 1), (113, 97, 1)), False: ((13, 9, 1), (57, 49, 7))}
PROBES_MOST, STEPS = 4, 60
HIGHEST = 0.995  # of a memory, on the map
LEAST = 1e-30  # a size of circles that is not 0 in single precision
CURVATURES = (1e-3, 1e3)  # the flattest and the steepest


@dataclass(frozen=True)
class Plane:
    """What is mapped: a rule, the hyperparameter beside its learning rate, a curvature, and probes (rate, other)."""

    rule: Rule
    across: str
    curvature: float
    probes: tuple[tuple[float, float], ...]


def against(cls: Any) -> list[str]:
    """The hyperparameters of a rule that a plane may have beside the learning rate: its memories, from 0 to below 1."""
    if cls().needs_oracle:
        return []
    return [
        name
        for name, allowed in hyper.ranges(cls).items()
        if (allowed.low, allowed.high) == (0.0, 1.0) and getattr(cls, name) is not None
    ]


def check_across(cls: Any, across: str) -> None:
    """BadValue where a rule has no plane of its learning rate and `across`."""
    names = against(cls)
    if cls().needs_oracle:
        text = "{rule} asks for more than a gradient, and its step on a quadratic is no linear map; take momentum"
        raise BadValue(Message("no-linear-step", text, rule=cls.name))
    if across not in names or "learning_rate" not in hyper.ranges(cls):
        text = "{rule} cannot be mapped against '{across}'; choose one of: {known}"
        if not names:
            text = "{rule} has no memory to map against '{across}'; choose another rule, such as momentum"
        code = "mapped-against" if names else "nothing-to-map"
        raise BadValue(Message(code, text, rule=cls.name, across=across, known=", ".join(names)))


def rates(linear: bool, curvature: float, count: int) -> np.ndarray:
    """The learning rates (count,) of a map: to beyond the limit of the heavy ball, or the decades in which rules adapt."""
    return np.linspace(0.0, 5 / curvature, count) if linear else np.geomspace(1e-3, 10.0, count)


def plane(message: Any) -> Plane:
    """The state that a page sent. Raises BadInput for what cannot be mapped."""
    state = checks.mapping("state", message, ("rule", "values", "across", "curvature", "probes"))
    cls = RULES[checks.word("rule", state.get("rule", "momentum"), 40)]
    values = checks.mapping("values", state.get("values") or {}, hyper.ranges(cls))
    rule = cls(**{name: checks.number(name, value, -1e30, 1e30) for name, value in values.items()})
    across = checks.word("across", state.get("across") or (against(cls) or [""])[0], 40)
    check_across(cls, across)
    probes = [
        checks.numbers(f"probes[{i}]", one, 2)
        for i, one in enumerate(checks.items("probes", state.get("probes") or [], PROBES_MOST))
    ]
    if any(len(one) != 2 for one in probes):
        allowed = Message("pairs", "pairs of a learning rate and {across}", across=across)
        raise must_be("probes", str(probes), allowed)
    curvature = checks.number("curvature", state.get("curvature", 1.0), *CURVATURES)
    return Plane(rule, across, curvature, tuple((rate, other) for rate, other in probes))


def pictures(plane: Plane) -> Iterator[Frame | None]:
    """The map, coarse and then fine, with the probes' curves in both; None after each strip, where one may stop."""
    linear = is_linear(plane.rule, plane.curvature)
    for side in SIDES[linear]:
        strips = []
        for place in range(side[2]):
            strips.append(_strip(plane.rule, plane.across, plane.curvature, linear, side, place))
            yield None
        frame = Frame(
            {
                "view": "stability",
                "more": side != SIDES[linear][-1],
                "linear": linear,
                "rates": rates(linear, plane.curvature, side[0])[[0, -1]].tolist(),
                "others": [0.0, HIGHEST],
            }
        )
        frame.array("growth", np.minimum(np.concatenate([one.growth for one in strips], axis=1).T, 1e6))  # others along the rows
        if not linear:
            sizes = [np.where(one.circles, np.maximum(one.size, LEAST), 0.0) for one in strips]
            frame.array("size", np.concatenate(sizes, axis=1).T)
        frame.header["probes"] = []
        for i, probe in enumerate(plane.probes):
            frame.header["probes"].append(_probe(frame, f"p{i}", plane, *probe))
            yield None
        yield frame


@lru_cache(maxsize=128)
def _strip(rule: Rule, across: str, curvature: float, linear: bool, side: tuple[int, int, int], place: int) -> Stability:
    """A part of a map: every learning rate, and some of the other values. Kept, so that moving a probe is quick."""
    width, height, parts = side
    others = np.array_split(np.linspace(0.0, HIGHEST, height), parts)[place]
    axes: dict[str, Any] = {"learning_rate": rates(linear, curvature, width), across: others}
    return stability(rule, curvature=curvature, **axes)


@lru_cache(maxsize=64)
def _growth(rule: Rule, curvature: float) -> tuple[float, float]:
    """The growth at one place, and the size of the circles there."""
    found = stability(rule, curvature=curvature)
    return float(found.growth), float(found.size)


def _probe(frame: Frame, key: str, plane: Plane, rate: float, other: float) -> dict[str, Any]:
    """What happens at one place of the map: the growth, the distance at every step, and its regime."""
    try:
        rule = type(plane.rule)(**{**vars(plane.rule), "learning_rate": rate, plane.across: other})
    except BadInput as error:
        return {"error": sentences(error)}
    growth, size = _growth(rule, plane.curvature)
    way = trace(Parabola(plane.curvature), rule, np.ones(1, np.float32), STEPS, 0.0, [0])
    frame.array(key, way.points[:, 0])
    return {
        "growth": growth,
        "size": size,
        "regime": regime(way.points, way.losses[0], 0.0, lambda: EndPoint(0.0, "slope", 1e300)),
        "at": key,
    }
