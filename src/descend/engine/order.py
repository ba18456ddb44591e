"""Which rows each step sees: shuffled anew every epoch, by the seed alone."""

from collections.abc import Iterator

import numpy as np


def batches(rows: int, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of row numbers, each `batch` long: one shuffle of all rows after another, cut without a gap.

    Every row is seen once an epoch; a batch may span two epochs, so none is ever short. Rivals with one seed see the
    same batches, whatever the lane plan.
    """
    shuffler = np.random.default_rng([seed, rows])
    left = np.empty(0, np.int32)
    while True:
        while len(left) < batch:
            left = np.concatenate([left, shuffler.permutation(rows).astype(np.int32)])
        yield left[:batch]
        left = left[batch:]


class Order:
    """The batches of a few seeds, handed out a segment at a time."""

    def __init__(self, rows: int, batch: int, seeds: tuple[int, ...]):
        self._streams = [batches(rows, batch, seed) for seed in seeds]
        self._batch = batch

    def take(self, steps: int, room: int) -> np.ndarray:
        """Row numbers (room, seeds, batch), of which the first `steps` are the next batches and the rest are zero."""
        rows = np.zeros((room, len(self._streams), self._batch), np.int32)
        for step in range(steps):
            for i, stream in enumerate(self._streams):
                rows[step, i] = next(stream)
        return rows
