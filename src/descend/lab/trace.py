"""The way that one rule takes: every point, loss and slot, from one compiled program a rule and surface.

Hyperparameters, the surface's numbers, the start, the steps, the noise and the seeds are arguments: no slider compiles.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np

from descend.problems import Noisy, Problem
from descend.rules import Oracle, OracleRule, Rule, TreeRule, step

from .programs import compile_by_structure
from .state import STEPS_MOST, as_leaves

TRIALS = "(trials)"  # among the slots that are recorded


@dataclass(frozen=True)
class Trace:
    """What a rule did under each of S seeds in n steps, with P parameters as one vector.

    - `points` (n + 1, P) and `slots` (n + 1, P) by name, of the first seed; slots of other shapes than w are left out
    - `losses` (S, n + 1): without noise, at the points
    - `trials` (n + 1, P): where a rule that takes trials tries the step from each point, of the first seed; None for others
    """

    points: np.ndarray
    losses: np.ndarray
    slots: dict[str, np.ndarray]
    trials: np.ndarray | None = None


class Watched(Oracle):
    """An oracle that notes at which points it is asked for values and gradients."""

    def __init__(self, inner: Oracle) -> None:
        super().__init__(inner.loss, inner.outputs)
        object.__setattr__(self, "inner", inner)
        object.__setattr__(self, "asked", [])

    inner: Oracle
    asked: list[Any]

    def value(self, w: Any) -> Any:
        """The loss at w."""
        self.asked.append(w)
        return self.inner.value(w)

    def gradient(self, w: Any) -> tuple[Any, Any, Any]:
        """The loss at w, the new aux, and the gradient."""
        self.asked.append(w)
        return self.inner.gradient(w)

    def hessian(self, w: Any) -> Any:
        """The Hessian at w."""
        return self.inner.hessian(w)

    def hessian_products(self, w: Any) -> Any:
        """Products with the Hessian at w."""
        return self.inner.hessian_products(w)


def trace(problem: Problem, rule: Rule, start: Any, steps: int, noise: float, seeds: list[int]) -> Trace:
    """Let `rule` descend `problem` from `start` for so many steps under each seed, with `noise` in each number of the gradient."""
    batch = problem.data.train if problem.data else None
    chance = (np.asarray(seeds, np.uint32), np.float32(noise)) if noise else None
    points, losses, slots = jax.device_get(_trace(as_leaves(problem), as_leaves(rule), start, batch, np.int32(steps), chance))
    shown = {name: a[0, : steps + 1] for name, a in slots.items()}
    return Trace(points[0, : steps + 1], losses[:, : steps + 1], shown, shown.pop(TRIALS, None))


def models(problem: Problem, rule: Rule, start: Any, points: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The gradients (n, P) and the matrices (n, P, P) of a rule's quadratic model at points (n, P); None for a rule without."""
    if not isinstance(rule, OracleRule) or type(rule).model is OracleRule.model:
        return None
    batch = problem.data.train if problem.data else None
    filled = np.resize(points, (STEPS_MOST + 1, points.shape[1]))
    gradients, matrices = jax.device_get(_models(as_leaves(problem), as_leaves(rule), start, batch, filled))
    return gradients[: len(points)], matrices[: len(points)]


@compile_by_structure
def _models(problem: Problem, rule: Any, start: Any, batch: Any, points: Any) -> Any:
    oracle = Oracle.of(problem, (), batch, jax.random.key(0))
    unflat = jax.flatten_util.ravel_pytree(start)[1]
    return jax.vmap(lambda x: (_flat(oracle.gradient(unflat(x))[2]), rule.model(oracle, unflat(x))))(points)


@compile_by_structure
def _trace(plain: Problem, rule: Rule, start: Any, batch: Any, steps: Any, chance: Any) -> Any:
    still = jax.random.key(0)
    unflat = jax.flatten_util.ravel_pytree(start)[1]
    slots = rule.init_tree(start)
    across = jnp.zeros((STEPS_MOST + 1, _flat(start).size))
    tries = isinstance(rule, OracleRule) and rule.tries
    records = across, dict.fromkeys([*_slot_vectors(rule, slots, start), *([TRIALS] if tries else [])], across)

    def way(key: Any = None) -> Any:
        problem = plain if chance is None else Noisy(plain, chance[1])

        def body(i: Any, state: Any) -> Any:
            w, slots, (points, kept) = state
            noise = still if key is None else jax.random.fold_in(key, i)
            oracle = Watched(Oracle.of(problem, (), batch, noise))
            done = step(rule, oracle, w, slots, i + 1)
            shown = _slot_vectors(rule, slots, w) | ({TRIALS: _flat(oracle.asked[-1])} if tries else {})
            kept = {name: kept[name].at[i].set(value) for name, value in shown.items()}
            records = points.at[i].set(_flat(w)), kept
            return done.params, done.slots, records

        points, slot_values = jax.lax.fori_loop(0, steps + 1, body, (start, slots, records))[2]
        return points, jax.vmap(lambda x: plain.loss(unflat(x), (), batch, still)[0])(points), slot_values

    if chance is None:
        return jax.tree.map(lambda a: a[None], way())
    return jax.vmap(way)(jax.vmap(jax.random.key)(chance[0]))


def _flat(tree: Any) -> jax.Array:
    return jnp.concatenate([jnp.ravel(leaf) for leaf in jax.tree.leaves(tree)])


def _slot_vectors(rule: Rule, slots: Any, params: Any) -> dict[str, jax.Array]:
    """Slots by name as vectors like the parameters: those that have a number for every parameter."""
    leaves, structure = jax.tree.flatten(params)
    if isinstance(rule, TreeRule):
        trees = {name: tree for name, tree in slots.items() if jax.tree.structure(tree) == structure}
        named = {name: jax.tree.leaves(tree) for name, tree in trees.items()}
    else:
        each = structure.flatten_up_to(slots)
        named = {name: [part[name] for part in each] for name in each[0] if all(name in part for part in each)}
    alike = {name: found for name, found in named.items() if [jnp.shape(a) for a in found] == [jnp.shape(w) for w in leaves]}
    return {name: _flat(found) for name, found in alike.items()}
