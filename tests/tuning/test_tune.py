"""Tuning small problems to the end: what it says is what its race and its trainings show."""

import json
import signal

import numpy as np
import pytest

import descend
from descend import schedules
from descend.cli.main import main
from descend.core.errors import BadInput, BadValue, UnknownName
from descend.problems import find
from descend.rules import SGD, Adam, Momentum
from descend.store.tuning import Setting
from descend.tuning import Budget, tune
from descend.tuning.tune import _Tuning

ASKED = {"rules": ["adam", "momentum"], "schedules": ["constant", "cosine"], "steps": 48}


@pytest.fixture(scope="module")
def tuned():
    phases = []
    result = tune("iris", "140trainings", **ASKED, on_progress=lambda phase, now: phases.append(phase))
    return result, phases


def test_the_answer_is_the_leader_of_a_race_on_fresh_seeds(tuned):
    result, phases = tuned
    assert list(dict.fromkeys(phases)) == ["compiling", "rates", "settings", "race"]
    race = result.race
    leader = race.leaderboard[0]
    assert result.answer.startswith(result.best().rule.split()[0])
    assert f"{race.summary['judged']} " in result.answer
    assert race.summary["judged"] == "test loss"
    assert min(race.lanes["seed"].to_pylist()) > 2  # the tuning seeds are 0 to 2 at most
    assert leader.loss.iqm == min(line.loss.iqm for line in race.leaderboard)
    assert any("usual" in line.rule for line in race.leaderboard)
    assert not result.interrupted


def test_the_recommendation_is_given_as_frameworks_own_optimizers(tuned):
    result, _ = tuned
    assert set(result.native) >= {"torch", "optax"}
    best = next(each for each in result.settings if each.name == result.best().rule)
    assert f"{best.learning_rate}" in result.native["torch"]
    assert ("Cosine" in result.native["torch"]) == (best.schedule == "cosine")


def test_every_rule_gets_as_many_settings(tuned):
    result, _ = tuned
    counts = [sum(each.rule == rule for each in result.settings) for rule in ("adam", "momentum")]
    assert counts[0] == counts[1] > 3
    tried = [len(each.rates) for each in result.plateaus]
    assert tried[0] == tried[1] == 2 * counts[0]


def test_settings_are_what_single_trainings_with_the_real_schedule_come_to(tuned):
    """The compiled choice of schedules against a training with the schedule itself."""
    result, _ = tuned
    rules = {"adam": Adam(), "momentum": Momentum()}
    for each in (result.settings[0], result.settings[len(result.settings) // 2]):
        rule = rules[each.rule].with_rate(schedules.around(each.schedule, each.learning_rate, 48))
        losses = [descend.train("iris", rule, steps=48, seed=seed).metrics["loss"][-1] for seed in range(3)]
        assert each.loss == pytest.approx(np.mean(losses), rel=1e-3)
        assert each.spread == pytest.approx(np.std(losses), rel=1e-3)


def test_nothing_of_the_problem_is_changed_and_two_tunings_agree(tuned):
    result, _ = tuned
    again = tune("iris", "140trainings", **ASKED)
    assert again.settings == result.settings
    assert again.plateaus == result.plateaus
    assert again.answer == result.answer


def test_a_tuning_is_saved_as_its_race(tuned, tmp_path):
    result, _ = tuned
    descend.save(result, tmp_path / "out")
    assert {"rates.png", "report.html", "summary.json", "race.toml"} <= {p.name for p in (tmp_path / "out").iterdir()}
    loaded = descend.load(tmp_path / "out")
    assert loaded.summary["tuning"] == result.to_dict()
    assert result.answer.split(";")[0] in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert descend.race(loaded.spec).lanes.equals(loaded.lanes)


def test_it_finds_that_a_large_rate_beats_the_usual_one(tuned):
    """On 48 steps Adam at 1e-3 hardly moves: 0.05 and more is known to be far better."""
    result, _ = tuned
    adam = next(each for each in result.plateaus if each.rule == "adam")
    assert adam.learning_rate > 0.01
    lines = {line.rule: line for line in result.race.leaderboard}
    assert lines["adam (usual)"].loss.iqm > 2 * result.race.leaderboard[0].loss.iqm
    assert lines["adam (usual)"].standing == "behind"


@pytest.mark.parametrize(("adam", "names"), [(Adam(), ["sgd", "adam (usual)"]), (Adam(b1=0.5), ["adam", "sgd", "adam (usual)"])])
def test_the_usual_rule_races_once_under_its_name(adam, names):
    """Also where tuning finds just that; another rule called adam, at the same rate, is another entrant."""
    under_way = _Tuning(
        find("iris"), Budget(1.0, "trainings"), {"adam": adam, "sgd": SGD()}, True, ("constant",), 10, None, print, 0.0
    )
    best = [Setting(rule, 1e-3, "constant", 0.5, 0.0, 0.0) for rule in ("adam", "sgd")]
    assert [each.name for each, _ in under_way._field(best)] == names


def test_on_a_problem_without_chance_one_training_a_setting_is_enough():
    result = tune("bowl", "120trainings", rules="sgd,momentum", schedules="constant", steps=40)
    assert result.race.summary["deterministic"]
    best = result.race.leaderboard[0]
    assert best.loss.iqm < 1e-2


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"rules": "prodigyy"}, UnknownName, "prodigy"),
        ({"rules": "lbfgs"}, BadValue, "lbfgs has no learning rate to tune"),
        ({"rules": [Adam(learning_rate=schedules.Cosine(0.1, 10))]}, BadValue, "has a schedule of its own"),
        ({"schedules": ["cosin"]}, UnknownName, "cosine"),
        ({"schedules": []}, BadValue, "schedules"),
        ({"budget": "3trainings"}, BadValue, "the budget allows 3 trainings"),
        ({"steps": 0}, BadValue, "steps"),
        ({"batch": 10**6}, BadValue, "batch"),
        ({"on_progress": 3}, BadValue, "on_progress"),
    ],
)
def test_what_cannot_be_tuned_is_refused(asked, error, says, untyped):
    asked = {"budget": "100trainings"} | asked
    with pytest.raises(error, match=says):
        tune("iris", **asked)


def test_the_command_prints_the_answer_and_leaves_a_folder(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = "tune iris --rules adam,momentum --schedules constant,cosine -n 48 --budget 140trainings --out out"
    assert main(words.split()) == 0
    said = capsys.readouterr().out
    assert "Learning rates, from short trainings" in said
    assert "adam (usual)" in said
    assert "Saved in out" in said
    assert main([*words.replace("out out", "out two").split(), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["answer"] in " ".join(said.split())
    assert [each["rule"] for each in answer["plateaus"]] == [
        each["rule"] for each in json.loads((tmp_path / "out" / "summary.json").read_text())["tuning"]["plateaus"]
    ]


@pytest.mark.parametrize(
    "words", ["tune iris --budget 3trainings", "tune iris --budget 60", "tune iris --rules lbfgs", "tune nosuch"]
)
def test_bad_words_write_nothing(words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words.split()) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_an_interrupted_tuning_gives_the_answer_so_far():
    def stop(phase, now):
        if phase == "settings" and not told:
            told.append(phase)
            signal.raise_signal(signal.SIGINT)

    told = []
    result = tune("iris", "140trainings", **ASKED, on_progress=stop)
    assert result.interrupted
    assert result.race is None
    assert result.answer.startswith("So far ")
    with pytest.raises(BadInput, match="nothing to save"):
        descend.save(result, "nowhere")
