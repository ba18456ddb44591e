"""The picture of the view Descent: the field, and each rule's path, losses, slots and what it does, in words to come."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import jax
import numpy as np

from descend.problems import Problem
from descend.rules import Rule
from descend.schedules import Schedule

from . import field as fields
from .end_point import EndPoint, end_point
from .frames import Frame
from .regime import marks, regime
from .state import STEPS_MOST, Descent
from .trace import Trace, models, trace

SEEDS = 16  # of the band over seeds
ALL_SEEDS = 2**32  # that there are; after the last comes 0
BAND = (0.1, 0.5, 0.9)
GLYPHS = {"second moment": "squares", "place": "place"}  # how a slot is drawn; any other is an arrow


def pictures(state: Descent) -> Iterator[Frame | None]:
    """All that is drawn, without the field where the page has it already; None after each part of the work, where one may stop."""
    bounds, columns = fields.view(state.problem)
    start = _start(state.problem)
    frame = Frame(
        {"view": "descent", "steps": state.steps, "seed": state.seed, "problem": _about(state.problem, start, bounds, columns)}
    )
    name = field_name(state.problem)
    frame.header["field"] = {"name": name}
    if name != state.known:
        surface = fields.field(state.problem)
        frame.array("field", surface.values)
        frame.array("levels", surface.levels)
        yield None
    seeds = [(state.seed + i) % ALL_SEEDS for i in range(SEEDS if state.noise else 1)]
    frame.header["rules"] = []
    for i, rule in enumerate(state.rules):
        way = trace(state.problem, rule, start, state.steps, state.noise, seeds)
        yield None
        outcome = _regime(state, rule, way, start, state.problem.floor)
        drawn = _add_rule(frame, f"r{i}", rule, way, columns, outcome, state.target)
        yield None
        _draw_model(frame, f"r{i}", state.problem, rule, start, way, columns)
        frame.header["rules"].append(drawn)
        yield None
    yield frame


def field_name(problem: Problem) -> str:
    """The same for two problems whose fields are the same: all but the start, and what is drawn."""
    options = {key: value for key, value in vars(problem).items() if key != "start" and not key.startswith("_")}
    plain_values = {key: value for key, value in options.items() if isinstance(value, int | float | str)}
    return f"{problem.name} {plain_values} {fields.view(problem)[0]}"


def _start(problem: Problem) -> Any:
    """The parameters that all rules start from; the problems here draw no chance for them."""
    return jax.tree.map(lambda leaf: np.asarray(leaf, np.float32), problem.init(jax.random.key(0))[0])


def _about(problem: Problem, params: Any, bounds: Any, columns: Any) -> dict[str, Any]:
    start = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(params)])
    return {
        "name": problem.name,
        "title": problem.title,
        "bounds": bounds,
        "start": start[list(columns)],
        "movable": problem.movable,
        "optimum": (getattr(problem, "optimum", None) or [None])[0],
    }


def _regime(state: Descent, rule: Rule, way: Trace, start: Any, floor: float | None) -> dict[str, Any]:
    """What a way does; where it is told from how it goes on, the same seed's way is continued."""

    losses = way.losses[0]

    @cache
    def look() -> EndPoint:
        return end_point(state.problem, start, way.points, losses)

    def further() -> np.ndarray:
        return trace(state.problem, rule, start, STEPS_MOST, state.noise, [state.seed]).losses[0]

    return regime(way.points, losses, floor, look, state.target, further)


def _add_rule(frame: Frame, key: str, rule: Rule, way: Trace, columns: Any, regime: Any, target: Any) -> dict[str, Any]:
    """One rule's arrays, put into the frame, and its entry of the header."""
    points, losses = way.points[:, list(columns)], way.losses[0]
    frame.array(f"{key}.points", points)
    frame.array(f"{key}.losses", losses)
    about = {"rule": rule.name, "loss": float(losses[-1]), "regime": regime, **marks(losses, target)}
    if len(way.losses) > 1:
        with np.errstate(invalid="ignore"):
            frame.array(f"{key}.band", np.quantile(np.nan_to_num(way.losses, nan=np.inf, posinf=1e38), BAND, axis=0))
    about["slots"] = []
    for name, values in way.slots.items():
        drawn = {"name": name, "is": GLYPHS.get(rule.slot_meaning(name), "arrow"), "ahead": rule.velocity_is_step}
        about["slots"].append(drawn | {"at": frame.array(f"{key}.{name}", values[:, list(columns)])})
    if way.trials is not None:
        frame.array(f"{key}.trials", _refused_trials(way)[:, list(columns)])
    if isinstance(rule.rate, Schedule):
        frame.array(f"{key}.rates", np.broadcast_to(np.asarray(rule.rate(np.arange(len(losses))), float), losses.shape))
    return about


def _refused_trials(way: Trace) -> np.ndarray:
    """The trials (n + 1, P) that were refused: NaN at the steps whose trial was taken, and at the last point."""
    assert way.trials is not None
    stayed = np.append((way.points[1:] == way.points[:-1]).all(axis=1), False)
    elsewhere = (way.trials != way.points).any(axis=1)
    return np.where((stayed & elsewhere)[:, None], way.trials, np.nan)


def _draw_model(frame: Frame, key: str, problem: Problem, rule: Rule, start: Any, way: Trace, columns: Any) -> None:
    """The quadratic that a rule with a model takes the loss for, at every point: its slopes along the axes, and its curvatures."""
    found = models(problem, rule, start, way.points)
    if found is None:
        return
    gradients, matrices = found
    axes = list(columns)
    bent = matrices[:, axes][:, :, axes]
    frame.array(f"{key}.model", np.concatenate([gradients[:, axes], bent.reshape(len(bent), -1)], axis=1))
