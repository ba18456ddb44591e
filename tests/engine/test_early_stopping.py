"""Early stopping per lane: patience, the best weights, and neighbours that go on."""

from dataclasses import dataclass
from functools import cached_property

import jax.numpy as jnp
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.engine import NEVER, Control, Entry, Job, Run
from descend.problems import Data, Problem, find
from descend.rules import SGD, Adam, Nadam


@dataclass(frozen=True)
class Past(Problem):
    """Trained towards 1 and judged at 0.5, so that the judged loss falls first and rises then."""

    name, random_start = "past", False

    @cached_property
    def data(self):
        return Data(np.ones((2, 1), "float32"), np.full((2, 1), 0.5, "float32"))

    def init(self, key):
        return jnp.zeros(1), jnp.zeros(())

    def loss(self, params, aux, batch, key):
        return jnp.mean((params - batch) ** 2), aux + 1

    def evaluate(self, params, aux, batch):
        return {"loss": jnp.mean((params - batch) ** 2)}

    def snapshot(self, params, aux, batch):
        return {"weights": params, "aux": aux}


RATES = (1e-4, 0.01, 0.03, 0.1, 0.4, 3.0)
JOB = {"steps": 100, "judgements": 20, "snapshots": True}


@pytest.fixture(scope="module")
def free():
    return Run(Job(Past(), [Entry("sgd", tuple(SGD(rate) for rate in RATES))], [0], keep_params=True, **JOB)).run()


@pytest.fixture(scope="module", params=[1, 3])
def patient(request):
    job = Job(Past(), [Entry("sgd", tuple(SGD(rate) for rate in RATES))], [0], patience=request.param, **JOB)
    return request.param, Run(job).run()


def test_early_stopping_with_patience_keeps_the_best_weights(free, patient):
    patience, records = patient
    for lane in range(len(RATES)):
        judged = np.where(np.isfinite(free.metrics["loss"][lane, 0]), free.metrics["loss"][lane, 0], np.inf)
        best, waited, stopped = 0, 0, NEVER
        for i in range(1, len(judged)):
            best, waited = (i, 0) if judged[i] < judged[best] else (best, waited + 1)
            if waited == patience:
                stopped = free.judged_steps[i]
                break
        assert records.best[lane, 0] == free.judged_steps[best]
        assert records.early[lane, 0] == stopped
        np.testing.assert_array_equal(records.snapshots["weights"][lane, 0], free.metrics["params"][lane, 0, best])
        assert records.snapshots["aux"][lane, 0] == free.judged_steps[best]  # the state of that time too


def test_neighbours_go_on_and_nothing_is_written_of_a_lane_that_stopped(free, patient):
    _, records = patient
    assert 0 < (records.early != NEVER).sum() < len(RATES)
    for lane in range(len(RATES)):
        end = records.early[lane, 0] if records.early[lane, 0] != NEVER else 100
        assert records.done[lane, 0] == end
        before, judged = records.steps < end, records.judged_steps <= end
        np.testing.assert_array_equal(records.curves["loss"][lane, 0, before], free.curves["loss"][lane, 0, before])
        np.testing.assert_array_equal(records.metrics["loss"][lane, 0, judged], free.metrics["loss"][lane, 0, judged])
        assert np.isnan(records.curves["loss"][lane, 0, ~before]).all()
        assert np.isnan(records.metrics["loss"][lane, 0, ~judged]).all()


def test_a_race_ends_when_all_its_lanes_have_stopped():
    seen = []
    entries = [Entry("adam", (Adam(0.4),)), Entry("nadam", (Nadam(0.5),))]  # of two kinds, so that they run in one group
    job = Job(Past(), entries, [0], 4000, judgements=40, patience=2)
    records = Run(job).run(control=Control(lambda now: seen.append(now.finished)))
    assert (records.early != NEVER).all()
    assert 1 + records.early.max() / 100 <= len(seen) < 41
    assert seen[-1] == 2


def test_patience_out_of_range_or_without_held_out_rows_is_refused():
    entries = [Entry("sgd", (SGD(0.1),))]
    for patience in (0, -1, 11):
        with pytest.raises(BadValue, match=r"^patience is .*, must be a whole number "):
            Job(Past(), entries, [0], 10, patience=patience)
    refused = [(find("bowl"), "has no rows to validate and stop by: leave it out$"), (find("iris", validation=0), "validation")]
    for problem, words in refused:
        with pytest.raises(BadValue, match=words):
            Job(problem, entries, [0], 10, patience=3)
