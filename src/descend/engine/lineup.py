"""One step of all lanes of a group: one gradient for all whose rules ask for no more, and a step of its own for the others.

Weights, slots and changes are lists, a tree of lanes for every block; losses, aux and gradients are lane after lane.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain, groupby
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from descend.problems import Problem
from descend.rules import Oracle, OracleRule, Rule, Step, step

from .axes import each, join_blocks, over


class Settings(NamedTuple):
    """What the lanes of a group differ in."""

    rules: Sequence[Rule]  # one a block, each leaf (settings of the block,)
    numbers: dict[str, Any]  # the problem's numbers: (settings of all blocks,)
    limits: Any = None  # updates after which lanes stay as they are: (settings of all blocks,); None: all make as many


class Batch(NamedTuple):
    """What the losses of one step see beside the weights: aux of all lanes, the rows, and keys for noise, one a seed."""

    aux: Any
    rows: Any
    keys: Any


class Lineup:
    """The rules of a group, one a block, as one rule."""

    def __init__(self, rules: Sequence[Rule], bounds: Sequence[tuple[int, int]]):
        self.rules, self.bounds = rules, bounds

    def init_tree(self, params: Sequence[Any]) -> list[Any]:
        """The slots of every block."""
        return [each(type(r).init_tree, r)(w) for r, w in zip(self.rules, params, strict=True)]

    def probe_tree(self, params: Sequence[Any], slots: Sequence[Any], t: Any) -> list[Any]:
        """Where each block's gradients are taken."""
        blocks = zip(self.rules, params, slots, strict=True)
        return [each(type(r).probe_tree, r, t)(w, s) if r.probes else w for r, w, s in blocks]

    def update_tree(self, grads: Any, slots: Sequence[Any], params: Sequence[Any], t: Any) -> tuple[list[Any], list[Any]]:
        """The changes of every block by the gradients of all lanes, and its slots."""
        blocks = zip(self.rules, self.bounds, slots, params, strict=True)
        moved = [each(type(r).update_tree, r, t)(part(grads, *b), s, w) for r, b, s, w in blocks]
        return [change for change, _ in moved], [s for _, s in moved]

    def readout_tree(self, params: Sequence[Any], slots: Sequence[Any], t: Any) -> Any:
        """The weights to ship of all lanes, as one tree, after t updates: one number for all or, as (settings,), one for each."""
        blocks = zip(self.rules, self.bounds, params, slots, strict=True)
        if not jnp.ndim(t):
            return join_blocks([each(type(r).readout_tree, r, t)(w, s) for r, _, w, s in blocks])
        return join_blocks([each(_readout_after, (r, t[low:high]))(w, s) for r, (low, high), w, s in blocks])


class Losses(NamedTuple):
    """The losses of lanes on one step's batch, as an oracle at the blocks' points."""

    problem: Problem
    numbers: dict[str, Any]
    batch: Batch
    axes: tuple[Any, Any]  # of params, aux, rows and keys: settings, seeds

    def gradient(self, w: Sequence[Any]) -> tuple[Any, Any, Any]:
        """The losses (seeds, settings), the new aux and the gradients."""
        gradient = over(self.problem, lambda problem: jax.value_and_grad(problem.loss, has_aux=True), *self.axes)
        (losses, aux), gradients = gradient(self.numbers, join_blocks(w), *self.batch)
        return losses, aux, gradients

    def part(self, low: int, high: int) -> "Losses":
        """Those of some of the settings."""
        numbers = {name: values[low:high] for name, values in self.numbers.items()}
        return self._replace(numbers=numbers, batch=self.batch._replace(aux=part(self.batch.aux, low, high)))

    def own_step(self, rule: Rule, params: Any, slots: Any, t: Any) -> Step:
        """The step of lanes whose rule asks for more than a gradient, each by an oracle of its own."""
        inner, outer = self.axes

        def lane(problem: Problem) -> Callable[..., Step]:
            return lambda rule, slots, w, *batch: step(rule, Oracle.of(problem, *batch), w, slots, t)

        lanes = over(self.problem, lane, (0, 0, *inner), (None, 0, *outer))
        return lanes(self.numbers, rule, slots, params, *self.batch)


def advance(settings: Settings, bounds: Sequence[tuple[int, int]], losses: Losses, params: Any, slots: Any, t: Any) -> Step:
    """Update t of all lanes; `gradient` is a list of trees, lane after lane. What is over its limit is not computed (zeros)."""
    parts = []
    for blocks in _runs(settings.rules):
        low, high, run = bounds[blocks[0]][0], bounds[blocks[-1]][1], slice(blocks[0], blocks[-1] + 1)
        move = partial(_move_run, settings.rules[run], bounds[run], losses.part(low, high), params[run], slots[run], t)
        parts.append(move() if settings.limits is None else _within(t, settings.limits[low:high], move))
    params, slots, changes = ([*chain(*(getattr(done, name) for done in parts))] for name in ("params", "slots", "change"))
    values, aux = (join_blocks([getattr(done, name) for done in parts]) for name in ("value", "aux"))
    return Step(params, slots, changes, values, aux, [done.gradient for done in parts])


def _move_run(rules: Sequence[Rule], bounds: Sequence[tuple[int, int]], losses: Losses, params: Any, slots: Any, t: Any) -> Step:
    """Update t of neighbouring blocks that one gradient serves, or of one block whose rule asks for more."""
    if isinstance(rules[0], OracleRule):
        done = losses.own_step(rules[0], params[0], slots[0], t)
        return done._replace(params=[done.params], slots=[done.slots], change=[done.change])
    first = bounds[0][0]
    return step(Lineup(rules, [(low - first, high - first) for low, high in bounds]), losses, params, slots, t)


def _within(t: Any, limits: Any, move: Callable[[], Step]) -> Step:
    """What `move` gives while some lane is within its limit; zeros afterwards, without the work."""

    def rest() -> Step:
        return jax.tree.map(lambda a: jnp.zeros(a.shape, a.dtype), jax.eval_shape(move))

    return jax.lax.cond(t <= jnp.max(limits), move, rest)


def _readout_after(rule_and_t: tuple[Rule, Any], params: Any, slots: Any) -> Any:
    rule, t = rule_and_t
    return rule.readout_tree(params, slots, t)


def _runs(rules: Sequence[Rule]) -> list[list[int]]:
    """The numbers of neighbouring blocks that one gradient serves; a block whose rule asks for more is alone."""
    alone = [i if isinstance(rule, OracleRule) else None for i, rule in enumerate(rules)]
    return [list(run) for _, run in groupby(range(len(rules)), key=alone.__getitem__)]


def keep_within(within: Any, bounds: Sequence[tuple[int, int]], new: Any, old: Any) -> Any:
    """The new state of the settings that are `within` (settings,) their limits, the old one of the others.

    A state is a dict of lists, a tree of lanes for every block, and of trees of all lanes.
    """

    def of(chosen: Any, new: Any, old: Any) -> Any:
        return jax.tree.map(lambda a, b: jnp.where(chosen.reshape(1, -1, *(1,) * (a.ndim - 2)), a, b), new, old)

    def by_blocks(new: Any, old: Any) -> Any:
        if not isinstance(new, list):
            return of(within, new, old)
        return [of(within[low:high], a, b) for (low, high), a, b in zip(bounds, new, old, strict=True)]

    return {name: by_blocks(new[name], old[name]) for name in new}


def part(tree: Any, low: int, high: int) -> Any:
    """The lanes of some settings."""
    return jax.tree.map(lambda a: a[:, low:high], tree)
