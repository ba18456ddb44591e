"""The compiled program: one gradient a step for all lanes of a group, then each rule moves its own.

Arrays of lanes have two leading axes (seeds, settings): seeds share nothing, settings of one seed share its batch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from descend.problems import Problem
from descend.rules import Rule

NEVER = -1  # in place of a step that did not come


@dataclass(frozen=True)
class Shape:
    """What a program is compiled for, beside its arguments' shapes."""

    counts: tuple[int, ...]  # settings of each entry
    room: int  # steps of the longest segment, a multiple of `every`
    every: int  # steps between records
    target: float | None  # count the steps to it on the training loss; None: do not
    keep_params: bool
    batched: bool  # the loss sees some rows, not all


def norm(tree: Any) -> jax.Array:
    """The Euclidean norm over a tree, for each lane: (seeds, settings)."""
    squares = [a.astype(jnp.result_type(float)) ** 2 for a in jax.tree.leaves(tree)]
    return jnp.sqrt(sum(jnp.sum(a, axis=tuple(range(2, a.ndim))) for a in squares))


def joined(trees: Sequence[Any]) -> Any:
    """The entries' trees as one, lane after lane."""
    return jax.tree.map(lambda *a: jnp.concatenate(a, axis=1), *trees)


def flat(tree: Any) -> jax.Array:
    """Each lane's parameters as one vector: (seeds, settings, numbers)."""
    return jnp.concatenate([a.reshape(*a.shape[:2], -1) for a in jax.tree.leaves(tree)], axis=2)


class Program:
    """What every group of a race runs: `start` makes the lanes, `segment` moves them some steps on and judges them."""

    def __init__(self, problem: Problem, rule_types: Sequence[type[Rule]], shape: Shape):
        self.problem, self.types, self.shape = problem, rule_types, shape
        self.bounds = [(sum(shape.counts[:i]), sum(shape.counts[: i + 1])) for i in range(len(shape.counts))]

    def start(self, keys: jax.Array, rules: Sequence[Rule]) -> dict[str, Any]:
        """The lanes before the first update: every rule of one seed starts from the same parameters."""
        params, aux = jax.vmap(self.problem.init)(keys)
        spread = [partial(self._spread, count=n) for n in self.shape.counts]
        lanes = (keys.shape[0], sum(self.shape.counts))
        return {
            "t": jnp.int32(0),
            "params": [s(params) for s in spread],
            "aux": spread[0](aux) if len(spread) == 1 else joined([s(aux) for s in spread]),
            "slots": [self._each(type(r).init_tree, r)(s(params)) for r, s in zip(rules, spread, strict=True)],
            "finite": jnp.ones(lanes, bool),
            "hit": jnp.full(lanes, NEVER, jnp.int32),
            "above": jnp.full(lanes, NEVER, jnp.int32),
        }

    def segment(self, lanes: dict[str, Any], rules: Sequence[Rule], rows: Any, judged: Any, order: Any, keys: jax.Array, n: Any):
        """Move all lanes n steps on (n <= room). Returns the lanes, the records of these steps and the metrics after them."""
        numbers = sum(jnp.size(a[0, 0]) for a in jax.tree.leaves(lanes["params"][0]))
        spots = (self.shape.room // self.shape.every, *lanes["finite"].shape)
        real = jnp.result_type(float)
        records = {name: jnp.zeros(spots, real) for name in ("loss", "gradient_norm", "update_norm")}
        if self.shape.keep_params:
            records["params"] = jnp.zeros((*spots, numbers), real)

        def body(i: jax.Array, state: Any) -> Any:
            lanes, records = state
            return self._step(i, lanes, records, rules, rows, order, keys)

        lanes, records = lax.fori_loop(0, n, body, (lanes, records))
        return lanes, records, self._judge(lanes, rules, judged)

    def _step(self, i: Any, lanes: Any, records: Any, rules: Any, rows: Any, order: Any, keys: Any) -> Any:
        batch, over = self._batch(i, rows, order)
        t = lanes["t"] + 1
        noise = jax.vmap(jax.random.fold_in, (0, None))(keys, lanes["t"])
        points = [
            self._each(type(r).probe_tree, r, t)(w, s) if r.probes else w
            for r, w, s in zip(rules, lanes["params"], lanes["slots"], strict=True)
        ]
        gradient = jax.value_and_grad(self.problem.loss, has_aux=True)
        (losses, aux), grads = over(gradient, (0, 0, None, None))(joined(points), lanes["aux"], batch, noise)
        losses = self._losses_at_weights(losses, lanes, rules, batch, over, noise)
        moved = [
            self._each(type(r).update_tree, r, t)(jax.tree.map(lambda a, b=b: a[:, b[0] : b[1]], grads), s, w)
            for r, b, s, w in zip(rules, self.bounds, lanes["slots"], lanes["params"], strict=True)
        ]
        records = self._record(i, lanes, records, losses, grads, [change for change, _ in moved])
        return lanes | self._marks(lanes, losses) | {
            "t": t,
            "params": [jax.tree.map(jnp.add, w, m[0]) for w, m in zip(lanes["params"], moved, strict=True)],
            "aux": aux,
            "slots": [m[1] for m in moved],
        }, records

    def _batch(self, i: Any, rows: Any, order: Any) -> tuple[Any, Callable[..., Any]]:
        """This step's rows, and how a function of one lane (its batch third) is mapped over all."""
        batch = jax.tree.map(lambda a: a[order[i]], rows) if self.shape.batched else rows
        axis = 0 if self.shape.batched else None

        def over(function: Any, axes: Any) -> Any:
            return jax.vmap(jax.vmap(function, axes), (0, 0, axis, 0))

        return batch, over

    def _losses_at_weights(self, losses: Any, lanes: Any, rules: Any, batch: Any, over: Any, noise: Any) -> jax.Array:
        """The losses at the weights themselves, also for rules whose gradient was taken elsewhere."""
        for r, (low, high), w in zip(rules, self.bounds, lanes["params"], strict=True):
            if r.probes:
                aux = jax.tree.map(lambda a, low=low, high=high: a[:, low:high], lanes["aux"])
                here = over(lambda *a: self.problem.loss(*a)[0], (0, 0, None, None))(w, aux, batch, noise)
                losses = losses.at[:, low:high].set(here)
        return losses

    def _record(self, i: Any, lanes: Any, records: Any, losses: Any, grads: Any, changes: Any) -> Any:
        def write(records: Any) -> Any:
            found = {"loss": losses, "gradient_norm": norm(grads), "update_norm": norm(joined(changes))}
            if self.shape.keep_params:
                found["params"] = flat(joined(lanes["params"]))
            return {k: records[k].at[i // self.shape.every].set(found[k]) for k in records}

        if self.shape.every == 1:
            return write(records)
        return lax.cond(i % self.shape.every == 0, write, lambda records: records, records)

    def _marks(self, lanes: Any, losses: Any) -> dict[str, Any]:
        """Which lanes are still numbers, when each first came below the target and when it was last above."""
        marks = {"finite": lanes["finite"] & jnp.isfinite(losses)}
        if self.shape.target is not None:
            below = losses < self.shape.target
            marks["hit"] = jnp.where((lanes["hit"] == NEVER) & below, lanes["t"], lanes["hit"])
            marks["above"] = jnp.where(below, lanes["above"], lanes["t"])
        return marks

    def _judge(self, lanes: Any, rules: Any, judged: Any) -> dict[str, jax.Array]:
        each = zip(rules, lanes["params"], lanes["slots"], strict=True)
        shipped = joined([self._each(type(r).readout_tree, r)(w, s) for r, w, s in each])
        evaluate = jax.vmap(jax.vmap(self.problem.evaluate, (0, 0, None)), (0, 0, None))
        metrics = evaluate(shipped, lanes["aux"], judged)
        return metrics | ({"params": flat(shipped)} if self.shape.keep_params else {})

    @staticmethod
    def _spread(tree: Any, count: int) -> Any:
        return jax.tree.map(lambda a: jnp.broadcast_to(a[:, None], (a.shape[0], count, *a.shape[1:])), tree)

    @staticmethod
    def _each(method: Callable[..., Any], rule: Rule, *last: Any) -> Callable[..., Any]:
        """A rule's tree method for all lanes: hyperparameters differ by setting, arrays by seed and setting."""

        def lane(rule: Rule, *arrays: Any) -> Any:
            return method(rule, *arrays, *last)

        def mapped(*arrays: Any) -> Any:
            inner = jax.vmap(lane, (0,) * (1 + len(arrays)))
            return jax.vmap(inner, (None,) + (0,) * len(arrays))(rule, *arrays)

        return mapped
