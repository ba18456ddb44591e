"""What a race or a plane would hold is compared with the machine's memory before it is made."""

import numpy as np
import pytest

import descend
from descend.analysis.stability import is_linear
from descend.core.errors import BadValue
from descend.core.system import machine
from descend.engine import Job
from descend.problems import find
from descend.races import RaceSpec, prepare
from descend.races.judging.estimates import interval

pytestmark = pytest.mark.usefixtures("untyped")
ONE = {"learning_rates": [0.1], "seeds": 1}


def planned(problem, rules, **options):
    return prepare(RaceSpec(problem, rules, **options))


@pytest.fixture
def small_machine(monkeypatch):
    monkeypatch.setattr(machine, "memory", lambda: 1_000_000_000)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: descend.train("digits", "sgd", steps=200_000, keep_params=True), "keeping 2,410 parameters at 200,000 steps"),
        (lambda: descend.train("bowl", "sgd", steps=10_000_000), "a race of 1 lanes over 10,000,000 steps"),
        (lambda: planned("bowl", "textbook", learning_rates="1e-3:1:5000", seeds=1, steps=500), "a race of 50,000 lanes"),
        (lambda: planned("digits", "sgd", evaluation_seeds=200_000, **ONE), "a race of 200,000 lanes"),
        (lambda: planned("dots", "textbook", evaluation_seeds=3000, steps=10, **ONE), "snapshots of 30,000 lanes"),
        (lambda: descend.stability("sgd", curvature=np.ones(100_000)), "a Jacobian of 100,000 x 100,000 numbers"),
        (lambda: is_linear("sgd", np.ones(100_000)), "a Jacobian of 100,000 x 100,000 numbers"),
        (
            lambda: descend.stability("momentum", learning_rate=np.linspace(0, 1, 9000), momentum=np.linspace(0, 0.9, 9000)),
            r"a plane of 81,000,000 points \(9,000 of learning_rate x 9,000 of momentum\)",
        ),
        (lambda: descend.stability("adam", learning_rate=np.linspace(0, 1, 10**6)), "a plane of 1,000,000 points"),
    ],
)
def test_what_is_too_much_is_refused_in_one_line(ask, words, small_machine):
    message = rf"^{words}.* takes about [\d.]+ [GT]B of memory, and this machine has 1 GB: (take|give) fewer"
    with pytest.raises(BadValue, match=message) as caught:
        ask()
    assert "\n" not in str(caught.value)


def test_what_fits_is_not_refused(small_machine):
    Job(find("bowl"), [descend.engine.Entry("sgd", (descend.rules.SGD(0.1),))], range(100), 1000)
    planned("digits", "textbook")
    assert descend.stability("sgd", curvature=np.ones(100), learning_rate=[0.1]).growth.shape == (1,)


@pytest.mark.parametrize(
    "values", ["0.1", ["a"], [[0.1, 0.2], [0.3, 0.4]], [[0.1], [0.2, 0.3]], [], 10**400, [10**400], True, 1j, None]
)
def test_an_axis_that_is_no_row_of_numbers_is_refused(values):
    with pytest.raises(BadValue, match=r"^learning_rate is .*, must be a number or a row of numbers in \[0, inf\)$"):
        descend.stability("sgd", learning_rate=values)


@pytest.mark.parametrize("curvature", [np.ones((2, 2)), [[1.0]], "steep", 10**400, {}, None, [None]])
def test_a_curvature_that_is_no_row_of_numbers_is_refused(curvature):
    with pytest.raises(BadValue, match="curvature is "):
        descend.stability("sgd", curvature=curvature)


def test_a_curvature_may_be_an_array_of_no_axis():
    assert descend.stability("sgd", curvature=np.array(4.0), learning_rate=0.6).growth[0] == pytest.approx(1.4)


@pytest.mark.parametrize("rates", [10**400, [10**400], (0.1, 10**400)])
def test_learning_rates_that_no_float_holds_are_refused(rates):
    with pytest.raises(BadValue, match="learning rate is "):
        planned("bowl", "sgd", learning_rates=rates)


def test_sweeps_without_end_are_refused_at_once():
    with pytest.raises(BadValue, match="sweep l2 has more than 1,000 values"):
        planned("dots", "sgd", sweep={"l2": range(10**9)}, **ONE)


def test_resampling_in_blocks_draws_the_same(monkeypatch):
    from descend.core.numeric import statistics

    values = np.random.default_rng(0).normal(size=50)
    whole = interval(values)
    monkeypatch.setattr(statistics, "BLOCK", 777)
    assert interval(values) == whole


def test_a_range_of_seeds_has_its_rows_parted_group_by_group():
    """Lanes of many seeds, each with rows of its own: equal whatever the width of a program."""
    wide, narrow = (
        descend.race("iris", "sgd", learning_rates=[0.1], steps=10, seeds=1, evaluation_seeds=6, width=width) for width in (6, 2)
    )
    np.testing.assert_allclose(wide.lanes["loss"].to_numpy(), narrow.lanes["loss"].to_numpy(), rtol=1e-5)
