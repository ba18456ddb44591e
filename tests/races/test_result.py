"""What a race hands on to its readers: how finely the target was watched, and the losses in its own precision."""

from base64 import b64decode
from dataclasses import FrozenInstanceError, replace
from io import StringIO

import jax
import numpy as np
import pyarrow as pa
import pytest

import descend
from descend.cli.terminal.result import show
from descend.core import hyper
from descend.core.errors import StoreError
from descend.races.tables.paths import names
from descend.report import html as page
from descend.report.pages import sentences as words
from descend.rules import SGD, ClipByGlobalNorm, Usage
from descend.schedules import Cosine
from descend.store import Leaderboard

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


@pytest.fixture(scope="module")
def mixed():
    """A race with a rule whose learning rate is a schedule of its own, a grid of one value, and a sweep."""
    rules = {"own": SGD(Cosine(0.5, 50)), "wrapped": ClipByGlobalNorm(SGD(Cosine(0.5, 50, end_value=0.01))), "adam": "adam"}
    options = {"learning_rates": 0.1, "sweep": {"l2": [0, 0.1]}, "seeds": 2, "evaluation_seeds": 3, "steps": 9}
    return descend.race("iris", rules, **options)


def test_a_schedule_of_its_own_is_told_in_place_of_a_rate_that_was_never_used(mixed, tmp_path):
    lines = {line.rule: line for line in mixed.leaderboard}
    assert (lines["own l2=0"].learning_rate, lines["own l2=0"].schedule) == (None, "cosine(0.5, 50)")
    assert lines["wrapped l2=0"].rate_text == "cosine(0.5, 50, end_value=0.01)"
    assert (lines["adam l2=0"].learning_rate, lines["adam l2=0"].schedule, lines["adam l2=0"].rate_text) == (0.1, None, "0.1")
    assert "cosine(0.5, 50)" in repr(mixed)
    assert "cosine(0.5, 50)" in page(mixed)
    stream = StringIO()
    show(mixed, None, stream, brief=False)
    assert "cosine(0.5," in stream.getvalue()
    assert mixed.lanes.to_pandas().query("rule == 'own l2=0'")["learning_rate"].isna().all()
    alone = descend.race("iris", SGD(Cosine(0.5, 50)), learning_rates=0.1, seeds=1, evaluation_seeds=2, steps=5)
    assert "(learning rate cosine(0.5, 50)) ends at" in alone.summary["verdict"]
    cosine = descend.race("bowl", "sgd", learning_rates=0.1, schedule="cosine", steps=5).leaderboard[0]
    assert (cosine.learning_rate, cosine.schedule) == (0.1, "cosine(0.1, 5)")


def test_every_table_knows_its_rows_by_the_same_ids(mixed):
    lanes, curves = mixed.lanes.to_pandas(), mixed.curves.to_pandas()
    assert lanes["lane"].tolist() == list(range(len(lanes)))
    joined = curves.merge(lanes, on="lane", suffixes=("", "_of_lane"))
    assert (joined["entrant_id"] == joined["entrant_id_of_lane"]).all()
    assert (joined["setting_id"] == joined["setting_id_of_lane"]).all()
    assert lanes.groupby("setting_id")["rule"].nunique().max() == 1
    assert {line.entrant: line.entrant_id for line in mixed.leaderboard} == {"own": 0, "wrapped": 1, "adam": 2}
    for line in mixed.leaderboard:
        mine = lanes[(lanes["setting_id"] == line.setting_id) & (lanes["phase"] == "evaluation")]
        assert set(mine["rule"]) == {line.rule}
        assert len(mine) == 3
        assert line.values == {"l2": 0 if line.rule.endswith("l2=0") else 0.1}
    tried = descend.race("bowl", "sgd,adam", learning_rates="0.01:0.1:3", steps=3)
    known = tried.lanes.to_pandas().set_index("setting_id")["learning_rate"]
    assert [known[each["setting_id"]] for each in tried.summary["sensitivity"]] == [
        each["learning_rate"] for each in tried.summary["sensitivity"]
    ]
    assert set(tried.paths["setting_id"].to_pylist()) == set(known.index)


def test_a_leaderboard_is_a_list_of_lines_that_becomes_dicts_and_frames(mixed):
    board = mixed.leaderboard
    assert board.to_dicts() == mixed.summary["leaderboard"]
    assert Leaderboard.from_dicts(board.to_dicts()) == board
    for frame in (board.to_pandas(), board.to_polars()):
        assert list(frame["rule"]) == [line.rule for line in board]
        assert list(frame["loss"]) == [line.loss.iqm for line in board]
        assert {"loss_low", "accuracy", "balanced_accuracy", "l2", "schedule", "code"} <= set(frame.columns)
    assert mixed.to_polars().shape == mixed.to_pandas().shape
    with pytest.raises(FrozenInstanceError):
        board[0].loss = None
    table = repr(board).splitlines()
    assert table[0].split() == ["rule", "learning", "rate", "loss", "interval", "accuracy", "diverged"]
    assert len(table) == 1 + len(board)
    assert table[1].split()[:2] == ["1", board[0].rule.split()[0]]


def test_a_notebook_shows_the_leaderboard_and_its_picture(mixed):
    html = mixed._repr_html_()
    assert html.count("<tr>") == 1 + len(mixed.leaderboard)
    assert b64decode(html.split("base64,")[1].split('"')[0]).startswith(b"\x89PNG")
    assert "<b>" not in replace(mixed, summary=mixed.summary | {"verdict": "<b>"})._repr_html_()
    assert repr(mixed).startswith("iris: ")
    assert repr(mixed).endswith(mixed.summary["verdict"])


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("summary.json", ('"schema": 1', '"schema": 2'), "summary.json has schema 2, written by a newer descend.*update descend"),
        ("race.toml", ("schema = 1", "schema = 2"), "race.toml has schema 2, written by a newer descend"),
        ("summary.json", ('"schema": 1,', ""), "summary.json has no schema, this descend reads 1: run the race again"),
        ("race.toml", ("schema = 1", ""), "race.toml has no schema"),
        (
            "summary.json",
            ('"standing"', '"standings"'),
            "leaderboard 1 has no standing; restore it from a copy or run the race again",
        ),
    ],
)
def test_a_folder_of_another_form_is_refused_with_the_remedy(mixed, tmp_path, file, change, message):
    descend.save(mixed, tmp_path)
    back = descend.load(tmp_path)
    assert (back.schema, back.leaderboard, back.document) == (1, mixed.leaderboard, mixed.document)
    text = (tmp_path / file).read_text()
    assert change[0] in text
    (tmp_path / file).write_text(text.replace(*change))
    with pytest.raises(StoreError, match=message) as caught:
        descend.load(tmp_path)
    assert "\n" not in str(caught.value)


@hyper.pytree
class Costly(SGD):
    """Gradient descent that says that it asks for more."""

    name = "costly"

    def uses(self, steps):
        return Usage(gradients=2 * steps, hvps=steps // 3)


def test_the_table_of_lanes_counts_what_updates_asked_for():
    race = descend.race("bowl", {"sgd": SGD(), "costly": Costly()}, learning_rates=[0.1, 1e3], steps=7)
    rows = race.lanes.to_pylist()
    assert {row["rule"] for row in rows} == {"sgd", "costly"}
    for row in rows:
        gradients, hvps = (row["steps"], 0) if row["rule"] == "sgd" else (2 * row["steps"], row["steps"] // 3)
        assert [row[name] for name in Usage._fields] == [0, gradients, hvps, 0, 0]
