"""--out: never over what is there, never half of a file, and another folder where the first cannot be written."""

import errno
import io
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from descend.cli.main import main
from descend.cli.terminal import saving
from descend.store import load

FILES = ["show relu --out {}.png", "rules sgd --plot --out {}.png", "export adam --to torch --out {}.png"]
RACE = ["race", "bowl", "--rules", "sgd", "--lr", "0.1", "--steps", "5", "--out"]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


@pytest.mark.parametrize("words", FILES)
def test_what_is_there_stays(words, capsys):
    Path("mine.png").write_text("mine")
    assert main(words.format("mine").split()) == 2
    assert capsys.readouterr() == ("", "descend: mine.png exists; choose another --out or delete it\n")
    assert Path("mine.png").read_text() == "mine"


@pytest.mark.parametrize("words", [*FILES, "race bowl --out {}.png", "race bowl --out {}.png/inside"])
def test_a_link_to_nothing_is_told(words, capsys, in_a_folder):
    Path("link.png").symlink_to("nowhere")
    assert main(words.format("link").split()) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "link.png is a link to nowhere, which is not there; choose another --out or delete the link" in told.err
    assert [p.name for p in in_a_folder.iterdir()] == ["link.png"]


def test_a_picture_without_a_name_takes_a_free_one(capsys):
    pictures = []
    for name in ("relu.png", "relu-2.png", "relu-3.png"):
        assert main(["show", "relu"]) == 0
        assert f"Saved the picture to {name}\n" in capsys.readouterr().out
        pictures.append(imread(name)[..., :3])
    assert all(np.array_equal(one, pictures[0]) for one in pictures)
    assert (np.ptp(pictures[0], axis=-1) > 0.3).sum() > 500  # points of the coloured curves


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("words", FILES)
def test_a_full_disk_leaves_no_half_of_a_file(words, capsys, monkeypatch, in_a_folder):
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert main(words.format("new").split()) == 2
    assert capsys.readouterr().err == "descend: cannot write new.png: the disk is full: free some space or choose another folder\n"
    assert not list(in_a_folder.iterdir())


@pytest.mark.parametrize("words", FILES[:2])
def test_a_picture_that_cannot_be_drawn_is_one_line(words, capsys, monkeypatch, in_a_folder):
    def fails(*_, **__):
        raise RuntimeError("latex\nnot found")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fails)
    assert main(words.format("new").split()) == 2
    assert capsys.readouterr().err == "descend: new.png could not be drawn (RuntimeError: latex not found)\n"
    assert not list(in_a_folder.iterdir())


@pytest.fixture
def full_here(monkeypatch, in_a_folder):
    """The disk is full for a folder called out."""
    usual = saving._write

    def written(race, folder):
        with monkeypatch.context() as patched:
            if folder.name == "out":
                patched.setattr(os, "fsync", full)
            return usual(race, folder)

    monkeypatch.setattr(saving, "_write", written)
    (in_a_folder / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(in_a_folder / "elsewhere"))


def test_a_race_that_does_not_fit_is_kept_elsewhere(full_here, capsys):
    assert main([*RACE, "out"]) == 2
    told = capsys.readouterr()
    (folder,) = Path("elsewhere").absolute().iterdir()
    assert told.err == (
        "descend: cannot write out/race.toml: the disk is full: free some space or choose another folder; "
        f"saved this race in {folder} instead: move it from there\n"
    )
    assert f"Saved in {folder}" in told.out
    assert load(folder).leaderboard
    assert (folder / "report.html").exists()
    assert not Path("out").exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("answers", "folder"), [("other\n", "other"), ("\nout\nfile\nother\n", "other"), ("", None), ("\n", None)])
def test_at_a_terminal_another_folder_is_asked_for(answers, folder, full_here, monkeypatch, capsys):
    Path("file").write_text("")
    monkeypatch.setattr(sys, "stdin", Terminal(answers))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert main([*RACE, "out"]) == (0 if folder else 2)
    told = sys.stderr.getvalue()
    assert "the disk is full" in told
    assert "or name another folder here" in told
    assert not Path("out").exists()
    if folder:
        assert load(folder).leaderboard
        assert f"Saved in {folder}" in capsys.readouterr().out
