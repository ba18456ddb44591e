"""Rules are told apart in pictures: by their looks, where their lines are equal, and where they are many."""

from itertools import combinations

import pytest
from fake import Asked, network_race
from fake_surface import bowl_race
from matplotlib.text import Text

from descend.report import figure
from descend.report.style import palette as looks

TWINS = bowl_race({"sgd": 0.42, "the same": 0.42, "adam": 0.35}, steps=8)
MANY = network_race(Asked(rules=tuple(f"rule {n}" for n in range(20)), steps=100, evaluation=2, tuning=1, diverging=()))


@pytest.mark.parametrize("name", ["curves", "paths"])
def test_equal_lines_are_both_seen_the_better_one_thin_on_top(name):
    (axes,) = figure(TWINS, name).axes
    sgd, twin = (looks.assign_looks(row["rule"] for row in TWINS.leaderboard)[rule].colour for rule in ("sgd", "the same"))
    lines = {line.get_color(): line for line in axes.lines if len(line.get_xdata()) == 9}
    order = [line.get_color() for line in axes.lines]
    assert lines[twin].get_linewidth() > lines[sgd].get_linewidth() + 1
    assert order.index(twin) < order.index(sgd)


def test_of_many_rules_the_leaders_stand_out_and_are_named():
    made = figure(MANY, "curves")
    (axes,) = made.axes
    made.draw_without_rendering()
    renderer = made.canvas.get_renderer()
    named = [text for text in axes.texts if text.get_text().startswith("rule ")]
    assert {text.get_text().rsplit("  ")[0] for text in named} == {row["rule"] for row in MANY.leaderboard[: looks.LEADERS]}
    assert not [
        1 for one, other in combinations([Text.get_window_extent(text, renderer) for text in named], 2) if one.overlaps(other)
    ]
    assert sum(line.get_color() == looks.REST.colour for line in axes.lines) == 20 - looks.LEADERS
    assert "the best 8 of 20 rules" in axes.get_title(loc="left")
    entries = [text.get_text() for text in figure(MANY, "sensitivity").legends[0].get_texts()]
    assert len(entries) == looks.LEADERS + 1
    assert entries[-1] == "12 others"


def test_the_leaders_of_many_have_looks_of_their_own():
    found = list(looks.assign_looks(f"rule {n}" for n in range(30)).values())
    assert len(set(map(str, found[: looks.LEADERS]))) == looks.LEADERS
    assert len({look.colour for look in found[: looks.LEADERS]}) == 7


def test_a_rule_looks_the_same_in_every_race_and_unlike_every_other():
    rules = ["sgd", "adam", "momentum", *(f"rule {n}" for n in range(12))]
    found = looks.assign_looks(rules)
    assert len(set(map(str, found.values()))) == len(rules)
    assert looks.assign_looks(["adam", "zeta"])["adam"] == found["adam"]
    assert len(looks.assign_looks(f"rule {n}" for n in range(60))) == 60
