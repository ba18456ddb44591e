"""Running a race's lanes: groups side by side, segment after segment, until the end or a stop."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadData
from descend.core.system.interrupts import on_ctrl_c
from descend.problems import Data, Problem

from . import pace, plan, runtime
from .best import NEVER
from .control import Control, Progress
from .job import Job, batch_size
from .lanes import Entry, Group, blocks, groups
from .lineup import Settings
from .order import Order
from .program import Program, Rows
from .records import Records
from .shape import Shape


class Run:
    """A job with its plan and its compiled program. `compile()` may be called early and in any thread; then `run()`.

    Same job, same plan, same machine: bit-identical records. Another lane width: equal to rounding.
    """

    def __init__(self, job: Job):
        self.job = job
        self.x64 = runtime.settings.jax_enable_x64
        self.batch = batch_size(job.problem, job.batch)
        self.split = job.problem.resplits
        self.rows = self._rows(job.problem.resplit(job.seeds[0]))
        self.devices = runtime.workers()
        width = job.width or plan.width(
            plan.weigh(job.problem, job.entries, self._one_batch(), self.rows.judged, self.rows if self.split else None),
            self.devices[0],
        )
        parts = blocks(job.entries)
        self.groups = groups([len(b.settings) for b in parts], job.seeds, width, least=len(self.devices))
        self.every = job.every or 1
        self.room = -(-job.steps // (max(1, job.judgements) * self.every)) * self.every
        self.most = pace.most(self.room, len(self.groups[0].seeds), self.batch)
        self.program = Program(job.problem, [type(b.settings[0]) for b in parts], self._shape())
        options = runtime.compiler_options(self.devices[0])
        self.start = jax.jit(self.program.start, compiler_options=options)
        self.segment: Any = jax.jit(self.program.segment, donate_argnums=0, compiler_options=options)
        self.snapshot: Any = jax.jit(self.program.snapshot, compiler_options=options)
        self.shipped: Any = jax.jit(self.program.shipped, compiler_options=options)
        self.takes_snapshots = job.snapshots and type(job.problem).snapshot is not Problem.snapshot
        self.compiled = False

    @runtime.scope()
    def compile(self) -> "Run":
        """Compile the program for the processor now; accelerators compile when their first group starts."""
        if not self.compiled and set(self.devices) == {jax.devices("cpu")[0]}:
            with runtime.like(self.x64, self.devices[0]):
                settings, keys, order = self._arguments(self.groups[0], self.job.entries)
                rows = self._rows_of(self.groups[0])
                lanes = jax.eval_shape(self.start, keys, settings)
                taken = order.take(0, self.most) if order else None
                self.segment = self.segment.lower(lanes, settings, rows, taken, keys, 0, False).compile()
                if self.job.weights:
                    self.shipped = self.shipped.lower(lanes, settings).compile()
                if self.takes_snapshots:
                    self.snapshot = self.snapshot.lower(lanes, settings, rows).compile()
        self.compiled = True
        return self

    @runtime.scope()
    def run(self, entries: Sequence[Entry] | None = None, control: Control | None = None, judgements: int | None = None) -> Records:
        """Train every lane; `entries` may replace the job's by others of the same structure (the program is kept).

        With `judgements` the lanes make only the updates up to so many of the job's judgements.

        Ctrl-C, or setting control.stop, ends it with what there is (records.stopped).
        """
        control = control or Control()
        begin = time.perf_counter()
        self.compile()
        compiled = time.perf_counter()
        job = self.job if judgements is None else self._shorter(judgements)
        recorder = _Recorder(job, entries or job.entries, self.every, self.room, control)
        with runtime.one_blas_thread(), ThreadPoolExecutor(len(self.devices), "descend-lanes") as pool:
            places = [self.devices[i % len(self.devices)] for i in range(len(self.groups))]
            futures = [pool.submit(self._group, recorder, g, d) for g, d in zip(self.groups, places, strict=True)]
            with on_ctrl_c(control.stop):
                wait(futures, return_when=FIRST_EXCEPTION)
            if any(f.done() and f.exception() for f in futures):
                control.stop.set()
        for future in futures:
            future.result()
        records = recorder.records
        records.stopped = control.stop.is_set()
        records.cut(np.array(job.limits(records.entries)))
        self._check_start(records)
        records.seconds = {"compile": compiled - begin, "run": time.perf_counter() - compiled}
        return records

    def _shorter(self, judgements: int) -> Job:
        """The job up to so many of its judgements: patience, which counts them all, is left out."""
        return replace(self.job, steps=min(self.job.steps, judgements * self.room), judgements=judgements, patience=None)

    def _check_start(self, records: Records) -> None:
        """Raise BadData where no lane's loss is a number before the first update, so that no rule could do better."""
        starts = records.metrics["loss"][..., 0][records.started] if records.metrics else np.zeros(1)
        if starts.size and not np.isfinite(starts).any():
            criterion = getattr(self.job.problem, "criterion", None)
            own = f"try your criterion {getattr(criterion, '__name__', criterion)} by hand, " if callable(criterion) else ""
            raise BadData(
                f"{self.job.problem.title}: the loss is {starts.flat[0]:g} at the start with every seed, before the first update; "
                f"{own}look for values in the data that are no numbers or very large, or start from smaller weights"
            )

    def _rows(self, data: Data | None) -> Rows:
        """The data on the device; beside validation rows no more training rows are judged than there are of those."""
        if data is None:
            return Rows(None, None)
        training, validation, test = (jax.tree.map(_on_device, part) for part in data)
        test = test if self.job.test else None
        if validation is None:
            return Rows(training, training, None, test)
        if not self.job.risk or self.job.problem.endless:
            return Rows(training, validation, None, test)
        count = len(jax.tree.leaves(validation)[0])
        return Rows(training, validation, jax.tree.map(lambda a: a[:count], training), test)

    def _rows_of(self, group: Group) -> Rows:
        """The rows that a group's seeds see: shared by all, or each seed's own one after another, parted when they are needed."""
        if not self.split:
            return self.rows
        own = {seed: self._rows(self.job.problem.resplit(seed)) for seed in group.seeds}
        return jax.tree.map(lambda *parts: jnp.stack(parts), *(own[seed] for seed in self._pad_seeds(group)))

    def _pad_seeds(self, group: Group) -> tuple[int, ...]:
        """The seeds of a group, the last one repeated to fill its shape."""
        return group.seeds + group.seeds[-1:] * (len(self.groups[0].seeds) - len(group.seeds))

    def _shape(self) -> Shape:
        job = self.job
        target = job.target if job.noiseless else None
        counts = self.groups[0].counts
        return Shape(
            counts, self.room, self.every, target, job.keep_params, self.batch, job.patience, job.health, self.split, job.test
        )

    def _one_batch(self) -> Any:
        if self.batch is None:
            return self.rows.training
        return jax.tree.map(lambda a: jax.ShapeDtypeStruct((self.batch, *a.shape[1:]), a.dtype), self.rows.training)

    def _arguments(self, group: Group, entries: Sequence[Entry]) -> tuple[Settings, Any, Order | None]:
        """A group's settings, keys and order of rows."""
        stacks = [
            b.stack(i, n, jnp.result_type(float)) for b, i, n in zip(blocks(entries), group.firsts, group.counts, strict=True)
        ]
        numbers = jax.tree.map(lambda *parts: np.concatenate(parts), *(numbers for _, numbers in stacks))
        seeds = self._pad_seeds(group)
        taken = self.batch is not None and not self.job.problem.endless
        order = Order(len(jax.tree.leaves(self.rows.training)[0]), self.batch or 0, seeds, self.job.sampling) if taken else None
        limits = self._limits(group, entries) if self.job.limited else None
        return Settings([rule for rule, _ in stacks], numbers, limits), jax.vmap(jax.random.key)(np.array(seeds, np.uint32)), order

    def _limits(self, group: Group, entries: Sequence[Entry]) -> np.ndarray:
        """After how many updates each setting of a group stays as it is; as in `Block.stack` the last one fills."""
        limits, parts = iter(self.job.limits(entries)), []
        for size, first, count in zip((len(b.settings) for b in blocks(entries)), group.firsts, group.counts, strict=True):
            mine = [next(limits) for _ in range(size)]
            parts += [mine[min(i, size - 1)] for i in range(first, first + count)]
        return np.array(parts, np.int32)

    def _group(self, recorder: "_Recorder", group: Group, device: Any) -> None:
        with runtime.like(self.x64, device):
            if recorder.control.stop.is_set():
                return
            settings, keys, order = self._arguments(group, recorder.records.entries)
            rows = jax.device_put(self._rows_of(group), device)
            lanes = self.start(keys, settings)
            calls, done = pace.Pace(self.most), 0
            for moved, left in calls.calls(recorder.job.steps, self.room):
                begin = time.perf_counter()
                taken = order.take(moved, self.most) if order else None
                lanes, curves, metrics = self.segment(lanes, settings, rows, taken, keys, moved, not left)
                done += moved
                results = jax.device_get((curves, metrics, _marks(lanes)))
                calls.record(moved, time.perf_counter() - begin)
                over = (
                    recorder.record_curves(group, done, moved, results[0])
                    if left
                    else recorder.record_judgement(group, done, moved, *results)
                )
                if over or (recorder.control.stop.is_set() and not (left and calls.near(left))):
                    break
            if self.job.weights:
                recorder.write_weights(group, jax.device_get(jax.tree.leaves(self.shipped(lanes, settings))))
            if self.takes_snapshots:
                recorder.write_snapshots(group, jax.device_get(self.snapshot(lanes, settings, rows)))


class _Recorder:
    """The records of a run under way and what is told about it; one worker at a time writes."""

    def __init__(self, job: Job, entries: Sequence[Entry], every: int, room: int, control: Control):
        self.job, self.control, self.lock = job, control, threading.Lock()
        self.records = Records.empty(entries, job.seeds, job.steps, every, room)
        self.over = np.zeros_like(self.records.finite)
        self.latest = np.full(self.records.done.shape, np.inf)
        self.steps = np.zeros_like(self.records.done)

    def record_curves(self, group: Group, done: int, moved: int, curves: Any) -> bool:
        """Write down the curves of a call after which the lanes were not judged, and tell of it. False: the group goes on."""
        with self.lock:
            self.records.write_curves(group, done, moved, curves)
            self._tell(group, done)
            return False

    def record_judgement(self, group: Group, done: int, moved: int, curves: Any, metrics: Any, marks: Any) -> bool:
        """Write down a call and the judgement after it, and tell of them. True: the group is at its end, or no lane goes on."""
        with self.lock:
            records = self.records
            records.write(group, done, moved, curves, metrics, marks)
            rows, seeds, _ = records.place(group)
            judged = np.searchsorted(records.judged_steps, done)
            self.latest[rows, seeds] = np.nan_to_num(records.metrics["loss"][rows, seeds, judged], nan=np.inf)
            going = records.finite[rows, seeds] & (records.early[rows, seeds] == NEVER)
            over = not going.any() or done == self.job.steps
            self.over[rows, seeds] = over
            self._tell(group, done)
            return over

    def _tell(self, group: Group, done: int) -> None:
        rows, seeds, _ = self.records.place(group)
        self.steps[rows, seeds] = done
        if self.control.on_progress:
            self.control.on_progress(self._progress())

    def write_snapshots(self, group: Group, snapshots: Any) -> None:
        """Write down what the lanes of a group look like at their end."""
        with self.lock:
            self.records.write_snapshots(group, snapshots)

    def write_weights(self, group: Group, leaves: list[Any]) -> None:
        """Write down the weights of the lanes of a group at their end."""
        with self.lock:
            self.records.write_weights(group, leaves)

    def _progress(self) -> Progress:
        records, lanes = self.records, self.over.size
        best = np.unravel_index(np.argmin(self.latest), self.latest.shape)
        leader = (*records.names[best[0]], float(self.latest[best])) if np.isfinite(self.latest[best]) else None
        lane_steps = int(np.where(self.over, self.job.steps, self.steps).sum())
        diverged = int((~records.finite & records.started).sum())
        running = int((records.started & ~self.over).sum())
        return Progress(lanes, running, int(self.over.sum()), diverged, lane_steps, lanes * self.job.steps, leader)


def _marks(lanes: dict[str, Any]) -> dict[str, Any]:
    """What is known of each lane by now, by the names of Records."""
    marks = {name: lanes[name] for name in ("finite", "hit", "above")}
    best = lanes.get("best")
    return marks | ({"best": best["step"], "early": best["stopped"]} if best else {})


def _on_device(a: Any) -> jax.Array:
    """The array in JAX's current precision: floats as floats, whole numbers as they are."""
    a = np.asarray(a)
    return jnp.asarray(a, jnp.result_type(float) if np.issubdtype(a.dtype, np.floating) else None)
