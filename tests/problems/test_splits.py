"""Rows in three parts: by share, by class, with rare classes in each part, and of the same sizes for every seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend import problems
from descend.core.errors import BadValue
from descend.problems.splits import split

SEEDS = st.integers(0, 2**32 - 1)
SHARES = st.sampled_from([0.0, 0.1, 0.2, 0.35])


@given(rows=st.integers(10, 300), validation=SHARES, test=SHARES, seed=SEEDS, other=SEEDS, classes=st.integers(1, 12))
def test_every_row_is_in_one_part_and_sizes_do_not_depend_on_the_seed(rows, validation, test, seed, other, classes):
    labels = np.random.default_rng(seed).integers(classes, size=rows)
    for kinds in (None, labels):
        parts, again = split(rows, validation, test, seed, kinds), split(rows, validation, test, other, kinds)
        assert sorted(np.concatenate(parts).tolist()) == list(range(rows))
        assert [len(part) for part in parts] == [len(part) for part in again]
        assert len(parts.test) == (max(1, round(test * rows)) if test else 0)


@given(seed=SEEDS, rare=st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_a_rare_class_trains_first_then_judges_then_validates(seed, rare):
    labels = np.concatenate([np.zeros(200, int), *(np.full(count, i) for i, count in enumerate(rare, 1))])
    labels = np.random.default_rng(seed).permutation(labels)
    parts = split(len(labels), 0.2, 0.2, seed, labels)
    for i, count in enumerate(rare, 1):
        there = [i in labels[part] for part in (parts.train, parts.test, parts.validation)]
        assert there[:count] == [True] * min(count, 3)


def test_classes_keep_their_shares():
    labels = np.repeat([0, 1, 2], [500, 300, 200])
    for part, rows in zip(split(1000, 0.2, 0.3, 4, labels), (500, 200, 300), strict=True):
        np.testing.assert_allclose(np.bincount(labels[part]) / rows, [0.5, 0.3, 0.2], atol=0.01)


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(BadValue, match=r"^validation is 0\.5 and test is 0\.5, which leave 0 of 40 rows to train on: take smaller"):
        split(40, 0.5, 0.5, 0)
    with pytest.raises(BadValue, match=r"^test is 0\.99, which leaves 0 of 40 rows"):
        split(40, 0.0, 0.99, 0)


@pytest.mark.parametrize("name", ["iris", "diabetes", "dots", "moons", "digits", "yoghurt", "stream"])
def test_each_seed_sees_parts_of_its_own_of_one_shape(name):
    made = problems.find(name)
    assert made.resplits
    one, same, other = made.resplit(3), made.resplit(3), made.resplit(4)
    for part, again, another in zip(one, same, other, strict=True):
        for array, equal, different in zip(part, again, another, strict=True):
            np.testing.assert_array_equal(array, equal)
            assert array.shape == different.shape
        assert not np.array_equal(part[0], another[0])


def test_the_split_is_shared_where_a_seed_for_it_is_asked():
    made = problems.find("iris", split_seed=5)
    assert not made.resplits
    assert made.resplit(3) is made.data
