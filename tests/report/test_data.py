from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from fake import Asked, network_race
from fake_surface import bowl_race, descend

from descend.report import figure
from descend.report.figures import curve_data as data
from descend.report.figures import path_data
from descend.report.style.scale import Scale

ONE = {"rules": ("adam",), "rates": (0.01, 0.1), "tuning": 1, "steps": 40, "target": None, "diverging": ()}


def _race(losses, statuses, rule="adam"):
    """One rule whose evaluation lanes have these judged losses at steps 0, 10, 20, ... (None: not recorded)."""
    race = network_race(Asked(**ONE, evaluation=len(losses)))
    first = race.lanes.num_rows - len(losses)
    curves = [
        {"lane": first + lane, "step": 10 * k, "loss": 9.0, "judged_loss": value}
        for lane, values in enumerate(losses)
        for k, value in enumerate(values)
    ]
    lanes = race.lanes.to_pylist()
    for lane, status in zip(lanes[first:], statuses, strict=True):
        lane["status"] = status
    return replace(race, lanes=pa.Table.from_pylist(lanes), curves=pa.Table.from_pylist(curves))


def test_lines_are_interquartile_means_and_quartiles_of_the_evaluation_seeds():
    losses = [[4.0, v] for v in (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 100.0)]
    (line,) = data.curves(_race(losses, ["finished"] * 8)).lines
    assert line.seeds == 8
    np.testing.assert_array_equal(line.steps, [0, 10])
    assert (line.middle[1], line.low[1], line.high[1]) == (4.5, 2.0, 6.0)  # the mean of 3, 4, 5, 6
    assert not line.diverged


def test_a_few_diverged_seeds_do_not_hide_the_others_and_half_of_them_do():
    def line(diverged):
        losses = [[4.0, None]] * diverged + [[4.0, 1.0]] * (8 - diverged)
        return data.curves(_race(losses, ["diverged"] * diverged + ["finished"] * (8 - diverged))).lines[0]

    assert line(2).middle[1] == 1.0
    assert not line(2).diverged
    assert np.isinf(line(5).middle[1])
    assert line(5).diverged


def test_a_lane_retired_at_the_target_keeps_its_loss_and_a_stopped_one_is_left_out():
    (line,) = data.curves(_race([[4.0, 1.0, None], [4.0, 3.0, 3.0]], ["reached", "finished"])).lines
    assert line.middle[2] == 2.0
    (line,) = data.curves(_race([[4.0, 1.0, None], [4.0, 3.0, 3.0]], ["stopped", "finished"])).lines
    assert line.middle[2] == 3.0


def test_a_lane_stopped_early_ends_at_the_weights_that_were_kept():
    (line,) = data.curves(_race([[4.0, 1.0, 2.0, None], [4.0, 3.0, 3.0, 3.0]], ["early", "finished"])).lines
    np.testing.assert_array_equal(line.middle, [4.0, 2.0, 2.5, 2.0])


def test_the_training_loss_stands_in_where_nothing_was_judged():
    race = network_race(Asked(**ONE, evaluation=2))
    place = race.curves.column_names.index("judged_loss")
    bare = race.curves.set_column(place, "judged_loss", pa.nulls(race.curves.num_rows, pa.float64()))
    shown = data.curves(replace(race, curves=bare))
    assert shown.quantity == "training loss"
    assert data.curves(race).quantity == "validation loss"
    assert len(shown.lines[0].steps) > len(data.curves(race).lines[0].steps)


def test_without_chance_every_update_is_shown():
    (line,) = data.curves(bowl_race({"sgd": 0.42}, steps=50)).lines
    points = descend("sgd", 0.42, np.array([-5.0, -2.0]), lambda w: 2 * np.array([0.1, 2.0]) * w, 50)
    np.testing.assert_allclose(line.middle, 0.1 * points[:, 0] ** 2 + 2 * points[:, 1] ** 2)
    np.testing.assert_array_equal(line.low, line.high)
    assert line.middle[-1] == pytest.approx(3.868e-04, rel=1e-3)  # the lecture's printed number


def test_the_scale_is_closed_to_a_diverging_rule():
    settings = {"sgd": 0.42, "adam": 0.35}
    alone = data.curves(bowl_race(settings)).scale
    with_diverging = data.curves(bowl_race(settings | {"too fast": 0.61}))
    assert with_diverging.scale == alone
    assert with_diverging.lines[-1].diverged


def test_scales():
    log = Scale.of(np.array([1.0, 0.01, np.inf, np.nan]), 1.0, slack=1.0)
    assert log.log
    assert log.low < 0.01 < 1.0 < log.high < 2
    assert Scale.of(np.array([1.0, 0.5, 1e9]), 1.0, slack=1.0).high < 20
    linear = Scale.of(np.array([-3.0, 5.0]), None, slack=1.0)
    assert not linear.log
    assert linear.low < -3 < 5 < linear.high
    assert not Scale.of(np.array([2.0, 1.0]), 2.0, slack=1.0).log
    for few in ([], [0.0], [3.0, 3.0]):
        scale = Scale.of(np.array(few), None, slack=1.0)
        assert scale.low < scale.high
    np.testing.assert_allclose(Scale(0.01, 100.0, True).share(np.array([0.01, 1.0, 100.0])), [0, 0.5, 1])
    assert np.isfinite(log.drawable(np.array([np.inf, -np.inf, 1e300, 0.0]))).all()
    assert Scale(1.0, 10.0, True).include(0.1).low < 0.1
    assert Scale(1.0, 10.0, False).include(20.0).high > 20


def test_sensitivity_is_sorted_and_nan_where_diverged():
    race = network_race(Asked(rules=("sgd", "my-rule"), evaluation=2, steps=40))
    shown = data.sensitivity(race)
    assert [sweep.rule for sweep in shown.sweeps] == ["sgd", "my-rule"]
    assert (np.diff(shown.sweeps[0].rates) > 0).all()
    assert np.isnan(shown.sweeps[1].middle).all()


def test_the_axis_holds_every_rule_s_interval_at_its_best_rate():
    race = network_race(Asked(rules=("sgd", "adam"), rates=(0.03,), steps=40, evaluation=4))
    shown = data.sensitivity(race)
    for sweep in shown.sweeps:
        assert sweep.best_point == 0
        assert shown.scale.low < sweep.low[0] < sweep.high[0] < shown.scale.high


def test_the_chosen_point_is_the_best_rate_s_or_the_lowest_where_that_diverged():
    rates, loss = np.array([0.1, 1.0, 10.0]), np.array([2.0, 1.0, np.nan])
    sweep = data.Sweep("sgd", 0.1, 0, rates, loss, loss, loss)
    assert sweep.best_point == 0
    assert replace(sweep, best=10.0, place=2).best_point == 1
    assert replace(sweep, best=None, place=None).best_point == 1
    assert replace(sweep, middle=np.full(3, np.nan)).best_point is None


def test_paths_end_where_they_leave_the_view():
    race = bowl_race({"sgd": 0.42, "too fast": 0.61})
    shown = path_data.paths(race)
    stays, goes = shown.paths
    assert not stays.gone
    assert len(stays.points) == 51
    assert goes.gone
    assert goes.points[-1][1] in shown.view[1]  # on the border
    inner = goes.points[:-1]
    assert (inner >= shown.view[:, 0]).all()
    assert (inner <= shown.view[:, 1]).all()


def test_paths_that_are_never_seen_or_stop_being_numbers_are_no_trouble():
    race = bowl_race({"sgd": 0.42})
    table = race.paths.to_pydict()
    lost = pa.table(table | {"x1": [-5.0, 0.0, *[float("nan")] * 49]})
    (path,) = path_data.paths(replace(race, paths=lost)).paths
    assert path.gone
    assert len(path.points) == 2
    (path,) = path_data.paths(replace(race, paths=pa.table(table | {"x1": [99.0] * 51}))).paths
    assert not path.gone


def test_marks_and_the_words_for_them_are_of_what_lies_in_the_picture():
    race = bowl_race({"sgd": 0.42})
    assert path_data.says(path_data.paths(race)).endswith("from the start (square) to its end (dot); the star is the minimum.")
    far = path_data.paths(replace(race, landscape=race.landscape | {"start": np.array([9.0, 0.0]), "optimum": np.full(2, np.nan)}))
    assert (far.start, far.optimum) == (None, None)
    assert path_data.says(far) == "The points each rule visits to its end (dot)."


def test_axes_are_called_as_the_problem_calls_its_numbers():
    race = bowl_race({"sgd": 0.42})
    (axes,) = figure(replace(race, landscape=race.landscape | {"names": np.array(["w", "b"])}), "paths").axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("w", "b")


def test_levels_rise_and_are_denser_low_down():
    levels = path_data.levels(np.linspace(0, 1, 1001))
    assert (np.diff(levels) > 0).all()
    assert levels[1] - levels[0] < levels[-1] - levels[-2]
    assert path_data.levels(np.full((3, 3), 2.0)).size == 1
    assert path_data.levels(np.array([np.nan, np.inf])).size == 0
