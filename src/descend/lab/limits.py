"""Up to which learning rate each rule of a picture is stable, where its surface is a quadratic."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jax
import jax.flatten_util
import numpy as np

from descend.analysis.stability import limit
from descend.core import hyper
from descend.problems import Problem
from descend.rules import Rule

from .programs import compile_by_structure
from .state import Descent, as_leaves

FLAT = 1e-5  # of the steepest curvature: directions below it do not limit a step


def limits(state: Descent) -> Iterator[float | None]:
    """For each rule the largest stable learning rate; None for one that adapts, and where the surface is no quadratic."""
    curvatures = curvatures_of(state.problem)
    for rule in state.rules:
        yield None if curvatures is None else _limit(_at_any(rule), curvatures)


def _at_any(rule: Rule) -> Rule:
    """The rule at one learning rate, on which its limit does not depend; one with a schedule as it is."""
    return hyper.replace(rule, learning_rate=1e-3) if isinstance(vars(rule).get("learning_rate"), int | float) else rule


@lru_cache(maxsize=256)
def _limit(rule: Rule, curvatures: tuple[float, ...]) -> float | None:
    return limit(rule, curvatures)


def curvatures_of(problem: Problem) -> tuple[float, ...] | None:
    """The curvatures of a quadratic with a minimum, without its flat directions; None for any other problem."""
    batch = problem.data.train if problem.data else None
    start = jax.tree.map(np.asarray, problem.init(jax.random.key(0))[0])
    bent = np.asarray(_hessians(as_leaves(problem), batch, start))
    if not np.isfinite(bent).all() or not np.allclose(bent, bent[0], rtol=1e-3, atol=1e-4):
        return None
    eigenvalues = np.linalg.eigvalsh(bent[0].astype(float))
    steep = eigenvalues[np.abs(eigenvalues) > FLAT * np.abs(eigenvalues).max()]
    return tuple(float(f"{c:.5g}") for c in steep) if len(steep) and (steep > 0).all() else None


@compile_by_structure
def _hessians(problem: Problem, batch: Any, start: Any) -> Any:
    """The Hessians (3, n, n) at the start and at two places beside it."""
    flat, unflat = jax.flatten_util.ravel_pytree(start)
    loss = jax.hessian(lambda x: problem.loss(unflat(x), (), batch, jax.random.key(0))[0])
    return jax.vmap(loss)(flat + np.array([0.0, 0.7, -1.3], np.float32)[:, None])
