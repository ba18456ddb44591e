"""Ctrl-C and SIGTERM: what is kept, what is said, and that nothing half done is left."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from descend import report, study
from descend.cli import main as command
from descend.cli.main import main

FOLDER = {"race.toml", "lanes.parquet", "curves.parquet", "summary.json", "curves.png", "sensitivity.png", "report.html"}
# The command line, with a line of progress as soon as lanes run, where it is usually every five seconds.
SOON = """
import sys
from descend.cli import progress
from descend.cli.main import main

progress.EVERY = 0.1
sys.exit(main())
"""
RACE = ["race", "bowl", "--rules", "sgd,adam", "--lr", "0.1:0.3:2", "--steps", "5", "--out", "out"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_race_that_is_stopped_keeps_what_there_is(number, in_a_folder):
    words = ["race", "digits", "--rules", "sgd,adam", "--lr", "0.01:0.1:2", "--seeds", "1", "--steps", "400000", "--out", "out"]
    race = subprocess.Popen([sys.executable, "-c", SOON, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert race.stderr
    assert any("k steps/s" in line and ", 0 k steps/s" not in line for line in race.stderr)  # a line of progress, once lanes run
    race.send_signal(number)
    out, _ = race.communicate(timeout=120)
    assert race.returncode == 130
    assert "Stopped early" in out
    assert {p.name for p in (in_a_folder / "out").iterdir()} >= FOLDER
    steps = pq.read_table(in_a_folder / "out" / "lanes.parquet")["steps"].to_numpy()
    assert 0 < steps.max() < 400000
    assert np.isfinite(json.loads((in_a_folder / "out" / "summary.json").read_text())["leaderboard"][0]["loss"]["iqm"])


def interrupting(function, number, times=1):
    """The function, with signals that come when it begins."""

    def call(*arguments, **options):
        for _ in range(times):
            signal.raise_signal(number)
        return function(*arguments, **options)

    return call


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_saving_loses_nothing(number, in_a_folder, capsys, monkeypatch):
    monkeypatch.setattr(report, "save", interrupting(report.save, number, times=3), raising=False)
    assert main(RACE) == 130
    told = capsys.readouterr()
    assert "Stopped when the race was over" in told.out
    assert "Everything is in out" in told.out
    assert told.err == ""
    names = {p.name for p in Path("out").iterdir()}
    assert names >= FOLDER
    assert not [name for name in names if name.startswith(".")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["loading", "asking", "running"])
def test_a_signal_before_the_first_result_leaves_nothing(moment, number, in_a_folder, capsys, monkeypatch):
    owner, name = {
        "loading": (command, "import_module"),
        "asking": (study, "prepare"),
        "running": (study, "start"),
    }[moment]
    monkeypatch.setattr(owner, name, interrupting(getattr(owner, name), number))
    assert main(RACE) == 130
    assert capsys.readouterr() == ("", "descend: stopped before the first result; nothing was written\n")
    assert not list(in_a_folder.iterdir())


def test_a_second_ctrl_c_does_not_wait(in_a_folder, capsys, monkeypatch):
    monkeypatch.setattr(study, "prepare", interrupting(study.prepare, signal.SIGINT, times=2))
    assert main(RACE) == 130
    assert "stopped at the second Ctrl-C, without waiting for results; nothing was written" in capsys.readouterr().err
    assert not list(in_a_folder.iterdir())


def test_what_handled_signals_before_does_so_afterwards():
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    main(["--version"])
    assert [signal.getsignal(number) for number in numbers] == before
