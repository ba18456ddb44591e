"""What a race hands on to its readers: how finely the target was watched, and the losses in its own precision."""

import jax
import numpy as np
import pyarrow as pa
import pytest

import descend
from descend.report import words
from descend.study.paths import names

SMALL = {"rules": ["sgd"], "learning_rates": 0.1, "seeds": 1, "evaluation_seeds": 2}


@pytest.mark.parametrize(
    ("problem", "options", "every"),
    [
        ("bowl", {"steps": 120, "target": 0.1}, 1),
        ("iris", {"steps": 120, "target": 0.5}, 2),
        ("iris", {"steps": 60, "target": 0.5}, 1),
    ],
)
def test_how_finely_the_target_was_watched_is_told(problem, options, every):
    race = descend.race(problem, **SMALL, **options)
    assert race.summary["target_every"] == every
    hits = [hit for hit in race.lanes["steps_to_target"].to_pylist() if hit is not None]
    assert hits
    assert all(hit % every == 0 for hit in hits)


def test_the_start_in_the_picture_is_where_the_paths_begin():
    race = descend.race("yoghurt", rules="sgd,adam", learning_rates=0.1, seeds=1, evaluation_seeds=2, steps=60)
    assert race.paths is not None
    begins = race.paths.to_pandas().query("step == 0")[["x1", "x2"]].to_numpy()
    np.testing.assert_array_equal(begins, [race.landscape["start"]] * 2)
    for axis, place in zip(("x1", "x2"), race.landscape["start"], strict=True):
        assert race.landscape[axis].min() < place < race.landscape[axis].max()
    assert list(race.landscape["names"]) == ["w1", "w2"]


def test_numbers_are_called_by_their_place():
    assert names(np.zeros(2)) == ["x1", "x2"]
    assert names({"b": np.zeros(()), "w": np.zeros(1)}) == ["b", "w"]


def test_curves_keep_the_race_s_precision():
    def types():
        race = descend.race("bowl", **SMALL, steps=5)
        return {race.curves.schema.field(name).type for name in ("loss", "gradient_norm", "update_norm", "judged_loss")}

    assert types() == {pa.float32()}
    with jax.enable_x64(True):
        assert types() == {pa.float64()}


def test_the_sentence_and_the_report_show_a_loss_with_the_same_digits():
    race = descend.race("iris", **SMALL, steps=20)
    assert f"test loss {words.loss(race.leaderboard[0])}" in race.summary["verdict"]
