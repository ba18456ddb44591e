"""Ctrl-C and SIGTERM: what is kept, what is said, and that nothing half done is left."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from descend import races as study
from descend import report
from descend.cli import main as command
from descend.cli.main import main

FOLDER = {"race.toml", "lanes.parquet", "curves.parquet", "summary.json", "curves.png", "sensitivity.png", "report.html"}
# The command line, with a line of progress as soon as lanes run, where it is usually every five seconds.
SOON = """
import sys
from descend.cli.terminal import progress
from descend.cli.main import main

progress.EVERY = 0.1
sys.exit(main())
"""
RACE = ["race", "bowl", "--rules", "sgd,adam", "--lr", "0.1:0.3:2", "--steps", "5", "--out", "out"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def started(program, *words):
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


def running(steps, until="k steps/s"):
    """A race whose lanes are moving, or that tells of what it waits `until`."""
    words = ["race", "digits", "--rules", "sgd,adam", "--lr", "0.01:0.1:2", "--seeds", "1", "--steps", str(steps), "--out", "out"]
    race = started(SOON, *words)
    assert race.stderr
    assert any(until in line and ", 0 k steps/s" not in line for line in race.stderr)
    return race


def ended(process, *numbers):
    """The exit code, what came on both streams, and the seconds that it took to end after these signals."""
    for number in numbers:
        process.send_signal(number)
    began = time.monotonic()
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    return process.returncode, out, err, time.monotonic() - began


def test_a_race_that_is_stopped_keeps_what_there_is(in_a_folder):
    race = running(40000, until="leader")
    race.send_signal(signal.SIGINT)
    out, _ = race.communicate(timeout=120)
    assert race.returncode == 130
    assert "Stopped early" in out
    assert {p.name for p in (in_a_folder / "out").iterdir()} >= FOLDER
    steps = pq.read_table(in_a_folder / "out" / "lanes.parquet")["steps"].to_numpy()
    assert 0 < steps.max() < 40000
    assert np.isfinite(json.loads((in_a_folder / "out" / "summary.json").read_text())["leaderboard"][0]["loss"]["iqm"])


def test_a_race_whose_judgements_are_hours_apart_stops_soon(in_a_folder):
    code, out, err, seconds = ended(running(10**9), signal.SIGINT)
    assert (code, out, err.splitlines()[-1]) == (130, "", "descend: stopped before the first result; nothing was written")
    assert seconds < 5
    assert not list(in_a_folder.iterdir())


@pytest.mark.parametrize(("numbers", "code", "why"), [
    ([signal.SIGTERM], 143, "ended by SIGTERM"),
    ([signal.SIGHUP], 129, "ended by SIGHUP"),
    ([signal.SIGINT, signal.SIGTERM], 143, "ended by SIGTERM"),
])  # fmt: skip
def test_a_race_that_is_ended_leaves_nothing(numbers, code, why, in_a_folder):
    told = ended(running(10**9), *numbers)
    assert told[:3] == (code, "", f"descend: {why}; nothing was written\n")
    assert told[3] < 3
    assert not list(in_a_folder.iterdir())


# A command that is inside a library which takes no notice of signals: a lock that is never free.
STUCK = """
import sys, threading
from importlib import import_module
from descend.cli.main import main

def stuck(*_, **__):
    print("stuck", flush=True)
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

place, name = sys.argv.pop(1).split(":")
setattr(import_module(place), name, stuck)
sys.exit(main())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("place", "words"), [
    ("descend.cli.commands.show:find_page", "show relu"),
    ("descend.cli.terminal.figure_file:write", "show relu"),
    ("descend.races:race", "rules adam --plot"),
    ("descend.scripts:script", "export adam --to torch"),
    ("descend.analysis.complexity:explain", "explain bowl"),
    ("descend.problems.tables:survey_of", "columns a.csv"),
    ("descend.problems:find", "explain digits"),
    ("descend.problems:find", "race digits --out out"),
    ("descend.races:start", "race bowl --out out"),
    ("descend.lab.hosting:asset", "lab --no-browser"),
])  # fmt: skip
def test_a_command_ends_at_once_whatever_it_is_doing(place, words, number, in_a_folder):
    command = started(STUCK, place, *words.split())
    assert command.stdout
    assert any(line == "stuck\n" for line in command.stdout)
    code, _, err, seconds = ended(command, number)
    assert code == (0 if words.startswith("lab") and number == signal.SIGINT else 128 + number)
    assert err.count("\n") == 1
    assert err.startswith("descend: ended by SIGTERM; " if number == signal.SIGTERM else "descend: ")
    assert seconds < 5
    assert not list(in_a_folder.iterdir())


def test_ctrl_c_while_libraries_are_loaded_shows_no_traceback():
    """The first 60 ms are Python's own, before any of descend is there."""
    for delay in (0.12, 0.16, 0.2, 0.3, 0.4):
        command = subprocess.Popen(
            [sys.executable, "-m", "descend", "explain", "bowl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        time.sleep(delay)
        code, _, _, _ = ended(command, signal.SIGINT)
        assert code in (130, -signal.SIGINT)


def interrupting(function, number, times=1):
    """The function, with signals that come when it begins."""

    def call(*arguments, **options):
        for _ in range(times):
            signal.raise_signal(number)
        return function(*arguments, **options)

    return call


def test_a_signal_while_saving_loses_nothing(in_a_folder, capsys, monkeypatch):
    monkeypatch.setattr(report, "save", interrupting(report.save, signal.SIGINT), raising=False)
    assert main(RACE) == 130
    told = capsys.readouterr()
    assert "Stopped after the race had finished" in told.out
    assert "Saved in out" in told.out
    assert told.err == ""
    names = {p.name for p in Path("out").iterdir()}
    assert names >= FOLDER
    assert not [name for name in names if name.startswith(".")]


@pytest.mark.parametrize(
    ("number", "code", "why"), [(signal.SIGINT, 130, "stopped before the first result"), (signal.SIGTERM, 143, "ended by SIGTERM")]
)
@pytest.mark.parametrize("moment", ["asking", "running"])
def test_a_signal_before_the_first_result_leaves_nothing(moment, number, code, why, in_a_folder, capsys, monkeypatch):
    name = {"asking": "prepare", "running": "start"}[moment]
    monkeypatch.setattr(study, name, interrupting(getattr(study, name), number))
    assert main(RACE) == code
    assert capsys.readouterr() == ("", f"descend: {why}; nothing was written\n")
    assert not list(in_a_folder.iterdir())


def test_a_signal_while_parts_are_loaded_is_heard_afterwards(in_a_folder, capsys, monkeypatch):
    load, interrupted = command.import_module, interrupting(command.import_module, signal.SIGINT)
    monkeypatch.setattr(command, "import_module", lambda name: (interrupted if name == "descend.races" else load)(name))
    assert main(RACE) == 130
    assert capsys.readouterr() == ("", "descend: stopped; nothing was written\n")


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
