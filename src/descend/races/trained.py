"""Trained weights out of a race, in the form that the problem's framework has for them."""

from typing import Any

import jax
import numpy as np

from descend.core.errors import BadValue
from descend.problems import Problem
from descend.store import RaceResult

from .specs.sweep import Sweeps


def weights(race: RaceResult, setting_id: int) -> Any:
    """The weights of a line's median lane, in the problem's own form. BadValue where they were not kept."""
    problem, params, aux = _state(race, setting_id)
    return problem.weights(params, aux)


def model(race: RaceResult, setting_id: int) -> Any:
    """A trained model of a person's own framework. BadValue where the problem is no such model."""
    problem, params, aux = _state(race, setting_id)
    return problem.model(params, aux)


def _state(race: RaceResult, setting_id: int) -> tuple[Problem, Any, Any]:
    leaves = [race.weights[name] for name in _names(race, setting_id)]
    if not leaves:
        raise BadValue(
            "the weights of this line were not kept: of large models race fewer rules, or fewer evaluation seeds, so that those of "
            "all lanes can be"
        )
    problem = _variant(race, setting_id)
    shapes, tree = jax.tree.flatten(jax.eval_shape(problem.init, jax.eval_shape(lambda: jax.random.key(0))))
    if [tuple(a.shape) for a in shapes] != [np.shape(a) for a in leaves]:
        raise BadValue("the weights in this race are of another model than the one that its file makes now")
    params, aux = jax.tree.unflatten(tree, leaves)
    return problem, params, aux


def _names(race: RaceResult, setting_id: int) -> list[str]:
    """What the arrays of a line are called, in order."""
    mine = [name for name in race.weights if name.partition(".")[0] == str(setting_id)]
    return sorted(mine, key=lambda name: int(name.partition(".")[2]))


def _variant(race: RaceResult, setting_id: int) -> Problem:
    """The problem as the line's program has it."""
    if race.problem is not None and not race.document.get("sweep"):
        return race.problem
    spec = race.spec
    line = next(line for line in race.leaderboard if line.setting_id == setting_id)
    variants = Sweeps(spec.problem, spec.rules, spec.sweep).variants(spec.batch)
    return next(v.problem for v in variants if all(_plain(line.values.get(k)) == _plain(value) for k, value in v.values.items()))


def _plain(value: Any) -> Any:
    """A value as files have it."""
    return list(value) if isinstance(value, tuple) else value
