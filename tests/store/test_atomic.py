import errno
import os
from pathlib import Path

import pytest
from fake import Asked, network_race
from fake_surface import bowl_race

from descend.core.errors import StoreError
from descend.store import atomic, load, write

OLD = bowl_race(steps=3)
NEW = network_race(Asked(rules=("sgd",), rates=(0.1,), evaluation=1, tuning=1, steps=20))


def _fails_at(monkeypatch, name, nth, error):
    """os.<name> raises `error` at its nth call."""
    real, calls = getattr(os, name), []

    def call(*arguments):
        calls.append(arguments)
        if len(calls) == nth:
            raise error
        return real(*arguments)

    monkeypatch.setattr(os, name, call)


def _files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("nth", [1, 3, 4])
def test_a_full_disk_changes_nothing(nth, monkeypatch, tmp_path):
    write(OLD, tmp_path)
    before = _files(tmp_path)
    _fails_at(monkeypatch, "fsync", nth, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(StoreError, match=r"cannot write .*: the disk is full: free some space or choose another folder") as caught:
        write(NEW, tmp_path)
    assert "\n" not in str(caught.value)
    assert _files(tmp_path) == before
    monkeypatch.undo()
    assert load(tmp_path).summary == OLD.summary


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_device_that_is_full_is_reported(tmp_path):
    def content(file):
        with Path("/dev/full").open("wb", buffering=0) as full:
            full.write(b"more than fits")

    with pytest.raises(StoreError, match=r"cannot write .*two: the disk is full"):
        atomic.write(tmp_path, {"one": lambda file: file.write(b"1"), "two": content})
    assert _files(tmp_path) == {}


def test_a_crash_between_renames_leaves_no_whole_race(monkeypatch, tmp_path):
    write(OLD, tmp_path)
    _fails_at(monkeypatch, "replace", 3, OSError(errno.EIO, "Input/output error"))
    with pytest.raises(StoreError, match=r"curves\.parquet: Input/output error"):
        write(NEW, tmp_path)
    assert not [name for name in _files(tmp_path) if name.endswith(".part")]
    with pytest.raises(StoreError, match="is missing"):  # never a mixture of the two races
        load(tmp_path)


def test_an_interrupt_leaves_nothing(monkeypatch, tmp_path):
    _fails_at(monkeypatch, "fsync", 2, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write(NEW, tmp_path)
    assert _files(tmp_path) == {}


@pytest.mark.parametrize(
    ("code", "words"), [(errno.EACCES, "no permission"), (errno.EROFS, "read-only"), (errno.EDQUOT, "quota is used up")]
)
def test_the_remedy_fits_the_cause(code, words, monkeypatch, tmp_path):
    _fails_at(monkeypatch, "fsync", 1, OSError(code, "x"))
    with pytest.raises(StoreError, match=rf"{words}.*: .*another folder"):
        write(NEW, tmp_path)


def test_a_file_in_the_folders_place_is_reported(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(StoreError, match=r"cannot write .*out: File exists"):
        write(NEW, tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_written_files_have_the_usual_permissions(tmp_path):
    (tmp_path / "plain").write_text("")
    write(NEW, tmp_path)
    assert (tmp_path / "summary.json").stat().st_mode == (tmp_path / "plain").stat().st_mode
