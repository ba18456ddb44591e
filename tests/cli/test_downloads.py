"""What a person sees while a data set is fetched, and that Ctrl-C breaks it off."""

import hashlib
import io
import signal

import pytest
from rich.console import Console

from descend.cli.main import main
from descend.cli.terminal import downloads
from descend.cli.terminal.signals import Watch
from descend.core.language.messages import Message
from descend.problems.datasets import download as fetching

NEVER = Message("own-file", "name a file")


class Answer(io.BytesIO):
    """What a server sends: five bytes that are no data set."""

    headers = {"Content-Length": "5"}


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fetching, "cache", lambda: tmp_path / "data")
    monkeypatch.setattr(fetching, "_open", lambda url: Answer(b"12345"))


@pytest.mark.parametrize("words", [["race", "mnist"], ["explain", "mnist"]])
def test_how_far_a_file_is_stands_on_standard_error(words, capsys):
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("fetching mnist.npz: 100% of 5 bytes\n")
    assert "its sha256 differs" in told.err


def test_ctrl_c_breaks_off_a_download_and_leaves_nothing(tmp_path, capsys, monkeypatch):
    class Slow(Answer):
        def read(self, *size):
            signal.raise_signal(signal.SIGINT)
            return super().read(1)

    monkeypatch.setattr(fetching, "_open", lambda url: Slow(b"12345"))
    assert main(["race", "mnist"]) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["data"]


def test_a_terminal_has_a_bar_for_each_file(monkeypatch):
    screen = io.StringIO()
    monkeypatch.setattr(downloads, "console", lambda **how: Console(file=screen, force_terminal=True, width=80))
    with downloads.progress(Watch(own=False)):
        fetching.fetch(fetching.Source("https://x/y", "y.gz", hashlib.sha256(b"12345").hexdigest()), NEVER)
    assert "fetching y.gz" in screen.getvalue()
    assert downloads.share("a.gz", 2_000_000, None) == "fetching a.gz: 2.0 MB"
