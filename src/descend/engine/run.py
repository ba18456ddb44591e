"""Running a race's lanes: groups side by side, segment after segment, until the end or a stop."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.stopping import on_ctrl_c

from . import plan, runtime
from .job import Job, Progress, batch_size, noiseless
from .lanes import Entry, Group, groups
from .order import Order
from .program import Program, Shape
from .records import Records

COUNTER = ("finite", "hit", "above")


class Run:
    """A job with its plan and its compiled program. `compile()` may be called early and in any thread; then `run()`.

    Same job, same plan, same machine: bit-identical records. Another lane width: equal to rounding.
    """

    def __init__(self, job: Job):
        runtime.set_up()
        self.job = job
        self.x64 = runtime.settings.jax_enable_x64
        self.batch = batch_size(job.problem, job.batch)
        data = job.problem.data
        self.rows = None if data is None else jax.tree.map(_on_device, data.train)
        self.judged = self.rows if data is None or data.held_out is None else jax.tree.map(_on_device, data.held_out)
        self.devices = runtime.workers()
        width = job.width or plan.width(plan.weigh(job.problem, job.entries, self._one_batch(), self.judged), self.devices[0])
        self.groups = groups(job.entries, job.seeds, width, least=len(self.devices))
        self.every = job.every or 1
        self.room = -(-job.steps // (max(1, job.judgements) * self.every)) * self.every
        self.program = Program(job.problem, [type(e.settings[0]) for e in job.entries], self._shape())
        options = runtime.compiler_options(self.devices[0])
        self.start = jax.jit(self.program.start, compiler_options=options)
        self.segment: Any = jax.jit(self.program.segment, donate_argnums=0, compiler_options=options)
        self.compiled = False

    def compile(self) -> "Run":
        """Compile the program for the processor now; accelerators compile when their first group starts."""
        if not self.compiled and set(self.devices) == {jax.devices("cpu")[0]}:
            with runtime.like(self.x64, self.devices[0]):
                rules, keys, order = self._arguments(self.groups[0], self.job.entries)
                lanes = jax.eval_shape(self.start, keys, rules)
                rows = order.take(0, self.room) if order else None
                self.segment = self.segment.lower(lanes, rules, self.rows, self.judged, rows, keys, 0).compile()
        self.compiled = True
        return self

    def run(self, entries: Sequence[Entry] | None = None) -> Records:
        """Train every lane; `entries` may replace the job's by others of the same structure (the program is kept).

        Ctrl-C, or setting job.stop, ends it with what there is (records.stopped).
        """
        begin = time.perf_counter()
        self.compile()
        compiled = time.perf_counter()
        going = _Going(self.job, entries or self.job.entries, self.every, self.room)
        with ThreadPoolExecutor(len(self.devices), "descend-lanes") as pool:
            places = [self.devices[i % len(self.devices)] for i in range(len(self.groups))]
            futures = [pool.submit(self._group, going, g, d) for g, d in zip(self.groups, places, strict=True)]
            with on_ctrl_c(self.job.stop):
                wait(futures, return_when=FIRST_EXCEPTION)
            if any(f.done() and f.exception() for f in futures):
                self.job.stop.set()
        for future in futures:
            future.result()
        records = going.records
        records.stopped = self.job.stop.is_set()
        records.seconds = {"compile": compiled - begin, "run": time.perf_counter() - compiled}
        return records

    def _shape(self) -> Shape:
        target = self.job.target if noiseless(self.job.problem, self.job.batch) else None
        return Shape(self.groups[0].counts, self.room, self.every, target, self.job.keep_params, self.batch is not None)

    def _one_batch(self) -> Any:
        if self.batch is None:
            return self.rows
        return jax.tree.map(lambda a: jax.ShapeDtypeStruct((self.batch, *a.shape[1:]), a.dtype), self.rows)

    def _arguments(self, group: Group, entries: Sequence[Entry]) -> tuple[Any, Any, Order | None]:
        """A group's stacked rules, keys and order of rows; a group of fewer seeds than the shape's is filled up."""
        rules = [e.stacked(i, n, jnp.result_type(float)) for e, i, n in zip(entries, group.firsts, group.counts, strict=True)]
        seeds = group.seeds + group.seeds[-1:] * (len(self.groups[0].seeds) - len(group.seeds))
        order = Order(len(jax.tree.leaves(self.rows)[0]), self.batch, seeds) if self.batch else None
        return rules, jax.vmap(jax.random.key)(np.array(seeds, np.uint32)), order

    def _group(self, going: "_Going", group: Group, device: Any) -> None:
        with runtime.like(self.x64, device):
            if self.job.stop.is_set():
                return
            rules, keys, order = self._arguments(group, going.records.entries)
            data = jax.device_put((self.rows, self.judged), device)
            lanes = self.start(keys, rules)
            done = 0
            for moved in self._segments():
                rows = order.take(moved, self.room) if order else None
                lanes, curves, metrics = self.segment(lanes, rules, *data, rows, keys, moved)
                done += moved
                marks = {name: lanes[name] for name in COUNTER}
                if going.wrote(group, done, moved, *jax.device_get((curves, metrics, marks))) or self.job.stop.is_set():
                    break

    def _segments(self) -> Iterator[int]:
        """Steps of each segment: none (the start is judged), then `room` each, then what is left."""
        yield 0
        yield from [self.room] * (self.job.steps // self.room)
        if self.job.steps % self.room:
            yield self.job.steps % self.room


class _Going:
    """The records of a run under way and what is told about it; one worker at a time writes."""

    def __init__(self, job: Job, entries: Sequence[Entry], every: int, room: int):
        self.job, self.lock = job, threading.Lock()
        self.records = Records.empty(entries, job.seeds, job.steps, every, room)
        self.over = np.zeros_like(self.records.finite)
        self.latest = np.full(self.records.done.shape, np.inf)

    def wrote(self, group: Group, done: int, moved: int, curves: Any, metrics: Any, marks: Any) -> bool:
        """Write a segment down and tell of it. True: the group is at its end, or none of its lanes is a number any more."""
        with self.lock:
            records = self.records
            records.write(group, done, moved, curves, metrics, marks)
            rows, seeds, _ = records.place(group)
            judged = np.searchsorted(records.judged_steps, done)
            self.latest[rows, seeds] = np.nan_to_num(records.metrics["loss"][rows, seeds, judged], nan=np.inf)
            lost = not records.finite[rows, seeds].any()
            over = lost or done == self.job.steps
            self.over[rows, seeds] = over
            if self.job.on_progress:
                self.job.on_progress(self._progress())
            return over

    def _progress(self) -> Progress:
        records, lanes = self.records, self.over.size
        best = np.unravel_index(np.argmin(self.latest), self.latest.shape)
        leader = (*records.names[best[0]], float(self.latest[best])) if np.isfinite(self.latest[best]) else None
        lane_steps = int(np.where(self.over, self.job.steps, np.maximum(records.done, 0)).sum())
        diverged = int((~records.finite & records.started).sum())
        running = int((records.started & ~self.over).sum())
        return Progress(lanes, running, int(self.over.sum()), diverged, lane_steps, lanes * self.job.steps, leader)


def _on_device(a: Any) -> jax.Array:
    """The array in JAX's current precision: floats as floats, whole numbers as they are."""
    a = np.asarray(a)
    return jnp.asarray(a, jnp.result_type(float) if np.issubdtype(a.dtype, np.floating) else None)
