"""Sampling: full batch, mini-batch, single sample, online, with replacement, and rows that never end."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend.core.errors import BadValue, UnknownName
from descend.engine import Entry, Job, Run, batch_size
from descend.engine.order import Order, draws
from descend.problems import Data, Problem, find
from descend.rules import SGD

ROWS = 24
STILL = [Entry("sgd", (SGD(0.0), SGD(0.0)))]


@dataclass(frozen=True)
class Seen(Problem):
    """Its loss is a number that tells which rows a step saw."""

    name, random_start = "seen", False

    @cached_property
    def data(self):
        return Data(2.0 ** np.arange(ROWS, dtype="float32"))

    def init(self, key):
        return jnp.zeros(1), ()

    def loss(self, params, aux, batch, key):
        return jnp.sum(batch) + 0 * jnp.sum(params), aux

    def evaluate(self, params, aux, batch):
        return {"loss": jnp.sum(batch) + 0 * jnp.sum(params)}


def seen(**options):
    """The rows that each step saw, as sums of powers of two: (seeds, steps) of whole numbers."""
    losses = Run(Job(Seen(), STILL, [0, 1], **options)).run().curves["loss"]
    np.testing.assert_array_equal(losses[0], losses[1])  # settings of one seed see the same
    return losses[0].astype(int)


def test_batch_sampling_sees_every_row_at_every_step():
    assert (seen(steps=3, batch="full") == 2**ROWS - 1).all()


@pytest.mark.parametrize("batch", [1, 8])
def test_stochastic_and_mini_batch_sampling_see_each_row_once_an_epoch(batch):
    sums = seen(steps=2 * ROWS // batch, batch=batch)
    assert all(int(x).bit_count() == batch for x in sums.ravel())
    epochs = sums.reshape(2, 2, -1)
    assert (epochs.sum(axis=-1) == 2**ROWS - 1).all()
    assert len({tuple(epoch) for epoch in epochs.reshape(4, -1).tolist()}) == 4  # epochs and seeds in an order of their own


def test_online_sampling_sees_each_row_once_and_then_no_more():
    assert (seen(steps=6, batch=4, sampling="online").sum(axis=1) == 2**ROWS - 1).all()
    with pytest.raises(BadValue, match=r"7 updates of 4 rows need 28 rows where seen has 24: take at most 6 steps$"):
        Job(Seen(), STILL, [0], 7, 4, "online")
    with pytest.raises(BadValue, match=r"bowl has no rows to take: leave the sampling out$"):
        Job(find("bowl"), STILL, [0], 3, sampling="online")
    with pytest.raises(BadValue, match="every update sees all rows of seen: give a batch size"):
        Job(Seen(), STILL, [0], 1, "full", "online")


def test_sampling_with_replacement_draws_from_all_rows():
    taken = np.stack(list(islice(draws(ROWS, 8, 0), 3000)))
    counts = np.bincount(taken.ravel(), minlength=ROWS)
    assert abs(counts / counts.mean() - 1).max() < 0.15
    assert any(len(set(batch)) < 8 for batch in taken.tolist())
    again = Order(ROWS, 8, (0,), "replacement").take(3000, 3000)
    np.testing.assert_array_equal(again[:, 0], taken)


def test_a_sampling_that_is_none_is_named():
    with pytest.raises(UnknownName, match=r"unknown sampling 'shufled'.*did you mean 'shuffled'"):
        Job(Seen(), STILL, [0], 5, 4, "shufled")


@dataclass(frozen=True)
class Stream(Seen):
    """Rows that never end."""

    name = "stream of numbers"
    endless: ClassVar[bool] = True
    batch: ClassVar[int | str] = 4

    @cached_property
    def data(self):
        return Data(np.zeros(2, "float32"), np.zeros(2, "float32"))

    def draw(self, key, rows):
        return jax.random.normal(key, (rows,))


def test_a_stream_of_fresh_rows_is_new_at_every_step_and_seed():
    problem = Stream()
    records = Run(Job(problem, STILL, [0, 1], 200, 100)).run()
    losses = records.curves["loss"]
    np.testing.assert_array_equal(losses[0], losses[1])  # entrants see the same rows
    assert len(np.unique(losses[0])) == losses[0].size
    assert abs(losses[0].mean()) < 2 and 8 < losses[0].std() < 12  # sums of 100 normal numbers
    assert batch_size(problem, 10_000) == 10_000
    with pytest.raises(BadValue, match="never end; give the number of rows"):
        batch_size(problem, "full")
    assert not Job(problem, STILL, [0], 5).noiseless
