"""Numbers of the problem that differ from lane to lane: each lane is as a training alone with its own."""

import jax
import numpy as np
import pytest

from descend.engine import Entry, Job, Run
from descend.problems import find
from descend.rules import SGD, Adam

PENALTIES = (0.0, 0.01, 0.3)


@pytest.fixture(scope="module")
def swept():
    entries = [Entry(f"adam {l2}", (Adam(0.03), Adam(0.1)), {"l2": l2, "dropout": 0.0}) for l2 in PENALTIES]
    return Run(Job(find("iris", hidden=(4,)), entries, [3, 4], 30)).run()


def test_l2_lane_by_lane_is_l2_alone(swept):
    for i, l2 in enumerate(PENALTIES):
        alone = Run(Job(find("iris", hidden=(4,), l2=l2), [Entry("adam", (Adam(0.03), Adam(0.1)))], [3, 4], 30)).run()
        for name in ("loss", "gradient_norm"):
            np.testing.assert_allclose(swept.curves[name][2 * i : 2 * i + 2], alone.curves[name], rtol=2e-4)
        np.testing.assert_allclose(swept.metrics["loss"][2 * i : 2 * i + 2], alone.metrics["loss"], rtol=2e-4)


def test_penalties_are_trained_and_not_judged(swept):
    ends = swept.curves["loss"][::2, :, 0]
    assert (np.diff(ends, axis=0) > 0).all()  # the same start costs more with more penalty
    np.testing.assert_array_equal(*np.broadcast_arrays(swept.metrics["loss"][:1, :, 0], swept.metrics["loss"][:, :, 0]))


def test_dropout_lanes_of_one_seed_share_their_noise():
    problem = find("iris", hidden=(8,))
    rates = (0.0, 0.5, 0.5)
    entries = [Entry(str(i), (SGD(0.1),), {"dropout": rate}) for i, rate in enumerate(rates)]
    records = Run(Job(problem, entries, [0, 1], 20)).run()
    plain, one, other = records.curves["loss"]
    np.testing.assert_array_equal(one, other)
    assert not np.allclose(plain, one)
    assert not np.allclose(one[0], one[1])  # seeds differ


def test_rules_of_one_kind_compile_once_however_many_entries():
    problem = find("iris", hidden=(4,))
    entries = [Entry(str(i), (Adam(0.1),), {"l2": float(i)}) for i in range(6)]
    run = Run(Job(problem, entries, [0], 4))
    assert len(run.program.types) == 1
    settings, _, _ = run._arguments(run.groups[0], entries)
    assert len(settings.rules) == 1
    assert jax.tree.leaves(settings.rules)[0].shape == settings.numbers["l2"].shape == run.groups[0].counts


def test_batch_normalisation_is_right_in_lanes():
    """Lanes keep averages of their own: each is judged as it would be alone."""
    problem = find("iris", hidden=(4,), batch_norm=True)
    rates = (0.01, 0.3)
    together = Run(Job(problem, [Entry("sgd", tuple(SGD(rate) for rate in rates))], [0, 1], 20)).run()
    for i, rate in enumerate(rates):
        alone = Run(Job(problem, [Entry("sgd", (SGD(rate),))], [1], 20)).run()
        np.testing.assert_allclose(together.metrics["loss"][i, 1], alone.metrics["loss"][0, 0], rtol=2e-4)
    assert not np.allclose(together.metrics["loss"][0, :, -1], together.metrics["loss"][1, :, -1])
