"""What the lanes of a race leave behind, as NumPy arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .best import NEVER
from .lanes import Entry, Group, blocks


@dataclass
class Records:
    """Every array of lanes has the leading axes (settings of all entries in order, seeds).

    - `steps` (points,): updates done at each record; `curves[name]` (settings, seeds, points): "loss", the training loss
      before the next update, "gradient_norm" there and "update_norm" of the update that followed; "params"
      (settings, seeds, points, numbers) where asked
    - `judged_steps` (judgements,): updates done at each evaluation; `metrics[name]` (settings, seeds, judgements), and
      "params" as above, the weights to ship
    - `limits` (settings,): the updates that each setting makes at most; what was judged later is judged by the weights after them
    - `done` (settings, seeds): updates made; fewer than asked where the lane's group was stopped or lost altogether, and
      NEVER (-1) where it was stopped before the lane was judged at its start
    - `finite` (settings, seeds): whether the loss was a number throughout
    - `hit`, `above` (settings, seeds): the first step with a loss below the target and the last without; -1: never
    - `best`, `early` (settings, seeds): the step of the lowest judged loss, and that at which patience with a lane was over,
      after which nothing is written; -1: never, or no patience was asked for
    - `snapshots[name]` (settings, seeds, ...): what the problem shows of each lane's weights, where asked
    - `weights`: where asked, each lane's weights to ship and aux: the leaves of (params, aux), each (settings, seeds, ...)

    NaN stands where a lane did not come.
    """

    entries: tuple[Entry, ...]
    seeds: tuple[int, ...]
    steps: np.ndarray
    judged_steps: np.ndarray
    limits: np.ndarray
    done: np.ndarray
    finite: np.ndarray
    hit: np.ndarray
    above: np.ndarray
    best: np.ndarray
    early: np.ndarray
    sizes: tuple[int, ...]  # settings of each block of entries that is compiled as one
    curves: dict[str, np.ndarray] = field(default_factory=dict)
    metrics: dict[str, np.ndarray] = field(default_factory=dict)
    snapshots: dict[str, np.ndarray] = field(default_factory=dict)
    weights: list[np.ndarray] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    stopped: bool = False

    @classmethod
    def empty(cls, entries: Sequence[Entry], seeds: Sequence[int], total: int, every: int, room: int) -> "Records":
        """Records of lanes that have not moved: `total` steps, a record every `every`, an evaluation every `room`."""
        lanes = (sum(len(e.settings) for e in entries), len(seeds))
        return cls(
            entries=tuple(entries),
            seeds=tuple(seeds),
            steps=np.arange(0, total, every),
            judged_steps=np.append(np.arange(0, total, room), total),
            limits=np.full(lanes[0], total),
            done=np.full(lanes, NEVER),
            finite=np.ones(lanes, bool),
            hit=np.full(lanes, NEVER),
            above=np.full(lanes, NEVER),
            best=np.full(lanes, NEVER),
            early=np.full(lanes, NEVER),
            sizes=tuple(len(b.settings) for b in blocks(entries)),
        )

    @property
    def started(self) -> np.ndarray:
        """Which lanes (settings, seeds) were judged at their start: all, unless the race was stopped."""
        return self.done != NEVER

    @property
    def names(self) -> list[tuple[str, int]]:
        """For each row of settings, the entry's name and the setting's number in it."""
        return [(e.name, i) for e in self.entries for i in range(len(e.settings))]

    def place(self, group: Group) -> tuple[np.ndarray, np.ndarray, list[int]]:
        """A group's rows and seeds here, as an open mesh, and which of its settings these are: the rest fill its shape."""
        rows, lanes, offset, start = [], [], 0, 0
        for size, first, count in zip(self.sizes, group.firsts, group.counts, strict=True):
            real = max(0, min(count, size - first))
            rows.extend(range(offset + first, offset + first + real))
            lanes.extend(range(start, start + real))
            offset, start = offset + size, start + count
        return *np.ix_(rows, [self.seeds.index(seed) for seed in group.seeds]), lanes

    def write(self, group: Group, done: int, moved: int, curves: Any, metrics: Any, marks: Any) -> None:
        """Enter what a group did in its last `moved` of `done` steps, after which it was judged; arrays lead with (seeds,
        settings), curves with steps."""
        rows, seeds, lanes = self.place(group)
        mine = (slice(len(group.seeds)), lanes)
        over = self.early[rows, seeds] != NEVER  # before these steps
        self.done[rows, seeds] = np.where(over, self.early[rows, seeds], done)
        for name, values in marks.items():
            home = getattr(self, name)
            home[rows, seeds] = np.where(over, home[rows, seeds], values[mine].T)
        judged = np.searchsorted(self.judged_steps, done)
        for name, values in metrics.items():
            home = self._home(self.metrics, name, len(self.judged_steps), values.dtype, values.shape[2:])
            home[rows, seeds, judged] = _where(over, values[mine].swapaxes(0, 1))
        self._write_curves(group, done, moved, curves, over)

    def write_curves(self, group: Group, done: int, moved: int, curves: Any) -> None:
        """Enter the curves of a group's last `moved` of `done` steps, after which it was not judged."""
        rows, seeds, _ = self.place(group)
        self._write_curves(group, done, moved, curves, self.early[rows, seeds] != NEVER)

    def _write_curves(self, group: Group, done: int, moved: int, curves: Any, over: np.ndarray) -> None:
        rows, seeds, lanes = self.place(group)
        mine = (slice(len(group.seeds)), lanes)
        first, last = np.searchsorted(self.steps, [done - moved, done])
        for name, values in curves.items():
            home = self._home(self.curves, name, len(self.steps), values.dtype, values.shape[3:])
            home[rows, seeds, first:last] = _where(over, values[(slice(last - first), *mine)].swapaxes(0, 2))

    def cut(self, limits: np.ndarray) -> None:
        """Leave out what stands after the last update of each setting: `limits` (settings,)."""
        self.limits, last = limits, limits[:, None]
        self.done, self.best = np.minimum(self.done, last), np.minimum(self.best, last)
        self.early = np.where(self.early > last, NEVER, self.early)
        after = self.steps >= last
        for values in self.curves.values() if after.any() else ():
            values.swapaxes(1, 2)[after] = np.nan

    def write_snapshots(self, group: Group, snapshots: dict[str, Any]) -> None:
        """Enter what a group's lanes look like at their end: arrays that lead with (seeds, settings)."""
        rows, seeds, lanes = self.place(group)
        for name, values in snapshots.items():
            empty = np.full((*self.done.shape, *values.shape[2:]), np.nan, np.float32)
            self.snapshots.setdefault(name, empty)[rows, seeds] = values[: len(group.seeds), lanes].swapaxes(0, 1)

    def write_weights(self, group: Group, leaves: Sequence[Any]) -> None:
        """Enter the weights of a group's lanes at their end: arrays that lead with (seeds, settings)."""
        rows, seeds, lanes = self.place(group)
        if not self.weights:
            self.weights = [np.zeros((*self.done.shape, *leaf.shape[2:]), leaf.dtype) for leaf in leaves]
        for home, leaf in zip(self.weights, leaves, strict=True):
            home[rows, seeds] = np.asarray(leaf)[: len(group.seeds), lanes].swapaxes(0, 1)

    def _home(self, arrays: dict[str, np.ndarray], name: str, points: int, dtype: Any, tail: tuple[int, ...]) -> np.ndarray:
        if name not in arrays:
            arrays[name] = np.full((*self.done.shape, points, *tail), np.nan, dtype)
        return arrays[name]


def _where(over: np.ndarray, values: np.ndarray) -> np.ndarray:
    """NaN in place of the values of lanes (settings, seeds, ...) whose patience was over before."""
    return np.where(over.reshape(*over.shape, *(1,) * (values.ndim - 2)), np.nan, values) if over.any() else values
