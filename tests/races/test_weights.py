"""What a race trained, taken out of it."""

import jax
import numpy as np
import pytest

import descend
from descend.engine import memory
from descend.problems import find


def test_weights_are_those_of_the_median_lane_live_and_from_the_folder(tmp_path):
    race = descend.race("iris", "sgd", learning_rates=[0.1], steps=20, evaluation_seeds=5)
    best, problem = race.best(), find("iris")
    params = best.weights()
    lanes = [lane for lane in race.lanes.to_pylist() if lane["rule"] == best.rule]
    middle = sorted(lanes, key=lambda lane: lane["loss"])[2]
    judged = problem.evaluate(params, (), problem.resplit(middle["seed"]).test)
    assert float(judged["loss"]) == pytest.approx(middle["loss"], rel=1e-5)
    descend.save(race, tmp_path / "race")
    again = descend.load(tmp_path / "race").best().weights()
    assert all(np.array_equal(a, b) for a, b in zip(jax.tree.leaves(params), jax.tree.leaves(again), strict=True))
    with pytest.raises(ValueError, match="is no model of a framework"):
        best.model()


def test_each_value_of_a_sweep_leaves_with_weights_of_its_own_shape(tmp_path):
    race = descend.race("iris", "sgd", learning_rates=[0.1], steps=3, evaluation_seeds=2, sweep={"hidden": [(3,), (5,)]})
    descend.save(race, tmp_path / "race")
    for found in (race, descend.load(tmp_path / "race")):
        assert {found.best(line.rule).weights().layers[0].weight.shape[0] for line in found.leaderboard} == {3, 5}


def test_weights_too_large_to_keep_are_said_to_be(monkeypatch):
    monkeypatch.setattr(memory, "WEIGHTS", 100)
    race = descend.race("iris", "sgd", learning_rates=[0.1], steps=3, evaluation_seeds=2)
    with pytest.raises(ValueError, match="were not kept: of large models race fewer rules"):
        race.best().weights()
