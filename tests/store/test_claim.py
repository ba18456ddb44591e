import errno
import re
import tempfile

import pytest
from fake import Asked, network_race

from descend.core.errors import BadInput, StoreError
from descend.store import claim, default_folder, release, write

RACE = network_race(Asked(rules=("sgd",), rates=(0.1,), evaluation=1, tuning=1, steps=20))


def test_a_claimed_folder_exists_and_is_empty(tmp_path):
    folder = claim(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert not list(folder.iterdir())


def test_releasing_removes_what_the_claim_made(tmp_path):
    claim(tmp_path / "a" / "b")
    release(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())
    claim(tmp_path)  # was there before, so it stays
    release(tmp_path)
    assert tmp_path.is_dir()


def test_releasing_keeps_what_was_written(tmp_path):
    folder = claim(tmp_path / "a")
    write(RACE, folder)
    release(folder)
    assert (folder / "summary.json").exists()


def test_a_folder_that_holds_a_race_is_refused(tmp_path):
    write(RACE, tmp_path)
    with pytest.raises(BadInput, match=f"^{re.escape(str(tmp_path))} already holds a race; choose another --out or delete it$"):
        claim(tmp_path)
    (tmp_path / "summary.json").unlink()  # half a race is somebody's too
    with pytest.raises(BadInput, match="already holds a race"):
        claim(tmp_path)


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_file_is_refused(inside, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadInput, match="file is a file, not a folder; choose another --out"):
        claim(tmp_path / "file" / inside)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_written_to_is_refused_and_nothing_left(monkeypatch, tmp_path):
    def no(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", no)
    with pytest.raises(StoreError, match="no permission: choose another --out"):
        claim(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_a_name_too_long_is_refused(tmp_path):
    with pytest.raises(StoreError, match="the name is too long"):
        claim(tmp_path / "a" / ("x" * 300))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("bowl", "bowl"),
        ("../my data/iris.csv:kind", "my-data-iris.csv-kind"),
        ("酸奶", "酸奶"),
        ("...", "race"),
        ("x" * 99, "x" * 48),
    ],
)
def test_default_folders_have_safe_names(title, start, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = default_folder(title)
    assert re.fullmatch(rf"races/{re.escape(start)}-\d{{8}}-\d{{6}}", folder.as_posix())
    assert not folder.exists()


def test_default_folders_are_new(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    seen = set()
    for _ in range(3):
        folder = claim(default_folder("bowl"))
        assert folder not in seen
        seen.add(folder)
