"""Cutting lanes into groups, ordering rows, planning widths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.core.errors import BadValue
from descend.engine import Entry, plan
from descend.engine.lanes import blocks, groups
from descend.engine.order import batches
from descend.engine.records import Records
from descend.problems import find
from descend.rules import SGD, Adam

sizes = st.lists(st.integers(1, 9), min_size=1, max_size=4)


@given(sizes, st.integers(1, 7), st.integers(1, 60), st.integers(1, 4))
def test_groups_hold_every_lane_once_and_share_one_shape(counts, seeds, width, least):
    entries = [Entry(str(i), tuple(SGD(0.1) for _ in range(n))) for i, n in enumerate(counts)]
    cut = groups([len(b.settings) for b in blocks(entries)], list(range(seeds)), width, least)
    records = Records.empty(entries, list(range(seeds)), 1, 1, 1)
    seen = np.zeros_like(records.done)
    for group in cut:
        rows, columns, lanes = records.place(group)
        assert group.counts == cut[0].counts
        assert len(group.seeds) <= len(cut[0].seeds)
        assert len(lanes) == rows.size
        seen[rows, columns] += 1
    assert (seen == 1).all()
    assert sum(cut[0].counts) * len(cut[0].seeds) <= max(width, len(entries))


@pytest.mark.parametrize(("seeds", "count"), [(1, 2), (2, 2), (3, 6), (9, 9)])
def test_settings_are_cut_where_a_worker_would_wait_for_another(seeds, count):
    cut = groups([16, 8], list(range(seeds)), 24, least=2)
    assert len(cut) == count
    assert {sum(group.counts) for group in cut} == {24 if count == seeds else 12}


@given(st.integers(1, 50), st.data())
def test_every_row_is_seen_once_an_epoch_by_the_seed_alone(rows, data):
    batch = data.draw(st.integers(1, rows))
    seed = data.draw(st.integers(0, 2**31))
    stream, again = batches(rows, batch, seed), batches(rows, 1, seed)
    seen = np.concatenate([next(stream) for _ in range(rows)])  # `batch` epochs
    np.testing.assert_array_equal(np.sort(seen.reshape(batch, rows), axis=1), np.tile(np.arange(rows), (batch, 1)))
    np.testing.assert_array_equal(seen, np.concatenate([next(again) for _ in range(rows * batch)]))


def test_stacked_rules_repeat_the_last_to_fill():
    entry = Entry("sgd", (SGD(0.1), SGD(0.2), SGD(0.3)))
    (block,) = blocks([entry])
    np.testing.assert_allclose(block.stack(2, 3, np.float64)[0].learning_rate, [0.3, 0.3, 0.3])
    np.testing.assert_allclose(block.stack(0, 2, np.float64)[0].learning_rate, [0.1, 0.2])


def test_neighbours_of_one_kind_are_one_block_with_their_own_numbers():
    entries = [
        Entry("a", (SGD(0.1), SGD(0.2)), {"l2": 0.0}),
        Entry("b", (SGD(0.3),), {"l2": 0.5}),
        Entry("c", (Adam(0.4),), {"l2": 0.25}),
        Entry("d", (SGD(0.5),), {"l2": 1.0}),
    ]
    cut = blocks(entries)
    assert [len(block.settings) for block in cut] == [3, 1, 1]
    rule, numbers = cut[0].stack(1, 3, np.float64)
    np.testing.assert_array_equal(rule.learning_rate, [0.2, 0.3, 0.3])
    np.testing.assert_array_equal(numbers["l2"], [0, 0.5, 0.5])


def test_a_number_beyond_single_precision_is_refused():
    with pytest.raises(BadValue, match=r"a hyperparameter of adam\(eps=1e\+308\) is beyond 3.4e\+38"):
        blocks([Entry("adam", (Adam(eps=1e308),))])[0].stack(0, 1, np.dtype("float32"))


class Accelerator:
    platform = "gpu"

    def __init__(self, memory):
        self.memory = memory

    def memory_stats(self):
        return {"bytes_limit": self.memory}


def test_the_plan_follows_the_weight_and_the_memory():
    import jax

    problem, small = find("digits"), [Entry("sgd", (SGD(),))]
    data = problem.data
    batch = jax.tree.map(lambda a: a[:64], data.train)
    light = plan.weigh(problem, small, batch, data.validation)
    heavy = plan.weigh(problem, [Entry("adam", (Adam(),))], batch, data.validation)
    numbers = 64 * 32 + 32 + 32 * 10 + 10
    assert light.state == 3 * 4 * numbers
    assert heavy.state == light.state + 2 * 4 * numbers
    widths = [plan.width(heavy, Accelerator(gib * 2**30)) for gib in (1, 2, 4)]
    assert widths == sorted(set(widths))
    assert widths[0] * heavy.total <= 2**30
    with pytest.raises(BadValue, match=r"one training would take .* GB and the gpu has 1e-06 GB; take a smaller"):
        plan.width(heavy, Accelerator(1000))
    assert 1 <= plan.width(heavy, jax.devices("cpu")[0]) <= plan.width(light, jax.devices("cpu")[0])
