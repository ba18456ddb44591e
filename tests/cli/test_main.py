"""The command line as a person uses it: what it prints, leaves and refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from descend.cli.main import main, parser
from descend.problems import PROBLEMS
from descend.rules import RULES
from descend.schedules import SCHEDULES

FOLDER = {"race.toml", "lanes.parquet", "curves.parquet", "summary.json", "curves.png", "sensitivity.png", "report.html"}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name, text):
    Path(name).write_text(text)


def test_a_race_leaves_its_folder(in_a_folder, capsys):
    words = "race bowl --lr 0.61 --rules sgd,momentum --set momentum.momentum=0.42 --steps 50 --out out"
    assert main(words.split()) == 0
    out = capsys.readouterr().out
    assert "momentum (learning rate 0.61) wins" in out
    assert "100%" in out
    assert "out" in out
    assert FOLDER | {"paths.png"} <= {p.name for p in (in_a_folder / "out").iterdir()}


@pytest.mark.parametrize("columns", ["64", "80", "200"])
def test_the_leaderboard_fits_the_terminal_and_cuts_nothing(columns, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    words = "race iris --rules rmsprop_nesterov,nesterov_lookahead --lr 1e-3:1e-2:2 --steps 5 --target 0.5 --seeds 1"
    assert main([*words.split(), "--evaluation-seeds", "2"]) == 0
    out = capsys.readouterr().out
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
    assert "nesterov_lookahead" in out
    assert ("decades" in out) == (columns == "200")


def test_json_is_the_summary_alone(in_a_folder, capsys):
    words = "race bivariate --rules sgd,momentum,nesterov --lr 0.003 --batch full --target 1e-6 --steps 1200 --json"
    assert main(words.split()) == 0
    summary = json.loads(capsys.readouterr().out)
    assert {line["rule"]: (line["steps_to_target"], line["settling_steps"]) for line in summary["leaderboard"]} == {
        "sgd": (911, 911), "momentum": (144, 194), "nesterov": (36, 111),
    }  # fmt: skip
    (folder,) = (in_a_folder / "races").iterdir()
    assert json.loads((folder / "summary.json").read_text()) == summary
    assert pq.read_table(folder / "lanes.parquet").num_rows == 3


def test_a_table_that_somebody_else_wrote(in_a_folder, capsys):
    from sklearn.datasets import load_wine

    load_wine(as_frame=True).frame.to_csv("wine.csv", index=False)
    words = "race wine.csv:target --rules adam,sgd --lr 1e-2:1:3 --seeds 1 --evaluation-seeds 3 --steps 60 --json --out w"
    assert main(words.split()) == 0
    board = json.loads(capsys.readouterr().out)["leaderboard"]
    assert all(line["accuracy"] > 0.9 for line in board)


@pytest.mark.parametrize(("command", "registry"), [("rules", RULES), ("problems", PROBLEMS), ("schedules", SCHEDULES)])
def test_lists(command, registry, capsys):
    assert main([command]) == 0
    listed = capsys.readouterr().out
    ours = [name for name in registry if registry[name].__module__.startswith("descend.")]  # another test may have its own
    assert all(name in listed for name in ours)
    for name in ours:
        assert main([command, name]) == 0
        assert "Reference" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--help"], *([c, "--help"] for c in ("race", "rules", "problems", "schedules"))])
def test_help_shows_an_example(words, capsys):
    assert main(words) == 0
    assert "example" in capsys.readouterr().out


def test_help_loads_no_jax():
    code = "import sys; from descend.cli.main import main; main(['race', '--help']); assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("rase bowl", "did you mean 'race'"),
        ("--hepl", "did you mean '--help'"),
        ("--", "unknown option of descend '--'"),
        ("-x", "unknown option of descend '-x'"),
        ("race", "no problem to race on; name one, as in: descend race digits"),
        ("race bowll", "did you mean 'bowl'"),
        ("race digits --rules adm", "did you mean 'adam'"),
        ("race digits --stesp 3", "did you mean '--steps'"),
        ("race digits --steps 0", "must be at least 1"),
        ("race digits --steps many", "not a whole number"),
        ("race digits --seeds -1", "must be at least 1"),
        ("race digits --lr 1:0.1:5", "reversed"),
        ("race digits --lr=-1:1:5", "above 0"),
        ("race digits --lr nan", "above 0"),
        ("race digits --lr fast", "not a number"),
        ("race digits --lr 1e-3:1:1e11", "must have 2 to 10,000"),
        ("race digits --lr 1e-300:1e300:5", "from 1.2e-38 to 3.4e+38"),
        ("race digits --steps 1e15", "not a whole number"),
        ("race digits --steps 1000000000000000", "at most 1,000,000,000"),
        ("race digits --seeds 100000000000000", "must be at most 10,000"),
        ("race digits --evaluation-seeds 100000000000000", "must be at most 10,000"),
        ("race digits --target 1e308", "32-bit float"),
        ("race digits --rules adam --set adam.eps=1e308", "the largest 32-bit float"),
        ("race digits --set hidden=64 --set hidden=32", "--set hidden=64,32"),
        ("race digits --rules adam --set adam.b1=0.5 --set adam.b1=0.6", "given twice, as 0.5 and as 0.6; give one of them"),
        ("race bowl --out=", "--out is empty; give it a value"),
        ("race digits --batch 100000", "training rows"),
        ("race digits --batch most", "or full"),
        ("race digits --target low", "not a number"),
        ("race digits --target nan", "finite"),
        (
            "race digits --data x.npz",
            "--data x.npz: digits is not read from a file of its own; leave it out, or take mnist, fashion_mnist, imdb",
        ),
        ("race good.csv:y --data good.csv", "good.csv:y is not read from a file of its own"),
        (
            "race bowl --text body",
            "--text body: bowl is not read from a column of texts; leave it out, or take a table: FILE:TARGET",
        ),
        ("race texts.csv:y --text body --set text=body", "are one and the same; give one of them"),
        ("race texts.csv:y --text bodi", "did you mean 'body'"),
        ("race texts.csv:y --text void", "no values at all: name another column of texts"),
        ("race digits --set l2=0.1 --sweep l2=0,1", "--set l2=0.1, which the race sweeps: leave it out"),
        ("race digits --sweep hiden=3", "did you mean 'hidden'"),
        ("race digits --sampling online", "take at most"),
        ("race digits --patience 3 --set validation=0", "no validation rows to stop by"),
        ("race digits --batch 1 --set batch_norm=true", "a batch of 1 row has no variance"),
        ("race digits --schedule cosin", "did you mean 'cosine'"),
        ("race digits --set hiden=3", "did you mean 'hidden'"),
        ("race digits --set hidden=wide", "hidden"),
        ("race digits --set hidden", "NAME=VALUE"),
        ("race digits --set activation=rellu", "did you mean 'relu'"),
        ("race digits --rules adam --set sgd.momentum=1", "unknown rule of this race"),
        ("race digits --set adam.b3=1", "unknown hyperparameter of adam"),
        ("race digits --set adam.b1=2", r"b1 is 2, must be in [0, 1)"),
        ("race digits --set adam.b1=big", "must be a number"),
        ("race digits --set adam.learning_rate=1", "--lr"),
        ("race nothing.csv:y", "no such file"),
        ("race empty.csv:y", "empty"),
        ("race ragged.csv:y", "ragged.csv"),
        ("race good.csv:z", "x, y"),
        ("race good.csv", "good.csv:"),
        ("race oneclass.csv:y", "one class"),
        ("race names.csv:y", "name"),
        ("race holes.csv:y", "nan"),
        ("race void.csv:y", "void.csv"),
        ("race bowl --out full", "already holds a race"),
        ("race bowl --out good.csv", "is a file"),
        ("race bowl --out /proc/here", "/proc/here"),
        ("rules adm", "did you mean 'adam'"),
    ],
)
def test_bad_input_is_one_line_and_code_2(words, message, in_a_folder, capsys):
    numbers = "\n".join(f"{i / 7},{i % 2}" for i in range(20))
    write("empty.csv", "")
    write("ragged.csv", "x,y\n1,2\n3,4,5\n" + numbers)
    write("good.csv", "x,y\n" + numbers)
    write("oneclass.csv", "x,y\n" + "\n".join(f"{i},a" for i in range(20)))
    write("names.csv", "name,x,y\n" + "\n".join(f"n{i},{i},{i % 2}" for i in range(20)))
    write("holes.csv", "x,y\nnan,1\ninf,0\n" + numbers)
    write("texts.csv", "body,void,y\n" + "\n".join(f"some words,,{i % 2}" for i in range(20)))
    write("void.csv", "x,y\n" + "\n".join(f"{i}," for i in range(20)))
    (in_a_folder / "full").mkdir()
    write("full/summary.json", "{}")
    before = sorted(in_a_folder.rglob("*"))
    assert main(words.split()) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert message in told.err
    assert "Traceback" not in told.err
    assert sorted(in_a_folder.rglob("*")) == before


def parsed(words):
    """What the parser makes of some words, as a dictionary."""
    return vars(parser().parse_args(words.split())) | {"act": None}


SHORT = {
    "race bowl -r sgd -l 0.1 -n 5": "race bowl --rules sgd --lr 0.1 --steps 5",
    "race bowl -b full -s start=1,1 -o x": "race bowl --batch full --set start=1,1 --out x",
    "race f.csv:y -c a=text -o x": "race f.csv:y --columns a=text --output x",
    "explain iris -r sgd -b 8 -s hidden=4": "explain iris --rules sgd --batch 8 --set hidden=4",
    "columns f.csv -c a=text -s decimal=comma": "columns f.csv --columns a=text --set decimal=comma",
    "rules adam -p -o x.png": "rules adam --plot --output x.png",
    "show cosine -n 9 -s peak=1 -o x.svg": "show cosine --steps 9 --set peak=1 --output x.svg",
    "lab -p 9000 -n": "lab --port 9000 --no-browser",
    "export adam -t torch -s b1=0.5 -o x.py": "export adam --to torch --set b1=0.5 --output x.py",
}


@pytest.mark.parametrize("short", list(SHORT))
def test_short_options_are_the_long_ones(short):
    assert parsed(short) == parsed(SHORT[short])


def test_every_command_with_options_has_two_short_ones_and_one_way_to_name_its_output():
    (commands,) = (action.choices for action in parser()._actions if action.dest == "command")
    for name, sub in commands.items():
        words = [action.option_strings for action in sub._actions if action.option_strings and action.dest != "help"]
        assert sum(len(word) == 2 for each in words for word in each) >= min(2, len(words)), name
        assert [each for each in words if "--out" in each] in ([], [["-o", "--output", "--out"]])


@pytest.mark.parametrize(("word", "meant"), [("-steps", "--steps"), ("-lr=0.1", "--lr"), ("-out", "--out"), ("-rules", "--rules")])
def test_a_long_option_with_one_dash_is_not_read_as_a_short_one_with_a_value(word, meant, capsys):
    assert main(["race", "bowl", word, "3"]) == 2
    assert f"did you mean '{meant}'?" in capsys.readouterr().err


def test_an_empty_value_of_a_short_option_is_refused_by_its_name(capsys):
    assert main(["race", "bowl", "-o", ""]) == 2
    assert capsys.readouterr().err == "descend: -o is empty; give it a value, or leave -o out\n"
