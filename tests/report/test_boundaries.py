from dataclasses import replace

import numpy as np
import pytest
from fake import Asked, network_race
from fake_network import with_boundaries

import descend
from descend.core.errors import BadValue
from descend.report import figure
from descend.report.figures import boundaries, boundary_data

ONE = network_race(Asked(rules=("sgd",), rates=(0.1,), tuning=1, evaluation=1, steps=20))
MANY = network_race(Asked(rules=tuple(f"rule {n}" for n in range(14)), rates=(0.1,), tuning=1, evaluation=1, steps=20))
SMALL = {"learning_rates": 0.1, "seeds": 1, "evaluation_seeds": 1, "steps": 3}


@pytest.mark.parametrize(("race", "classes"), [(ONE, 2), (ONE, 3), (ONE, 30), (MANY, 2)])
def test_every_entrant_has_a_panel_up_to_twelve(race, classes):
    made = figure(with_boundaries(race, classes), "boundaries")
    made.draw_without_rendering()
    panels = [axes for axes in made.axes if axes.get_visible()]
    assert len(panels) == min(12, len(race.leaderboard))
    assert panels[0].get_title().startswith(race.leaderboard[0]["rule"])
    assert "100.0 % correct" in [text.get_text() for text in panels[0].texts]
    assert ("the best 12 of 14 entrants" in made.get_suptitle()) == (race is MANY)


def test_the_line_runs_where_the_output_is_a_half():
    race = with_boundaries(ONE)
    (axes,) = figure(race, "boundaries").axes
    (line,) = [each for each in axes.collections if each.get_linewidths().size and each.get_linewidths()[0] == 1.4]
    radius = np.hypot(*line.get_paths()[0].vertices.T)
    np.testing.assert_allclose(radius, np.sqrt(2), atol=0.03)  # the disc that was drawn


def test_held_out_points_are_ringed_and_classes_have_colour_and_marker():
    race = with_boundaries(ONE)
    (axes,) = figure(race, "boundaries").axes
    points = [line for line in axes.lines if line.get_linestyle() == "None"]
    counts = {(line.get_marker(), line.get_color(), line.get_markeredgecolor()): len(line.get_xdata()) for line in points}
    assert sum(count for (*_, edge), count in counts.items() if edge != "white") == 20
    assert sum(counts.values()) == 80
    assert len({(marker, colour) for marker, colour, _ in counts}) == len({marker for marker, *_ in counts}) == 2
    assert len({boundaries.look(label) for label in range(49)}) == 49


def test_a_sweep_stands_in_the_order_of_its_value():
    race = descend.race("moons", "sgd", sweep={"l2": [0.01, 0, 0.1, 0.001]}, **SMALL)
    data = boundary_data.boundaries(race)
    assert [entrant.name for entrant in data.entrants] == ["sgd l2=0", "sgd l2=0.001", "sgd l2=0.01", "sgd l2=0.1"]
    assert data.columns == 4
    assert {line.rule: line.values for line in race.leaderboard}["sgd l2=0.001"] == {"l2": 0.001}


def test_rules_of_a_sweep_have_a_row_each():
    race = descend.race("moons", "sgd,adam", sweep={"l2": [0.1, 0]}, **SMALL)
    shown = [entrant.name for entrant in boundary_data.boundaries(race).entrants]
    assert sorted(shown[:2]) == shown[:2] == [f"{shown[0].split()[0]} l2={value}" for value in ("0", "0.1")]
    assert boundary_data.boundaries(race).columns == 2


def test_words_that_are_swept_keep_the_order_of_the_leaderboard():
    race = descend.race("moons", "sgd", sweep={"activation": ["tanh", "relu"]}, **SMALL)
    assert [entrant.name for entrant in boundary_data.boundaries(race).entrants] == [line.rule for line in race.leaderboard]


def test_accuracy_is_told_in_words_and_left_out_where_it_is_not_known():
    race = with_boundaries(ONE)
    assert boundary_data.describe(boundary_data.boundaries(race)) == ["sgd: 100.0 % of 20 held-out points correct."]
    unknown = replace(race, snapshots=race.snapshots | {"accuracy": np.array([np.nan]), "held_out": np.zeros(80, bool)})
    assert boundary_data.describe(boundary_data.boundaries(unknown)) == []
    assert "not judged" in [text.get_text() for text in figure(unknown, "boundaries").axes[0].texts]


@pytest.mark.parametrize("value", [0.2, np.nan])
def test_an_output_that_never_crosses_the_line_or_is_no_number_can_be_drawn(value):
    for classes in (2, 3):
        race = with_boundaries(ONE, classes)
        field = np.full_like(race.snapshots["field"], value)
        figure(replace(race, snapshots=race.snapshots | {"field": field}), "boundaries").draw_without_rendering()


def test_a_race_without_snapshots_says_what_it_lacks():
    with pytest.raises(BadValue, match="no decision boundaries: digits is not a problem of classes with two features; draw curves"):
        figure(ONE, "boundaries")
