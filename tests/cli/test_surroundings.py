"""Odd homes, caches, terminals and names: each is a sentence at most, and nothing that steers a terminal."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from descend.cli.main import main

RACE = ["race", "bowl", "--rules", "sgd", "--lr", "0.1", "--steps", "5", "--out", "out"]
NOBODY = """
import pwd, sys

def none(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")

pwd.getpwuid = none
from descend.cli.main import main
sys.exit(main())
"""
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words, program=None, without=(), **environment):
    """A command in a process of its own."""
    start = ["-c", program] if program else ["-m", "descend"]
    around = {name: text for name, text in os.environ.items() if name not in without} | environment
    done = subprocess.run([sys.executable, *start, *words], env=around, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such users")
def test_a_user_without_a_home_races_without_a_cache(in_a_folder):
    homeless = {"program": NOBODY, "without": ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "JAX_COMPILATION_CACHE_DIR")}
    done = run(RACE, **homeless)
    assert (done.returncode, done.stderr) == (0, "")
    assert [p.name for p in in_a_folder.iterdir()] == ["out"]  # no folder called "~"
    done = run(["race", "mnist"], **homeless)
    assert done.returncode == 2
    assert "there is no home folder to keep it in; set HOME or XDG_CACHE_HOME" in done.stderr


def test_a_cache_that_is_damaged_or_cannot_be_written_is_a_sentence():
    cache = Path("cache").absolute()
    around = {"JAX_COMPILATION_CACHE_DIR": str(cache), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    assert run(RACE, **around).stderr == ""
    for entry in cache.glob("*-cache"):
        entry.write_bytes(b"damaged")
    done = run([*RACE[:-1], "again"], **around)
    assert done.returncode == 0
    assert "the cache of compiled programs cannot be read because it is damaged" in done.stderr
    assert (done.stderr.count("\n"), "Error reading" in done.stderr) == (1, False)
    Path("file").write_text("")
    done = run([*RACE[:-1], "third"], JAX_COMPILATION_CACHE_DIR="file/inside", JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS="0")
    assert done.returncode == 0
    assert (done.stderr.count("\n"), "Error writing" in done.stderr) == (1, False)


@pytest.mark.parametrize("words", [["race", "digits"], ["explain", "bowl"]])
def test_a_device_that_is_not_there_is_a_sentence(words, in_a_folder):
    done = run(words, JAX_PLATFORMS="cuda")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "JAX_PLATFORMS=cuda finds no device here" in done.stderr
    assert "unset JAX_PLATFORMS, or set JAX_PLATFORMS=cpu" in done.stderr
    assert not list(in_a_folder.rglob("*.p*"))


@pytest.mark.parametrize("columns", ["0", "1", "7", "-5", "wide", "99999999999999999999", "\N{SUPERSCRIPT TWO}", ""])
@pytest.mark.parametrize("words", ["rules", "rules adam", "problems digits", "show", "--help", "race --help", "explain bowl"])
def test_any_width_will_do(columns, words, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert main(words.split()) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert max(map(len, told.out.splitlines())) <= 10_000


EVIL = "a\x1b]0;owned\x07\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}b\x9b31m"


@pytest.mark.parametrize("words", [
    ["columns", "t.csv"], ["columns", "t.csv:y"], ["explain", "t.csv:y"], ["race", "t.csv:y", *RACE[2:]], ["race", "t.csv:z"],
    ["race", "t.csv:y", "--columns", f"{EVIL}=kind"], ["race", f"{EVIL}.csv:y"], ["rules", EVIL], ["race", "bowl", f"--{EVIL}"],
    ["race", "bowl", "--set", f"{EVIL}={EVIL}"], ["race", "t.csv:y", "--steps", EVIL], ["export", EVIL, "--to", EVIL], [EVIL],
    ["export", "sgd", "--to", "torch", "--out", f"{EVIL}/x"], ["lab", "--host", EVIL],
])  # fmt: skip
def test_names_reach_no_terminal_as_control_characters(words, capsys, monkeypatch):
    rows = "\n".join(f"{i / 7},word{i % 3}{EVIL},{i % 2}" for i in range(40))
    Path("t.csv").write_text(f"x{EVIL},words{EVIL},y\n{rows}\n", encoding="utf-8")
    main(words)
    told = capsys.readouterr()
    assert STEERING.findall(told.out + told.err) == []
    assert told.out + told.err


LONG = "x" * 100_000


@pytest.mark.parametrize("words", [
    [LONG], ["rules", LONG], ["race", LONG], ["race", "bowl", "--steps", LONG], ["race", "bowl", f"--{LONG}"], ["show", LONG],
    ["race", "bowl", "--lr", LONG], ["race", "bowl", "--set", LONG], ["race", "bowl", "--set", f"{LONG}={LONG}"],
    ["race", "bowl", "--rules", LONG], ["race", "bowl", "--sweep", f"l2={LONG}"], ["race", "bowl", "--sampling", LONG],
    ["race", "bowl", "--out", LONG], ["export", "sgd", "--to", LONG], ["export", LONG, "--to", "torch"], ["columns", LONG],
    ["export", "sgd", "--to", "torch", "--out", LONG], ["race", "bowl", "--lr", "9" * 100_000], ["lab", "--port", "9" * 100_000],
    ["race", "x.csv:y", "--columns", LONG], ["explain", "bowl", "--lanes", "9" * 100_000], ["show", "relu", LONG],
    ["rules", "adam", "--plot", "--out", f"{LONG}.png"], ["race", "bowl", "--schedule", LONG], ["lab", "--host", LONG],
])  # fmt: skip
def test_a_refusal_is_short_however_long_the_word(words, capsys, in_a_folder):
    assert main(words) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert len(told.err) < 1000
    assert not list(in_a_folder.iterdir())


@pytest.mark.parametrize("words", [
    ["rules", ""], ["problems", " "], ["schedules", ""], ["show", ""], ["show", "stability", ""], [""], ["race", ""],
    ["race", "bowl", "--sampling", ""], ["race", "bowl", "--sampling="], ["race", "bowl", "--rules", ""], ["explain", ""],
    ["race", "bowl", "--rules", "sgd,sgd"], ["race", "bowl", "--rules", "sgd,,adam"], ["race", "bowl", "--rules", "sgd,"],
    ["race", "bowl", "--schedule", ""], ["race", "bowl", "--out", ""], ["race", "bowl", "--data", ""],
    ["race", "x.csv:y", "--text", ""],
    ["race", "x.csv:y", "--test", ""], ["race", "x.csv:y", "--split", ""], ["race", "bowl", "--lr", ""], ["lab", "--host", ""],
    ["export", "sgd", "--to", ""], ["export", "", "--to", "torch"], ["export", "sgd", "--to", "torch", "--out", ""],
    ["columns", ""],
    ["rules", "a\0b"], ["race", "bowl", "--out", "a\0b"], ["race", "\udcff.csv:y"], ["race", "bowl", "--set", ""],
])  # fmt: skip
def test_empty_and_impossible_words_are_refused(words, capsys, in_a_folder):
    assert main(words) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert not list(in_a_folder.iterdir())
