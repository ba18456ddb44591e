"""An explanation in the terminal and as JSON."""

import json

import pytest
import small_files
from models import Model, dense, rows

import descend
from descend.analysis.complexity.explanation import show
from descend.cli.main import main
from descend.cli.terminal.console import console


@pytest.fixture
def said(capsys, monkeypatch):
    for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE"):  # what other libraries may have set on the way
        monkeypatch.delenv(name, raising=False)

    def run(words: str) -> str:
        assert main(["explain", *words.split()]) == 0
        return capsys.readouterr().out

    return run


def test_the_command_says_what_a_network_costs(said):
    out = said("digits --rules sgd,adam --lanes 1000")
    assert "digits: 2 layers, 2,410 parameters, 2,368 multiply-accumulates (MACs) a row\n" in out
    assert "An update of 64 rows, forward and backward: 323,584 multiply-accumulates and " in out
    lines = [line.split() for line in out.splitlines()]
    first = next(line for line in lines if line[:2] == ["layer", "1"])
    assert first[2:] == ["dense,", "64", "to", "32", "32", "2,080", "2,048", "8.32", "kB", "128", "B"], out
    assert ["in", "all", "2,410", "2,368", "9.64", "kB", "168", "B"] in lines
    assert ["sgd", "0", "B", "0", "28.9", "kB", "28.9", "MB"] in lines
    assert ["adam", "19.3", "kB", "8", "48.2", "kB", "48.2", "MB"] in lines


def test_options_of_the_problem_and_of_rules_are_taken(said):
    out = said("iris --set hidden=5,7 --rules adam --set adam.b1=0.5 --batch full")
    assert "iris: 3 layers, 91 parameters" in out
    assert "An update of 90 rows" in out


def test_a_surface_has_no_layers_and_its_operations_are_counted(said):
    out = said("bowl --rules sgd")
    assert out.startswith("bowl: no layers: a function of 2 numbers\nAn evaluation: 5 elementwise operations.\n")
    assert said("parabola --rules sgd").startswith("parabola: no layers: a function of 1 number\n")


def test_json_is_everything(said):
    found = json.loads(said("digits --rules adam --lanes 7 --json"))
    assert found == json.loads(json.dumps(descend.explain("digits", "adam", lanes=7).to_dict()))
    assert (found["layers"], found["parameters"], found["macs"], found["lanes"]) == (2, 2410, 2368, 7)
    assert [row["output"] for row in found["rows"]] == [[32], [10]]


def test_a_data_sets_own_file_and_a_column_of_texts_are_taken(said, tmp_path):
    file = small_files.options("mnist")["file"]
    assert "mnist: 2 layers, 25,450 parameters" in said(f"mnist --data {file} --rules sgd")
    (tmp_path / "reviews.csv").write_text("body,label\n" + "a lovely film,good\na dull plot,bad\n" * 20)
    assert "1 layer, 10 parameters" in said(f"{tmp_path}/reviews.csv:label --text body --set hidden=none --rules sgd")


@pytest.mark.parametrize("columns", ["40", "60", "80", "120"])
def test_no_name_and_no_number_is_cut_at_any_width(columns, said, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    out = said("digits --set hidden=1000,32 --rules adam,schedule_free_adamw --lanes 1000")
    assert max(map(len, out.splitlines())) <= int(columns)
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
    words = ["65,000", "64,000", "97,362", "1,000 lanes", "schedule_free_adamw"]
    assert [word for word in words[: 4 if columns == "40" else 5] if word not in out] == []
    assert ("activations" in out) == (columns == "120")


def test_names_are_shown_as_they_are(capsys):
    model = Model({"[red]x": (3, 4), ":smile:": (4, 1)}, lambda p, x: x @ p["[red]x"] @ p[":smile:"], rows(3))
    found = descend.explain(model, "sgd")
    show(found, console())
    assert all(name in text for name in ("[red]x", ":smile:") for text in (str(found), capsys.readouterr().out) if text)


def test_printing_it_gives_the_tables():
    text = str(descend.explain(dense((3, 4, 2)), "sgd"))
    assert text.startswith("model: 2 layers, 26 parameters, 20 multiply-accumulates (MACs) a row\n")
    assert "dense, 3 to 4" in text
    assert text.count("\n") > 15


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("digit", "unknown problem 'digit'; did you mean 'digits'?"),
        ("digits --rules adm", "unknown rule 'adm'"),
        ("digits --lanes 0", "0 is too small, must be at least 1"),
        ("digits --batch 100000", "digits has 1079 training rows"),
        ("digits --set hidden=a", "digits: hidden is 'a', must be whole numbers"),
        ("digits --text body", "--text body: digits is not read from a column of texts"),
        ("digits --stepz", "unknown option of descend explain '--stepz'"),
        ("absent.csv:x", "absent.csv"),
    ],
)
def test_what_cannot_be_explained_is_one_line(words, complaint, capsys):
    assert main(["explain", *words.split()]) == 2
    said = capsys.readouterr()
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert not said.out
