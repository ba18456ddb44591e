"""Which rows each step sees, by the seed alone."""

from collections.abc import Iterator

import numpy as np

from descend.core.errors import BadValue, UnknownName
from descend.problems import Problem

SAMPLINGS = {
    "shuffled": "every row once an epoch, in an order of its own each time",
    "replacement": "each row drawn from all, whether it was seen or not",
    "online": "a stream: each row once, then no more",
}


def check(problem: Problem, sampling: str, batch: int | None, steps: int) -> None:
    """Raise BadInput for a sampling that is none, or that the rows do not last for."""
    if sampling not in SAMPLINGS:
        raise UnknownName("sampling", sampling, SAMPLINGS)
    if sampling == "shuffled" or problem.endless:
        return
    if problem.data is None:
        raise BadValue(f"sampling is '{sampling}', but {problem.title} has no rows to take: leave the sampling out")
    if batch is None:
        raise BadValue(f"sampling is '{sampling}', but every update sees all rows of {problem.title}: give a batch size")
    rows = problem.data.rows
    if sampling == "online" and steps * batch > rows:
        raise BadValue(
            f"sampling is 'online', and {steps:,} updates of {batch} rows need {steps * batch:,} rows where {problem.title} has "
            f"{rows:,}: take at most {rows // batch:,} steps"
        )


def batches(rows: int, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of row numbers, each `batch` long: one shuffle of all rows after another, cut without a gap.

    Every row is seen once an epoch; a batch may span two epochs, so none is ever short. Entrants with one seed see the
    same batches, whatever the lane plan.
    """
    shuffler = np.random.default_rng([seed, rows])
    left = np.empty(0, np.int32)
    while True:
        while len(left) < batch:
            left = np.concatenate([left, shuffler.permutation(rows).astype(np.int32)])
        yield left[:batch]
        left = left[batch:]


def draws(rows: int, batch: int, seed: int) -> Iterator[np.ndarray]:
    """Endless batches of row numbers, each `batch` long: every row drawn from all, with replacement."""
    random = np.random.default_rng([seed, rows])
    while True:
        yield random.integers(rows, size=batch, dtype=np.int32)


class Order:
    """The batches of a few seeds, handed out a segment at a time. A stream is the first epoch of the shuffled rows."""

    def __init__(self, rows: int, batch: int, seeds: tuple[int, ...], sampling: str = "shuffled"):
        taken = draws if sampling == "replacement" else batches
        self._streams = [taken(rows, batch, seed) for seed in seeds]
        self._batch = batch

    def take(self, steps: int, room: int) -> np.ndarray:
        """Row numbers (room, seeds, batch), of which the first `steps` are the next batches and the rest are zero."""
        rows = np.zeros((room, len(self._streams), self._batch), np.int32)
        for step in range(steps):
            for i, stream in enumerate(self._streams):
                rows[step, i] = next(stream)
        return rows
