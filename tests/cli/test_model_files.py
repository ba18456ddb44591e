"""A model in a person's own file, raced from the command line and again from its folder."""

import tomllib

import numpy as np
import pytest

import descend
from descend.cli.main import main
from descend.problems import find

KERAS = """import keras

def build(features, outputs):
    return keras.Sequential([keras.Input((features,)), keras.layers.Dense(outputs, activation="softmax")])

def alone():
    return None

def broken(features, outputs):
    return 1 / 0
"""
EQUINOX = """import equinox as eqx

def build(features, outputs, key):
    return eqx.nn.MLP(features, outputs, 4, 1, key=key)
"""
SHORT = ["--rules", "sgd", "--lr", "0.1", "--steps", "5", "--evaluation-seeds", "2"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    lines = [f"{a:.3f},{b:.3f},{'up' if a > b else 'down'}" for a, b in random.normal(size=(50, 2))]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,kind", *lines]))
    (tmp_path / "model.py").write_text(KERAS)
    (tmp_path / "eqx_model.py").write_text(EQUINOX)
    return tmp_path


def test_a_function_with_a_third_argument_gets_a_key(folder):
    problem = find("eqx_model.py:build", data="t.csv:kind")
    assert problem.parameters == (2 + 1) * 4 + (4 + 1) * 2
    assert problem.adapter.framework == "Equinox"


def test_a_model_of_a_file_races_and_its_folder_runs_it_again(folder, capsys):
    file = "model.py:build"
    assert main(["race", file, "--data", "t.csv:kind", *SHORT, "--out", "first"]) == 0
    problem = tomllib.loads((folder / "first" / "race.toml").read_text())["problem"]
    assert problem["file"] == str(folder / file)
    assert problem["data"] == str(folder / "t.csv:kind")
    assert main(["race", "--from", "first", "--out", "again"]) == 0
    first, again = (descend.load(folder / name) for name in ("first", "again"))
    assert first.lanes["loss"].to_pylist() == again.lanes["loss"].to_pylist()
    assert "Checked against" in capsys.readouterr().out
    assert first.best().model() is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["model.py:build"], "needs rows"),
        (["model.py", "--data", "t.csv:kind"], "names no model"),
        (["none.py:build", "--data", "t.csv:kind"], "there is no file none.py"),
        (["model.py:biuld", "--data", "t.csv:kind"], "unknown model or function in model.py 'biuld'; did you mean 'build'?"),
        (["model.py:alone", "--data", "t.csv:kind"], "takes 0 arguments, must take build(features, outputs)"),
        (["model.py:broken", "--data", "t.csv:kind"], "raised ZeroDivisionError in line 10"),
        (["model.py:build", "--data", "t.csv"], "names no target"),
    ],
)
def test_what_is_wrong_with_a_model_file_is_told_and_nothing_written(folder, words, said, capsys):
    before = sorted(folder.iterdir())
    assert main(["race", *words, "--out", "never"]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert [p for p in sorted(folder.iterdir()) if p.name != "__pycache__"] == before


def test_a_model_in_memory_says_why_no_file_runs_it_again(folder):
    import equinox as eqx
    import jax

    x = np.random.default_rng(0).normal(size=(30, 3)).astype("float32")
    model = eqx.nn.MLP(3, 1, 4, 1, key=jax.random.key(0))
    spec = descend.RaceSpec((model, x, x[:, 0]), "sgd", learning_rates=[0.1])
    with pytest.raises(ValueError, match="cannot be written down: problem is MLP, a model of Equinox in memory"):
        spec.to_toml()
