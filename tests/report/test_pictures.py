from dataclasses import replace
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from fake import Asked, network_race
from fake_surface import bowl_race
from matplotlib.text import Annotation, Text

from descend.core.errors import BadValue, UnknownName
from descend.report import figure

TEN = network_race()
BOWL = bowl_race()
HARD = Asked(rules=("adam", "$x_$", "_hidden", "a rule of a very long name " * 4), rates=(0.01,), steps=20, evaluation=3)
ODD = {
    "one rule, rate and seed": network_race(Asked(rules=("adam",), rates=(0.01,), tuning=1, evaluation=1, steps=20, target=None)),
    "two points": network_race(Asked(rules=("adam", "sgd"), steps=20, every=10, evaluation=3)),
    "all diverged": network_race(Asked(rules=("adam", "sgd"), diverging=("adam", "sgd"), evaluation=2)),
    "all diverged at one rate": network_race(Asked(rules=("sgd",), rates=(0.1,), diverging=("sgd",), evaluation=2)),
    "hard names": network_race(HARD),
    "nobody in it": replace(TEN, summary=TEN.summary | {"leaderboard": [], "sensitivity": []}),
    "nothing recorded": replace(TEN, curves=TEN.curves.slice(0, 0)),
}


def _shown(made):
    made.draw_without_rendering()
    return made.canvas.get_renderer()


def _overlapping(texts, renderer):
    boxes = [(text.get_text(), text.get_tightbbox(renderer)) for text in texts if text.get_text().strip() and text.get_visible()]
    return [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.shrunk(0.98, 0.98).overlaps(other)]


@pytest.mark.parametrize("race", [TEN, BOWL, ODD["hard names"]], ids=["ten", "bowl", "hard names"])
def test_line_labels_do_not_overlap_and_lie_in_the_picture(race):
    made = figure(race, "curves")
    renderer = _shown(made)
    (axes,) = made.axes
    texts = [text for text in axes.texts if isinstance(text, Annotation) and "target" not in text.get_text()]
    assert len(texts) == len(race.leaderboard)
    bare = [Text.get_window_extent(text, renderer) for text in texts]  # the words without the line to the curve
    assert not [1 for one, other in combinations(bare, 2) if one.overlaps(other)]
    assert all(box.x1 <= made.bbox.x1 + 1 and box.x0 >= axes.bbox.x1 for box in bare)
    assert axes.title.get_text() == ""


def test_curves_have_units_a_log_axis_and_the_target():
    (axes,) = figure(TEN, "curves").axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("updates", "validation loss", "log")
    assert any("target 0.15" in text.get_text() for text in axes.texts)
    assert any("my-rule" in text.get_text() and "diverged" in text.get_text() for text in axes.texts)
    assert axes.get_ylim()[1] < 10  # not flattened by the rule that diverged
    hits = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    assert len(hits) == sum(row["steps_to_target"] is not None for row in TEN.leaderboard) > 3


def test_sensitivity_is_over_a_log_axis_with_divergences_at_the_top():
    made = figure(TEN, "sensitivity")
    (axes,) = made.axes
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale()) == ("learning rate", "final validation loss", "log")
    crosses = sum(len(line.get_xdata()) for line in axes.lines if line.get_marker() == "x")
    assert crosses >= sum(each["iqm"] is None for each in TEN.summary["sensitivity"])
    assert [text.get_text().split()[0] for text in made.legends[0].get_texts()] == [row["rule"] for row in TEN.leaderboard]


def test_one_learning_rate_gives_a_row_a_rule():
    (axes,) = figure(BOWL, "sensitivity").axes
    assert axes.get_xlabel() == "final loss"
    assert [tick.get_text().rsplit(maxsplit=1)[0] for tick in axes.get_yticklabels()] == [row["rule"] for row in BOWL.leaderboard]
    assert any("diverged" in text.get_text() for text in axes.texts)


def test_many_paths_get_a_panel_each_and_few_share_one():
    many = figure(BOWL, "paths")
    panels = [axes for axes in many.axes if axes.get_visible()]
    assert len(panels) == len(BOWL.leaderboard)
    assert not _overlapping([text for axes in panels for text in (axes.title, *axes.texts)], _shown(many))
    few = figure(bowl_race({"sgd": 0.42, "adam": 0.35}), "paths")
    assert len(few.axes) == 1
    assert (few.axes[0].get_xlabel(), few.axes[0].get_ylabel()) == ("x1", "x2")
    assert few.axes[0].get_xlim() == (-5.5, 3.0)
    assert {text.get_text() for legend in few.legends for text in legend.get_texts()} >= {"start", "end", "minimum", "adam  0.35"}


def test_paths_in_one_dimension_run_along_the_graph():
    made = figure(bowl_race({"sgd": 0.9, "sgd lost": 1.04}, steps=20, dimensions=1), "paths")
    assert len(made.axes) == 2
    graph, way = made.axes[0].lines[:2]
    np.testing.assert_allclose(way.get_ydata(), np.interp(way.get_xdata(), graph.get_xdata(), graph.get_ydata()))
    assert made.axes[0].get_ylabel() == "f(x1)"


@pytest.mark.parametrize("race", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("name", ["curves", "sensitivity"])
def test_odd_races_can_be_drawn(race, name):
    _shown(figure(race, name))


def test_a_plain_or_broken_landscape_can_be_drawn():
    f = BOWL.landscape["f"]
    for odd in (np.ones_like(f), np.where(f > 1, np.nan, f), np.full_like(f, np.inf)):
        _shown(figure(replace(BOWL, landscape=BOWL.landscape | {"f": odd}), "paths"))


def test_the_dots_of_a_long_path_are_thinned_evenly_to_its_end_and_said_so():
    rows = BOWL.paths.filter(pa.compute.equal(BOWL.paths["rule"], "adam")).to_pydict()
    long = pa.table({name: (column * 8)[:400] if name != "step" else list(range(400)) for name, column in rows.items()})
    made = figure(replace(BOWL, paths=long), "paths")
    _shown(made)
    way = next(line for line in made.axes[0].lines if len(line.get_xdata()) == 400)
    assert way.get_markevery() == 3
    assert "every 3 updates" in {text.get_text() for legend in made.legends for text in legend.get_texts()}
    assert "every" not in str([text.get_text() for legend in figure(BOWL, "paths").legends for text in legend.get_texts()])


def test_best_marks_stand_close_to_their_learning_rates():
    (axes,) = figure(TEN, "sensitivity").axes
    best = np.array([row["learning_rate"] for row in TEN.leaderboard if row["loss"]["iqm"] is not None])
    large = [line.get_xdata()[0] for line in axes.lines if line.get_markersize() >= 7 and len(line.get_xdata()) == 1]
    assert len(large) == len(best)
    np.testing.assert_allclose(np.sort(large), np.sort(best), rtol=0.08)


def test_the_bars_of_one_learning_rate_lie_within_the_axis_and_are_explained():
    (axes,) = figure(network_race(Asked(rules=("sgd", "adam"), rates=(0.03,), evaluation=4)), "sensitivity").axes
    low, high = axes.get_xlim()
    ends = np.concatenate([path.vertices[:, 0] for bars in axes.collections for path in bars.get_paths()])
    assert ends.size == 4
    assert low < ends.min() < ends.max() < high
    assert axes.get_title(loc="left") == "each rule at learning rate 0.03; bars: range of 3 seeds"
    assert "bars" not in figure(BOWL, "sensitivity").axes[0].get_title(loc="left")


def test_unknown_and_absent_pictures_are_refused():
    with pytest.raises(UnknownName, match="unknown picture 'curve'; did you mean 'curves'"):
        figure(TEN, "curve")
    with pytest.raises(BadValue, match="this race has no paths: digits is not a problem of one or two numbers"):
        figure(TEN, "paths")


def test_few_updates_have_whole_ticks():
    (axes,) = figure(bowl_race({"sgd": 0.42}, steps=3), "curves").axes
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
