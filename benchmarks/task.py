"""The one task that all peers train: digits, a 64-32-10 relu network, batch 64, 560 steps of Adam."""

import time
from collections.abc import Callable

import numpy as np

from descend.problems import find

STEPS, BATCH, HIDDEN, RATE = 560, 64, 32, 1e-2
FLOPS = STEPS * 6 * BATCH * (64 * HIDDEN + HIDDEN * 10)  # of one training: forward, and twice as much backward


def rows() -> tuple[np.ndarray, np.ndarray]:
    """The training rows, as descend splits and scales them."""
    x, y = find("digits").data.train
    return np.asarray(x, np.float32), np.asarray(y, np.int64)


def order(seed: int, count: int) -> np.ndarray:
    """Row numbers (steps, batch), shuffled every epoch."""
    shuffler = np.random.default_rng(seed)
    epochs = [shuffler.permutation(count) for _ in range(-(-STEPS * BATCH // count))]
    return np.concatenate(epochs)[: STEPS * BATCH].reshape(STEPS, BATCH)


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The best time of a few runs, after one that warms up."""
    work()
    return min(_once(work) for _ in range(repeats))


def _once(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
