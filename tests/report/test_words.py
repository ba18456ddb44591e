from dataclasses import replace

from fake import network_race
from fake_surface import bowl_race
from page_parser import SMALL, parse

from descend.report.figures import curve_data as data


def test_a_step_known_to_a_few_updates_is_told_as_such():
    told = " ".join(parse(network_race(SMALL)).texts["dd"])
    assert "validation loss below 0.15, judged every 10 updates" in told
    assert "The median number of updates by which the validation loss, judged every 10 updates, is first below the target" in told
    race = network_race(replace(SMALL, steps=400))
    hits = [f"by {row['steps_to_target']:,.0f}" for row in race.leaderboard if row["steps_to_target"] is not None]
    assert hits
    assert set(hits) <= set(parse(race).texts["td"])
    exact = parse(network_race(replace(SMALL, every=1, steps=400)))
    assert "judged every" not in " ".join(exact.texts["dd"])
    assert not [cell for cell in exact.texts["td"] if cell.startswith("by ")]


def test_one_learning_rate_is_called_by_its_value_not_the_best():
    page = parse(network_race(replace(SMALL, rates=(0.03,))))
    said = " ".join(text for part in ("p", "dd", "figcaption") for text in page.texts[part])
    assert "one line per rule at learning rate 0.03." in said
    assert "each at learning rate 0.03?" in said
    assert "its best" not in said
    assert "A star" not in said
    assert "at its best learning rate" in " ".join(parse(network_race(SMALL)).texts["figcaption"])


def test_empty_options_are_left_out():
    page = parse(replace(network_race(SMALL), document={"problem": {"drop": [], "note": None, "name": "", "l2": 0.0}}))
    assert "problem.l2" in page.texts["dt"]
    assert not {"problem.drop", "problem.note", "problem.name"} & set(page.texts["dt"])


def test_columns_without_content_are_left_out():
    heads = " ".join(parse(network_race(SMALL)).texts["th"])
    assert "balanced accuracy" in heads
    assert "settling steps" in heads
    heads = " ".join(parse(network_race(replace(SMALL, accuracy=False, target=None))).texts["th"])
    assert "accuracy" not in heads
    assert "steps to target" not in heads


def test_everything_that_was_judged_has_a_column_that_is_explained():
    page = parse(network_race(SMALL))
    assert "87.5 %" in page.texts["td"]
    assert "The share of a class's validation rows classified correctly, averaged over the classes." in page.texts["dd"]
    race = network_race(replace(SMALL, accuracy=False))
    for row in race.summary["leaderboard"]:
        row["measures"] = {"r2": 0.25, "profit": 98.93, "depth": 7.0}
    page = parse(race)
    assert {"R2", "profit", "depth"} <= set(page.texts["th"])
    assert {"0.25", "98.93", "7"} <= set(page.texts["td"])


def test_entrants_that_differ_in_their_batches_are_told_by_the_samples_they_see():
    race = network_race(replace(SMALL, rules=("sgd", "adam")))
    for row, size in zip(race.summary["leaderboard"], (16, 64), strict=True):
        row |= {"steps": 40 * 64 // size, "batch": size, "rows": size, "unit": size}
    race.summary["batch"] = [16, 64]
    page = parse(race)
    assert any("in 2,560 samples, each" in words for words in page.texts["p"])
    assert "16, 64 rows per update, at an equal number of samples, as nearly as whole updates allow" in page.texts["dd"]
    assert any("against the number of samples seen" in words for words in page.texts["figcaption"])
    shown = data.curves(race)
    assert shown.along == "samples seen (updates x batch)"
    assert [line.along[-1] / line.steps[-1] for line in shown.lines] == [16, 64]


def test_what_speaks_against_the_problem_is_told():
    race = network_race(SMALL)
    race.summary["notes"] = ["initialisation zero: all units stay equal"]
    assert "initialisation zero: all units stay equal" in parse(race).texts["p"]


def test_a_race_without_chance_shows_no_interval_and_no_seeds():
    page = parse(bowl_race())
    assert "2.021e-05" in page.texts["td"]
    assert not [cell for cell in page.texts["td"] if "[" in cell]
    assert any("nothing in this problem is random" in text for text in page.texts["dd"])
    assert "Final loss of each rule" in page.texts["h2"]


def test_one_rule_is_asked_about_alone():
    words = parse(network_race(replace(SMALL, rules=("sgd",)))).texts["p"]
    assert "How low a validation loss does sgd reach on digits in 40 updates?" in words
