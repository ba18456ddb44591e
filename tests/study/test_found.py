"""What a race hands on to its readers: how finely the target was watched, and the losses in its own precision."""

import jax
import pyarrow as pa
import pytest

import descend
from descend.report import words

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


def test_curves_keep_the_race_s_precision():
    def types():
        race = descend.race("bowl", **SMALL, steps=5)
        return {race.curves.schema.field(name).type for name in ("loss", "gradient_norm", "update_norm", "judged_loss")}

    assert types() == {pa.float32()}
    with jax.enable_x64(True):
        assert types() == {pa.float64()}


def test_the_sentence_and_the_report_show_a_loss_with_the_same_digits():
    race = descend.race("iris", **SMALL, steps=20)
    assert f"held-out loss {words.loss(race.leaderboard[0])}" in race.summary["verdict"]
