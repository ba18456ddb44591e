"""Reports of small races that were run: every picture draws the race's own numbers, and the made-up races are shaped like these."""

import numpy as np
import pytest
from fake import Asked, network_race
from fake_surface import bowl_race

import descend
from descend import problems, report
from descend.report import figure
from descend.report.registry import names

SMALL = {"seeds": 1, "evaluation_seeds": 3}


@pytest.fixture(scope="module")
def moons():
    problem = problems.Moons(hidden=(8,))
    options = {"learning_rates": [0.01, 0.1, 1.0], "steps": 60, "target": 0.6, "health": True, "schedule": "cosine"}
    return descend.race(problem, ["sgd", "adam"], **options, **SMALL)


@pytest.fixture(scope="module")
def surface():
    return descend.race("himmelblau", ["sgd", "momentum"], learning_rates=[0.001, 0.01], steps=40, target=1.0)


def test_a_race_of_a_network_has_every_picture_but_paths(moons):
    assert set(names(moons)) == {"curves", "risk", "sensitivity", "boundaries", "confusion", "health", "functions"}


def test_a_race_of_two_numbers_has_paths(surface):
    assert set(names(surface)) == {"curves", "sensitivity", "paths"}


@pytest.mark.parametrize("name", ["curves", "sensitivity"])
def test_lines_end_at_the_numbers_of_the_race(moons, name):
    (axes, *_) = figure(moons, name).axes
    drawn = np.concatenate([np.atleast_1d(line.get_ydata()) for line in axes.lines if len(line.get_xdata()) > 1])
    if name == "sensitivity":
        numbers = [point["iqm"] for point in moons.summary["sensitivity"] if point["iqm"] is not None]
    else:  # a curve is the interquartile mean of the chosen lanes' judged losses, at the last step too
        table = moons.curves.to_pandas().merge(moons.lanes.to_pandas()[["lane", "phase", "rule"]], on="lane")
        last = table[(table.phase == "evaluation") & (table.step == table.step.max())]
        numbers = [group.judged_loss.mean() for _, group in last.groupby("rule")]
    for number in numbers:
        assert np.isclose(drawn, number, rtol=1e-5).any(), (name, number)


def test_the_cells_of_the_confusion_are_the_rows_of_the_test_part(moons):
    counts = moons.snapshots["confusion"]
    assert counts.sum(axis=(1, 2)).tolist() == [3 * moons.summary["rows"]["test"]] * 2  # of three seeds


def test_paths_end_where_the_trainings_ended(surface):
    finals = surface.paths.to_pandas().sort_values("step").groupby("setting_id").last()
    points = np.concatenate([np.column_stack(line.get_data()) for panel in figure(surface, "paths").axes for line in panel.lines])
    for line in surface.leaderboard:
        end = finals.loc[line.setting_id, ["x1", "x2"]].to_numpy(float)
        assert np.isclose(points, end, rtol=1e-5).all(axis=1).any(), line.rule


def test_the_page_shows_every_picture(moons, surface, tmp_path):
    for race in (moons, surface):
        text = (report.save(race, tmp_path / race.summary["problem"]) / "report.html").read_text(encoding="utf-8")
        assert text.count("<img") == len(names(race))
        for line in race.leaderboard:
            assert line.rule in text


@pytest.mark.parametrize("made", [network_race(Asked(steps=20)), bowl_race()], ids=["network", "bowl"])
def test_made_up_races_are_shaped_like_real_ones(made, moons, surface):
    """Else the other tests of this folder would draw what no race gives."""
    real = moons if "accuracy" in made.lanes.column_names and made.snapshots is not None else surface
    for table in ("lanes", "curves"):
        names_, known = set(getattr(made, table).column_names), set(getattr(real, table).column_names)
        assert names_ <= known | {"accuracy"}, table
    assert set(made.summary) <= set(real.summary) | set(moons.summary)
    assert set(made.summary["leaderboard"][0]) <= set(real.summary["leaderboard"][0])
