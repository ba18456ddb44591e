"""Lanes that make fewer updates than others stay as they were after the last one, to the bit."""

import threading

import numpy as np
import pytest
import threadpoolctl

from descend.engine import NEVER, Control, Entry, Job, Run, runtime
from descend.problems import find
from descend.rules import LBFGS, SGD, Adam, Average, Momentum, Newton

RULES = {
    "sgd": (SGD(0.01), SGD(0.1)),
    "newton": (Newton(),),
    "average": (Average(Momentum(0.05)),),
    "adam": (Adam(0.1),),
    "lbfgs": (LBFGS(),),
}
SMALL = {"iris": {"hidden": (3,)}}  # of whose Hessians newton makes quick work
STEPS = {"sgd": 23, "newton": 3, "average": 17, "adam": 40, "lbfgs": 9}


def records(problem, steps, limits=None, **options):
    entries = [Entry(name, rules, steps=limits and limits[name]) for name, rules in RULES.items()]
    return Run(Job(find(problem, **SMALL.get(problem, {})), entries, (0, 1), steps, **options)).run()


@pytest.fixture(scope="module", params=["bowl", "iris"])
def problem(request):
    return request.param


def test_a_lane_ends_as_if_the_race_had_been_so_short(problem):
    together = records(problem, 40, STEPS)
    first = {name: row for row, (name, number) in enumerate(together.names) if number == 0}
    made = find(problem, **SMALL.get(problem, {}))
    runs = {name: Run(Job(made, [Entry(name, rules)], (0, 1), STEPS[name])).run() for name, rules in RULES.items()}
    for row, (name, _) in enumerate(together.names):
        alone, mine = runs[name], row - first[name]
        np.testing.assert_allclose(together.metrics["loss"][row, :, -1], alone.metrics["loss"][mine, :, -1], rtol=2e-5, atol=1e-9)
        np.testing.assert_array_equal(together.done[row], STEPS[name])
        curve = together.curves["loss"][row]
        assert np.isfinite(curve[:, : STEPS[name]]).all() and np.isnan(curve[:, STEPS[name] :]).all()
        np.testing.assert_allclose(curve[:, : STEPS[name]], alone.curves["loss"][mine], rtol=2e-4, atol=1e-7)


def test_what_is_judged_after_the_last_update_is_the_same_for_ever():
    found = records("bowl", 40, STEPS, judgements=40).metrics["loss"]
    for row, (name, _) in enumerate(records("bowl", 40, STEPS).names):
        late = found[row, :, STEPS[name] :]
        np.testing.assert_array_equal(late, np.broadcast_to(late[:, :1], late.shape))


def test_a_target_is_met_within_the_limit_or_never():
    free, short = records("bowl", 40, None, target=0.5), records("bowl", 40, STEPS, target=0.5)
    for row, (name, _) in enumerate(free.names):
        came = np.where(free.hit[row] < STEPS[name], free.hit[row], NEVER)
        np.testing.assert_array_equal(short.hit[row], came)


def test_early_stopping_counts_within_the_limit_alone():
    found = records("iris", 40, STEPS, patience=3, judgements=20)
    assert (found.done <= np.array([STEPS[name] for name, _ in found.names])[:, None]).all()
    assert (found.best <= found.done).all()


def test_limits_that_agree_with_the_race_change_nothing():
    one, other = records("bowl", 12), records("bowl", 12, dict.fromkeys(STEPS, 12))
    np.testing.assert_array_equal(one.metrics["loss"], other.metrics["loss"])


def test_matrices_of_lanes_are_factored_in_one_thread_each_and_the_setting_is_given_back():
    def threads():
        return {each["filepath"]: each["num_threads"] for each in threadpoolctl.threadpool_info() if each["user_api"] == "blas"}

    seen = []
    run = Run(Job(find("iris"), [Entry("newton", (Newton(),)), Entry("sgd", (SGD(),))], range(4), 4)).compile()
    before = threads()
    run.run(control=Control(lambda progress: seen.append(threads()), threading.Event()))
    assert seen and all(set(each.values()) == {1} for each in seen)
    assert threads() == before
    with runtime.one_blas_thread(), runtime.one_blas_thread():
        assert set(threads().values()) == {1}
    assert threads() == before
