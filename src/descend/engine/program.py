"""The compiled program: one gradient a step for all lanes of a group, then each rule moves its own.

Arrays of lanes have two leading axes (seeds, settings): seeds share nothing, settings of one seed share its batch.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from descend.problems import Problem
from descend.rules import Rule

from . import best, recording
from .axes import flat, over, spread
from .best import NEVER
from .lineup import Batch, Lineup, Losses, Settings, advance, keep_within
from .shape import Shape


class Rows(NamedTuple):
    """The data of a group; None where there is none. Arrays lead with the group's seeds where each has rows of its own."""

    training: Any
    judged: Any  # what chooses settings and stops lanes
    sample: Any = None  # training rows whose loss is measured beside it
    test: Any = None  # what gives the verdict


TEST = "test_"  # what the names of measures on test rows begin with


class Program:
    """What every group of a race runs: `start` makes the lanes, `segment` moves them some steps on, and may judge them."""

    def __init__(self, problem: Problem, rule_types: Sequence[type[Rule]], shape: Shape):
        self.problem, self.types, self.shape = problem, rule_types, shape
        self.bounds = [(sum(shape.counts[:i]), sum(shape.counts[: i + 1])) for i in range(len(shape.counts))]
        own = 0 if shape.split or shape.batch is not None else None
        self._axes = (0, 0, None, None), (0, 0, own, 0)  # of params, aux, batch and key

    def start(self, keys: jax.Array, settings: Settings) -> dict[str, Any]:
        """The lanes before the first update: every rule of one seed starts from the same parameters."""
        params, aux = jax.vmap(self.problem.init)(keys)
        lanes = (keys.shape[0], sum(self.shape.counts))
        blocks = [spread(params, count) for count in self.shape.counts]
        aux = spread(aux, lanes[1])
        return {
            "t": jnp.int32(0),
            "params": blocks,
            "aux": aux,
            "slots": self._lineup(settings).init_tree(blocks),
            "finite": jnp.ones(lanes, bool),
            "hit": jnp.full(lanes, NEVER, jnp.int32),
            "above": jnp.full(lanes, NEVER, jnp.int32),
        } | ({"best": best.start(spread(params, lanes[1]), aux, lanes)} if self.shape.patience else {})

    def segment(
        self, lanes: dict[str, Any], settings: Settings, rows: Rows, order: Any, keys: jax.Array, n: Any, judge: Any
    ) -> tuple[dict[str, Any], dict[str, jax.Array], dict[str, jax.Array]]:
        """Move all lanes n steps on (n <= room). Returns the lanes, the records of these steps and, where `judge` is true, the
        metrics after them, else zeros."""
        first = lanes["t"]

        def body(i: jax.Array, state: Any) -> Any:
            lanes, records = state
            return self._step(first, i, lanes, records, settings, rows.training, order, keys)

        lanes, records = lax.fori_loop(0, n, body, (lanes, recording.blank(self.problem, self.shape, lanes)))
        marks, metrics = self._judge_if(judge, lanes, settings, rows)
        return lanes | marks, records, metrics

    def _judge_if(self, judge: Any, lanes: dict[str, Any], settings: Settings, rows: Rows) -> tuple[dict[str, Any], Any]:
        """What a judgement leaves in the lanes, and its metrics; without one the lanes' own, and zeros."""

        def evaluate() -> tuple[dict[str, Any], Any]:
            shipped = self._readout(lanes, settings)
            metrics = self._judge(shipped, lanes["aux"], settings, rows)
            if not self.shape.patience:
                return {}, metrics
            updated = best.update(lanes["best"], metrics["loss"], lanes["t"], shipped, lanes["aux"], self.shape.patience)
            return {"best": updated}, metrics

        def skip() -> tuple[dict[str, Any], Any]:
            marks, metrics = jax.eval_shape(evaluate)
            return {name: lanes[name] for name in marks}, jax.tree.map(lambda a: jnp.zeros(a.shape, a.dtype), metrics)

        return lax.cond(judge, evaluate, skip)

    def snapshot(self, lanes: dict[str, Any], settings: Settings, rows: Rows) -> dict[str, jax.Array]:
        """The snapshots of the weights to ship, or of the best ones where lanes stop early: arrays of lanes by name."""
        judged = rows.judged if rows.test is None else rows.test
        return self._over_lanes("snapshot")(settings.numbers, *self.shipped(lanes, settings), judged)

    def shipped(self, lanes: dict[str, Any], settings: Settings) -> tuple[Any, Any]:
        """The weights to ship and aux of all lanes, or the best ones where lanes stop early."""
        final = lanes.get("best") or {"params": self._readout(lanes, settings), "aux": lanes["aux"]}
        return final["params"], final["aux"]

    def _lineup(self, settings: Settings) -> Lineup:
        return Lineup(settings.rules, self.bounds)

    def _step(self, first: Any, i: Any, lanes: Any, records: Any, settings: Settings, rows: Any, order: Any, keys: Any) -> Any:
        noise = jax.vmap(jax.random.fold_in, (0, None))(keys, lanes["t"])
        batch, noise = self._batch(i, rows, order, noise)
        t = lanes["t"] + 1
        losses = Losses(self.problem, settings.numbers, Batch(lanes["aux"], batch, noise), self._axes)
        done = advance(settings, self.bounds, losses, lanes["params"], lanes["slots"], t)
        values = self._losses_at_weights(done.value, lanes, settings, losses)
        seen = recording.Step(values, lanes["params"], done.gradient, done.change)
        records = recording.write(self.problem, self.shape, first, i, records, seen)
        moved = {"params": done.params, "aux": done.aux, "slots": done.slots}
        marks = self._marks(lanes, values)
        if settings.limits is not None:
            within = t <= settings.limits
            moved, marks = (keep_within(within, self.bounds, new, {name: lanes[name] for name in new}) for new in (moved, marks))
        return lanes | marks | moved | {"t": t}, records

    def _batch(self, i: Any, rows: Any, order: Any, noise: Any) -> tuple[Any, Any]:
        """This step's rows, and the keys that are left for its noise."""
        if self.problem.endless:
            drawn, noise = jnp.moveaxis(jax.vmap(jax.random.split)(noise), 1, 0)
            return jax.vmap(lambda key: self.problem.draw(key, self.shape.batch or 1))(drawn), noise
        if self.shape.batch is None:
            return rows, noise
        take = jax.vmap(lambda a, numbers: a[numbers], (0, 0)) if self.shape.split else lambda a, numbers: a[numbers]
        return jax.tree.map(lambda a: take(a, order[i]), rows), noise

    def _losses_at_weights(self, values: Any, lanes: Any, settings: Settings, losses: Losses) -> jax.Array:
        """The losses at the weights themselves, also for rules whose gradient was taken elsewhere."""
        at_weights = over(self.problem, lambda problem: lambda *a: problem.loss(*a)[0], *self._axes)
        for r, (low, high), w in zip(settings.rules, self.bounds, lanes["params"], strict=True):
            if r.probes:
                here = losses.part(low, high)
                values = values.at[:, low:high].set(at_weights(here.numbers, w, *here.batch))
        return values

    def _marks(self, lanes: Any, losses: Any) -> dict[str, Any]:
        """Which lanes are still numbers, when each first came below the target and when it was last above."""
        marks = {"finite": lanes["finite"] & jnp.isfinite(losses)}
        if self.shape.target is not None:
            below = losses < self.shape.target
            marks["hit"] = jnp.where((lanes["hit"] == NEVER) & below, lanes["t"], lanes["hit"])
            marks["above"] = jnp.where(below, lanes["above"], lanes["t"])
        return marks

    def _readout(self, lanes: Any, settings: Settings) -> Any:
        t = lanes["t"] if settings.limits is None else jnp.minimum(lanes["t"], settings.limits)
        return self._lineup(settings).readout_tree(lanes["params"], lanes["slots"], t)

    def _over_lanes(self, method: str) -> Any:
        """A method of the problem that takes parameters, aux and rows, for all lanes and their numbers."""
        return over(self.problem, lambda problem: getattr(problem, method), (0, 0, None), (0, 0, 0 if self.shape.split else None))

    def _judge(self, shipped: Any, aux: Any, settings: Settings, rows: Rows) -> dict[str, jax.Array]:
        metrics = self._over_lanes("evaluate")(settings.numbers, shipped, aux, rows.judged)
        if rows.sample is not None:
            metrics["training_loss"] = self._over_lanes("evaluate")(settings.numbers, shipped, aux, rows.sample)["loss"]
        if rows.test is not None:
            tested = self._over_lanes("evaluate")(settings.numbers, shipped, aux, rows.test)
            metrics |= {f"{TEST}{name}": values for name, values in tested.items()}
        if self.shape.health:
            metrics |= self._over_lanes("watch")(settings.numbers, shipped, aux, rows.judged)
        return metrics | ({"params": flat(shipped)} if self.shape.keep_params else {})
