"""The functions that a race uses, and the picture of them."""

import numpy as np

import descend
from descend.report import figure
from descend.report import registry as pictures
from descend.report.pages import captions
from descend.schedules import Cosine
from descend.store import load, write

SMALL = {"seeds": 1, "evaluation_seeds": 1, "steps": 12}


def test_a_schedule_and_activations_are_kept_and_drawn(tmp_path):
    asked = {"schedule": "cosine", "sweep": "activation=relu,tanh", "learning_rates": [0.01, 0.1]}
    race = load(write(descend.race("iris", "sgd", **asked, **SMALL), tmp_path))
    assert race.functions is not None
    table = race.functions.to_pandas()
    leader = race.leaderboard[0]
    steps = table[table["kind"] == "schedule"]
    assert set(steps["name"]) == {leader["rule"]}
    np.testing.assert_allclose(steps["y"], Cosine(leader["learning_rate"], 12)(np.arange(12)), rtol=1e-6)
    tanh = table[table["name"] == "tanh"]
    np.testing.assert_allclose(tanh["y"], np.tanh(tanh["x"]), atol=1e-6)
    np.testing.assert_allclose(tanh["slope"], 1 - np.tanh(tanh["x"]) ** 2, atol=1e-6)
    drawn = [{line.get_label() for line in axes.lines} for axes in figure(race, "functions").axes]
    assert len(drawn) == 3 and drawn[0] == {leader["rule"]}
    assert all({"relu", "tanh"} < labels for labels in drawn[1:])
    title, says = captions.caption(race, "functions")
    assert title == "Schedules and activations"
    assert says.startswith(f"The learning rate of {leader['rule']} at every update. The activations compared")


def test_a_race_without_such_functions_has_no_picture_of_them():
    race = descend.race("iris", "sgd", learning_rates=0.1, **SMALL)
    assert race.functions is None
    assert "functions" not in pictures.names(race)
