"""descend export: the program on standard output or in a file, for a rule or a race's winner."""

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
    assert f"rule = {race.best().made.expression}\n" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "race"), "--to", "optax", "--set", "b1=0.5"]) == 2
    assert "name a rule to set some" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["adm", "--to", "torch"], "did you mean 'adam'"),
        (["adam", "--to", "pytorch"], "did you mean 'torch'"),
        (["adam"], "required: --to"),
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
