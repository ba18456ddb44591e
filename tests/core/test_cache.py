"""The user's cache folder, where there is one."""

from pathlib import Path

import platformdirs
import pytest

from descend.core.system import cache


def at(monkeypatch, place):
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_: str(place))


def test_a_part_of_the_cache_is_made(tmp_path, monkeypatch):
    at(monkeypatch, tmp_path / "home" / "descend")
    assert cache.writable("xla") == tmp_path / "home" / "descend" / "xla"
    assert list((tmp_path / "home" / "descend" / "xla").iterdir()) == []


def test_a_home_that_is_a_file_has_no_cache(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    at(monkeypatch, tmp_path / "file" / "descend")
    assert cache.writable("xla") is None


def test_a_home_that_cannot_be_written_has_no_cache(tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    at(monkeypatch, tmp_path)
    monkeypatch.setattr(cache.tempfile, "TemporaryFile", refused)
    assert cache.writable("xla") is None


@pytest.mark.parametrize("place", ["~/.cache/descend", "relative"])
def test_a_home_that_nobody_has_is_no_folder_here(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    at(monkeypatch, place)
    assert cache.folder() is None
    assert cache.writable("xla") is None
    assert not list(Path.cwd().iterdir())


def test_a_library_that_finds_no_home_is_no_error(monkeypatch):
    def homeless(*_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(platformdirs, "user_cache_dir", homeless)
    assert cache.folder() is None
