"""One step of all lanes of a group: one gradient for all whose rules ask for no more, and a step of its own for the others.

Weights, slots and changes are lists, a tree of lanes for every block; losses, aux and gradients are lane after lane.
"""

from collections.abc import Callable, Sequence
from itertools import chain, groupby
from typing import Any, NamedTuple

import jax

from descend.problems import Problem
from descend.rules import Oracle, OracleRule, Rule, Step, step

from .axes import each, joined, over


class Settings(NamedTuple):
    """What the lanes of a group differ in."""

    rules: Sequence[Rule]  # one a block, each leaf (settings of the block,)
    numbers: dict[str, Any]  # the problem's numbers: (settings of all blocks,)


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
        """The weights to ship of all lanes, as one tree."""
        blocks = zip(self.rules, params, slots, strict=True)
        return joined([each(type(r).readout_tree, r, t)(w, s) for r, w, s in blocks])


class Losses(NamedTuple):
    """The losses of lanes on one step's batch, as an oracle at the blocks' points."""

    problem: Problem
    numbers: dict[str, Any]
    batch: Batch
    axes: tuple[Any, Any]  # of params, aux, rows and keys: settings, seeds

    def gradient(self, w: Sequence[Any]) -> tuple[Any, Any, Any]:
        """The losses (seeds, settings), the new aux and the gradients."""
        gradient = over(self.problem, lambda problem: jax.value_and_grad(problem.loss, has_aux=True), *self.axes)
        (losses, aux), gradients = gradient(self.numbers, joined(w), *self.batch)
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
    """Update t of all lanes; `gradient` is a list of trees, lane after lane."""
    parts = []
    for blocks in _runs(settings.rules):
        low, high, run = bounds[blocks[0]][0], bounds[blocks[-1]][1], slice(blocks[0], blocks[-1] + 1)
        here, rules = losses.part(low, high), settings.rules[run]
        if isinstance(rules[0], OracleRule):
            done = here.own_step(rules[0], params[blocks[0]], slots[blocks[0]], t)
            parts.append(done._replace(params=[done.params], slots=[done.slots], change=[done.change]))
        else:
            lineup = Lineup(rules, [(a - low, b - low) for a, b in bounds[run]])
            parts.append(step(lineup, here, params[run], slots[run], t))
    params, slots, changes = ([*chain(*(getattr(done, name) for done in parts))] for name in ("params", "slots", "change"))
    values, aux = (joined([getattr(done, name) for done in parts]) for name in ("value", "aux"))
    return Step(params, slots, changes, values, aux, [done.gradient for done in parts])


def _runs(rules: Sequence[Rule]) -> list[list[int]]:
    """The numbers of neighbouring blocks that one gradient serves; a block whose rule asks for more is alone."""
    alone = [i if isinstance(rule, OracleRule) else None for i, rule in enumerate(rules)]
    return [list(run) for _, run in groupby(range(len(rules)), key=alone.__getitem__)]


def part(tree: Any, low: int, high: int) -> Any:
    """The lanes of some settings."""
    return jax.tree.map(lambda a: a[:, low:high], tree)
