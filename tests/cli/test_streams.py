"""Where the words of a command go: full disks, closed and narrow streams, pipes and terminals."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from descend.cli.main import main

RACE = ["race", "bowl", "--rules", "sgd", "--lr", "0.1", "--steps", "5", "--out", "out"]
RUN = [sys.executable, "-m", "descend"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_a_full_disk_leaves_no_file_but_the_results_are_printed(extra, in_a_folder, capsys, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert main([*RACE, *extra]) == 2
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "the disk is full: free some space or choose another folder" in told.err
    assert "Saved in" not in told.out
    assert (json.loads(told.out)["verdict"] if extra else told.out).count("sgd (learning rate 0.1) ends at loss 2.091") == 1
    assert not list(in_a_folder.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("words", [["rules"], [*RACE, "--json"]])
def test_a_full_standard_output_is_one_line(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*RUN, *words], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    last = done.stderr.splitlines()[-1]
    assert last == "descend: cannot write to standard output: No space left on device; send it elsewhere"
    assert "Traceback" not in done.stderr
    assert Path("out/summary.json").exists() == ("--json" in words)


def test_a_closed_standard_output_is_one_line(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(RACE) == 2
    assert capsys.readouterr().err.startswith("descend: cannot write to standard output: it is closed; send it to a file")
    assert not Path("out").exists()


def test_a_closed_standard_error_ends_nothing(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["rules", "adm"]) == 2
    sys.stderr.close()  # what the command put in its place
    assert capsys.readouterr().out == ""


def test_a_reader_that_goes_away_is_no_error():
    with subprocess.Popen([*RUN, "problems"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as listing:
        assert listing.stdout
        listing.stdout.close()
        assert listing.stderr
        assert listing.stderr.read() == ""
    assert listing.returncode == 0


def test_letters_that_the_terminal_lacks_become_question_marks():
    words = [*RACE[:-1], "\N{GREEK SMALL LETTER ETA}"]
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii", "HOME": "/proc/nowhere", "XDG_CACHE_HOME": "/proc/nowhere"}
    done = subprocess.run([*RUN, *words], env=ascii_only, capture_output=True, text=True)
    assert done.returncode == 0
    assert "Saved in ? (open report.html)" in done.stdout
    assert done.stderr == ""  # matplotlib does not complain of the home folder either
    assert Path(words[-1], "report.html").exists()


def test_the_table_is_whole_in_a_pipe(capsys):
    words = "race bowl --rules nesterov_lookahead,schedule_free_adamw,sgd --lr 0.01:0.3:3 --steps 5 --target 0.5"
    assert main(words.split()) == 0
    out = capsys.readouterr().out
    heading = next(line for line in out.splitlines() if "rule" in line)
    columns = re.split(r"\s{2,}", heading.strip())
    assert columns == ["rule", "lr", "loss", "per step", "steps", "evaluations", "time", "settled", "diverged", "decades"]
    assert max(len(line) for line in out.splitlines()) > 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in out
