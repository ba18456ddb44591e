"""What a race, or a plane of stability, will hold in memory: compared with what the machine has, before any of it is made."""

import math
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from descend.core.numeric.trees import size
from descend.core.system.machine import check_memory
from descend.problems import Problem

# Bytes, measured on whole races, from the engine's records over the tables to the report.
LANE, POINT, JUDGEMENT = 4000, 200, 400
COPIES = 3  # of what is recorded of weights and layers: in the program, in the records, in the result
WEIGHTS = 2**28  # bytes of the weights of all lanes up to which they are kept to the end of a race
SNAPSHOTS = 1000  # lanes from which on it matters how large their snapshots are
FLOAT, DOUBLE = 4, 8


def check(
    problem: Problem, lanes: int, steps: int, points: int, judgements: int, keep_params: bool, health: bool, snapshots: bool
) -> None:
    """Raise BadValue where the records of so many lanes, `points` and judgements of each, are more than the memory holds."""
    need = lanes * (LANE + points * POINT + judgements * JUDGEMENT)
    check_memory(
        f"a race of {lanes:,} lanes over {steps:,} steps", need, "take fewer steps, learning rates, values to sweep, rules or seeds"
    )
    spots, size_of = lanes * (points + judgements), _Sizes(problem)
    if keep_params:
        parameters = COPIES * FLOAT * spots * size_of.numbers
        words = f"keeping {size_of.numbers:,} parameters at {points:,} steps"
        check_memory(words, need + parameters, "take fewer steps, or leave keep_params out")
    if health:
        layers = COPIES * 3 * FLOAT * spots * size_of.layers
        check_memory(f"watching {size_of.layers:,} layers of {lanes:,} lanes", need + layers, "take fewer seeds or steps")
    if snapshots and lanes > SNAPSHOTS:
        check_memory(f"snapshots of {lanes:,} lanes", need + 2 * lanes * size_of.snapshots, "take fewer seeds")


def holds_weights(problem: Problem, lanes: int) -> bool:
    """Whether the weights of so many lanes are few enough to keep them all to the end of a race."""
    lane = _Sizes(problem).lane
    plain = all(not jnp.issubdtype(leaf.dtype, jax.dtypes.extended) for leaf in jax.tree.leaves(lane))
    return plain and lanes * size(lane) <= WEIGHTS


class _Sizes:
    """How much there is of a problem, from its shapes alone."""

    def __init__(self, problem: Problem):
        self.problem = problem

    @property
    def lane(self) -> tuple[Any, Any]:
        """Its parameters and aux."""
        return jax.eval_shape(self.problem.init, jax.eval_shape(lambda: jax.random.key(0)))

    @property
    def numbers(self) -> int:
        """Parameters."""
        return sum(a.size for a in jax.tree.leaves(self.lane[0]))

    @property
    def layers(self) -> int:
        """Layers that are watched."""
        return len(self.problem.layers(self.lane[0]))

    @property
    def snapshots(self) -> int:
        """Bytes of the snapshots of one lane."""
        data = self.problem.data
        return size(jax.eval_shape(self.problem.snapshot, *self.lane, None if data is None else data.judging))


def check_jacobian(numbers: int) -> None:
    """Raise BadValue where the Jacobians (numbers, numbers) that tell whether a rule is linear are more than the memory holds."""
    check_memory(f"a Jacobian of {numbers:,} x {numbers:,} numbers", 4 * COPIES * DOUBLE * numbers**2, "give fewer curvatures")


def check_plane(axes: Mapping[str, int], numbers: int, runs: int) -> None:
    """Raise BadValue where a point of so many values of each axis takes too much: a Jacobian, or the pieces of its `runs`."""
    points = math.prod(axes.values())
    each = COPIES * DOUBLE * max(numbers**2, 3 * runs, len(axes))
    words = " x ".join(f"{count:,} of {name}" for name, count in axes.items())
    check_memory(f"a plane of {points:,} points ({words})", points * each, "give fewer values, or fewer curvatures")
