"""descend export: the program on standard output or in a file, for a rule or a race's winner."""

import json

import pytest

import descend
from descend.cli.main import main


def test_a_rule_with_its_settings(capsys, tmp_path):
    assert main(["export", "adam", "--to", "numpy", "--set", "b1=0.5", "--set", "learning_rate=0.02"]) == 0
    program = capsys.readouterr().out
    assert "rule = Adam(learning_rate=0.02, b1=0.5)\n" in program
    file = tmp_path / "train.py"
    assert main(["export", "adam", "--to", "numpy", "--set", "b1=0.5", "--set", "learning_rate=0.02", "--out", str(file)]) == 0
    assert file.read_text() == program
    assert main(["export", "adam", "--to", "numpy", "--out", str(file)]) == 2
    assert "exists; choose another --out" in capsys.readouterr().err


def test_the_winner_of_a_saved_race(capsys, tmp_path):
    race = descend.race("bowl", "sgd,momentum", learning_rates="0.01:0.3:4", steps=30)
    descend.save(race, tmp_path / "race")
    assert main(["export", str(tmp_path / "race"), "--to", "optax"]) == 0
    assert f"rule = {race.best().source.expression}\n" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "race"), "--to", "optax", "--set", "b1=0.5"]) == 2
    assert "name a rule to set some" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adm", "--to", "torch"], "did you mean 'adam'"),
        (["adam", "--to", "pytorch"], "did you mean 'torch'"),
        (["adam"], "required: -t/--to"),
        (["adam", "--to", "torch", "--set", "b3=1"], "unknown hyperparameter of adam 'b3'"),
        (["adam", "--to", "torch", "--set", "adam.b1=1"], "write the hyperparameter alone"),
        (["adam", "--to", "torch", "--set", "b1=2"], "b1 is 2, must be in"),
        (["adam", "--to", "torch", "--out", "no/where/x.py"], "cannot write"),
    ],
)
def test_what_cannot_be_exported_says_why(words, message, capsys):
    assert main(["export", *words]) == 2
    told = capsys.readouterr()
    assert message in told.err
    assert not told.out


def edited(folder, **code):
    summary = json.loads((folder / "summary.json").read_text())
    for line in summary["leaderboard"]:
        line["code"] |= code
    (folder / "summary.json").write_text(json.dumps(summary))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({"expression": "SGD(learning_rate=-1)"}, "learning_rate is -1, must be in [0, inf)"),
        ({"expression": "SGD(rate=1)"}, "makes no rule"),
        ({"expression": "SGD(learning_rate='x')"}, "learning_rate is 'x', must be a number"),
        ({"expression": "SGD(SGD())"}, "must be a number"),
        ({"expression": "[SGD()]"}, "makes no rule"),
        ({"expression": "1"}, "makes no rule"),
        ({"expression": "SGDD()", "imports": {"descend.rules": ["SGDD"]}}, "unknown rule or schedule 'SGDD'"),
        ({"expression": "from_optax(1)", "imports": {"descend.rules": ["from_optax"]}}, "unknown rule or schedule 'from_optax'"),
        ({"expression": "SGD(print(1))"}, "cannot be read"),
        ({"imports": {"os": ["system"]}}, "cannot be read"),
    ],
)
def test_a_folder_that_was_edited_gives_no_program(code, message, saved, capsys):
    edited(saved, **code)
    assert main(["export", str(saved), "--to", "numpy"]) == 2
    told = capsys.readouterr()
    assert message in told.err
    assert told.err.count("\n") == 1
    assert not told.out


def test_no_text_of_a_folder_stands_in_a_program(saved, capsys):
    edited(saved, expression="SGD( # __import__('os')\n learning_rate = (0.25) )")
    assert main(["export", str(saved), "--to", "numpy"]) == 0
    told = capsys.readouterr().out
    assert "rule = SGD(learning_rate=0.25)\n" in told
    assert "__import__" not in told


@pytest.fixture(scope="module")
def race():
    return descend.race("bowl", "sgd", learning_rates=[0.1, 0.2], steps=5)


@pytest.fixture
def saved(race, tmp_path):
    return descend.store.write(race, tmp_path / "race")
