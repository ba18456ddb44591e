"""Boundary values, what comes after the end, combinations, and what is refused."""

import math

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue, UnknownName
from descend.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseTime,
    Linear,
    OneCycle,
    PiecewiseConstant,
    Warmup,
    WarmupStableDecay,
    around,
)


def test_the_lectures_linear_decay_over_20_steps():
    schedule, steps = Linear(0.3, 0.003, 20), np.arange(25)
    alpha = np.minimum(steps / 20, 1)
    np.testing.assert_allclose(schedule(steps), (1 - alpha) * 0.3 + alpha * 0.003, rtol=1e-12)
    assert schedule(0) == 0.3
    assert schedule(10) == pytest.approx(0.1515)
    assert schedule(20) == schedule(21) == schedule(10**9) == 0.003


ENDS = [
    (Linear(0.3, 0.003, 20), 0.003),
    (Cosine(0.3, 20, 0.003), 0.003),
    (PiecewiseConstant((5, 20), (0.3, 0.2, 0.003)), 0.003),
    (Warmup(Linear(0.3, 0.003, 12), 8), 0.003),
    (OneCycle(0.3, 20, 0.25, 10.0, 10.0), 0.003),
    (WarmupStableDecay(0.3, 4, 10, 6, 0.0, 0.003), 0.003),
]


@pytest.mark.parametrize(("schedule", "end"), ENDS, ids=lambda value: getattr(value, "name", ""))
def test_the_last_value_is_reached_at_its_step_and_held(schedule, end):
    assert abs(float(schedule(19)) - end) > 1e-6
    for step in (20, 21, 10**6):
        assert float(schedule(step)) == pytest.approx(end, rel=1e-12)


def test_steps_in_stairs_change_at_the_boundary_itself():
    for made in (Exponential(1.0, 0.5, 3, staircase=True), PiecewiseConstant((3, 6), (1.0, 0.5, 0.25))):
        np.testing.assert_allclose(made(np.arange(9)), [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25])
    made = InverseTime(1.0, 1.0, 3, staircase=True)
    np.testing.assert_allclose(made(np.arange(9)), np.repeat([1, 1 / 2, 1 / 3], 3))


def test_warmup_starts_at_zero_and_hands_over_to_the_start_of_the_other():
    made = Warmup(Exponential(0.8, 0.5), 4)
    np.testing.assert_allclose(made(np.arange(7)), [0, 0.2, 0.4, 0.6, 0.8, 0.4, 0.2])


def test_warmups_may_be_nested():
    made = Warmup(Warmup(Constant(1.0), 2, init_value=0.5), 2)
    np.testing.assert_allclose(made(np.arange(6)), [0, 0.25, 0.5, 0.75, 1, 1])


def test_the_plateau_includes_both_its_ends():
    made = WarmupStableDecay(1.0, 4, 3, 4)
    np.testing.assert_allclose(made(np.arange(12)), [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0])


def test_one_cycle_peaks_where_it_says():
    made = OneCycle(1.0, 20, 0.25, 25.0, 1e4)
    assert float(made(0)) == pytest.approx(1 / 25)
    assert float(made(5)) == 1
    assert float(made(20)) == pytest.approx(1 / 25 / 1e4)
    assert np.argmax(made(np.arange(21))) == 5


def test_the_end_of_a_race_can_be_differentiated_by_the_schedules_numbers():
    slope = jax.grad(lambda schedule: schedule(5.0))(Linear(0.3, 0.1, 20.0))
    assert float(slope.init_value) == pytest.approx(0.75)
    assert float(slope.end_value) == pytest.approx(0.25)


@pytest.mark.parametrize("length", [0, -1])
def test_a_length_must_be_above_zero(length):
    with pytest.raises(BadValue, match=rf"linear: transition_steps is {length}, must be in \(0, inf\)"):
        Linear(0.3, 0.1, length)


def test_boundaries_and_values_must_fit_together():
    with pytest.raises(BadValue, match="boundaries has 2 numbers and values 2: values must have one more"):
        PiecewiseConstant((5, 10), (0.1, 0.2))
    with pytest.raises(BadValue, match=r"boundaries is \(10, 5\), must be in increasing order"):
        PiecewiseConstant((10, 5), (0.1, 0.2, 0.3))
    with pytest.raises(BadValue, match="boundaries is 5, must be a tuple of numbers"):
        PiecewiseConstant(5, (0.1, 0.2))
    assert PiecewiseConstant((), (0.1,))(3) == 0.1


def test_warmup_leads_to_a_schedule_only():
    with pytest.raises(BadValue, match=r"warmup: then is 0.1, must be a schedule, such as Constant"):
        Warmup(0.1, 5)


def test_around_ends_where_it_says():
    for name, end in {"linear": 0.01, "exponential": 0.01, "inverse_time": 0.01, "piecewise_constant": 0.01, "cosine": 0.0}.items():
        assert float(around(name, 0.5, 200)(200)) == pytest.approx(0.5 * end, abs=1e-12)
    assert [float(around("piecewise_constant", 1.0, 8)(t)) for t in (3, 4, 5, 6)] == pytest.approx([1, 0.1, 0.1, 0.01])
    assert around("warmup", 0.5, 200) == Warmup(Constant(0.5), 20.0)
    assert around("one_cycle", 0.5, 200) == OneCycle(0.5, 200)


def test_around_adapts_what_follows_from_a_setting():
    for name in ("exponential", "inverse_time"):
        made = around(name, 0.5, 200, transition_steps=20, staircase=True)
        assert float(made(19)) == 0.5
        assert float(made(200)) == pytest.approx(0.005)
    assert around("exponential", 0.2, 11, decay_rate=0.99) == Exponential(0.2, 0.99)
    assert around("piecewise_constant", 1.0, 9, boundaries=(3,)).values == pytest.approx((1.0, 0.1))
    assert around("warmup_stable_decay", 1.0, 100, warmup_steps=50) == WarmupStableDecay(1.0, 50, 30.0, 20.0)
    assert around("warmup", 1.0, 100, then="cosine", transition_steps=20) == Warmup(Cosine(1.0, 80), 20)
    assert around("warmup", 1.0, 100, then=Linear(1.0, 0.5, 7)) == Warmup(Linear(1.0, 0.5, 7), 10.0)


def test_around_names_the_nearest_schedule_and_setting():
    with pytest.raises(UnknownName, match="unknown schedule 'cosin'; did you mean 'cosine'"):
        around("cosin", 0.1, 10)
    with pytest.raises(UnknownName, match="unknown cosine setting 'end_valu'; did you mean 'end_value'"):
        around("cosine", 0.1, 10, end_valu=0)
    with pytest.raises(BadValue, match=r"linear: end_value is nan, must be in \(-inf, inf\)"):
        around("linear", 0.1, 10, end_value=math.nan)
    with pytest.raises(UnknownName, match="unknown schedule 'nothing'"):
        around("warmup", 0.1, 10, then="nothing")
