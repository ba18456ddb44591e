import errno
import importlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fake import Asked, network_race

from descend.core.errors import BadInput, StoreError
from descend.store import claim, claim_new, load, release, write
from descend.store.claim import MARK

claiming = importlib.import_module("descend.store.claim")  # whose name in the package is the function's
RACE = network_race(Asked(rules=("sgd",), rates=(0.1,), evaluation=1, tuning=1, steps=20))


def test_a_claimed_folder_exists_and_is_marked_until_released(tmp_path):
    folder = claim(tmp_path / "a" / "b")
    assert [path.name for path in folder.iterdir()] == [MARK]
    write(RACE, folder)
    release(folder)
    assert not (folder / MARK).exists()
    assert (folder / "summary.json").exists()


def test_one_of_many_claims_of_a_folder_wins(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(claim, tmp_path / "a" / "b") for _ in range(32)]
    lost = [attempt.exception() for attempt in tries if attempt.exception()]
    assert len(lost) == 31
    words = r"^a race under way will be written to .*b; choose another folder, or wait for its end$"
    assert all(isinstance(error, BadInput) and re.match(words, str(error)) for error in lost)
    release(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())


def test_a_race_finished_between_the_look_and_the_mark_is_refused(monkeypatch, tmp_path):
    make = claiming._make

    def meanwhile(folder):
        made = make(folder)
        write(RACE, folder)
        return made

    monkeypatch.setattr(claiming, "_make", meanwhile)
    with pytest.raises(BadInput, match="already holds a race"):
        claim(tmp_path / "a")
    assert (tmp_path / "a" / "summary.json").exists()
    assert not (tmp_path / "a" / MARK).exists()


def test_releasing_removes_what_the_claim_made(tmp_path):
    claim(tmp_path / "a" / "b")
    release(tmp_path / "a" / "b")
    assert not list(tmp_path.iterdir())
    claim(tmp_path)  # was there before, so it stays
    release(tmp_path)
    assert tmp_path.is_dir()


@contextmanager
def elsewhere(act, **options):
    """A process that claims, or writes, and goes on until it is killed."""
    program = f"import sys, time\nfrom descend.store import claim, claim_new\n{act}\nprint('ready', flush=True)\ntime.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, **options)
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_releasing_a_folder_of_somebody_else_changes_nothing(tmp_path):
    with elsewhere(f"claim({str(tmp_path)!r})"):
        with pytest.raises(BadInput, match="under way"):
            claim(tmp_path)
        release(tmp_path)
        assert (tmp_path / MARK).exists()
        with pytest.raises(BadInput, match="under way"):
            claim(tmp_path)


def test_a_claim_ends_with_its_process(tmp_path):
    with elsewhere(f"claim({str(tmp_path / 'race')!r})") as process:
        (tmp_path / "race" / f".{'0' * 32}.part").write_text("half")
        process.kill()
        process.wait()
        assert (tmp_path / "race" / MARK).exists()
        claim(tmp_path / "race")
    assert [path.name for path in (tmp_path / "race").iterdir()] == [MARK]
    release(tmp_path / "race")
    assert not list((tmp_path / "race").iterdir())


def test_half_a_race_of_a_process_that_was_killed_is_cleared_and_a_whole_one_kept(tmp_path):
    for whole in (False, True):
        folder = write(RACE, tmp_path / str(whole))
        (folder / MARK).write_text("of a process that is gone")
        (folder / "mine.txt").write_text("stays")
        if whole:
            with pytest.raises(BadInput, match="already holds a race"):
                claim(folder)
            assert not (folder / MARK).exists()
            assert load(folder).summary == RACE.summary
        else:
            (folder / "summary.json").unlink()
            claim(folder)
            assert {path.name for path in folder.iterdir()} == {MARK, "mine.txt"}
            release(folder)


def test_folders_of_races_that_were_killed_are_cleared_by_the_next(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with elsewhere("claim_new('first')", cwd=tmp_path) as process, elsewhere("claim_new('second')", cwd=tmp_path):
        process.kill()
        process.wait()
        folder = claim_new("third")
        assert sorted(path.name.split("-")[0] for path in Path("races").iterdir()) == ["second", "third"]
    release(folder)


@pytest.mark.parametrize("place", [lambda path: path.mkdir(), lambda path: path.symlink_to("/dev/zero")])
def test_a_mark_that_is_no_file_is_refused(place, tmp_path):
    place(tmp_path / MARK)
    with pytest.raises(StoreError, match="cannot write"):
        claim(tmp_path)


def test_parts_that_nobody_writes_to_any_more_are_removed_by_the_next_write(tmp_path):
    old, new, mine = tmp_path / f".{'a' * 32}.part", tmp_path / f".{'b' * 32}.part", tmp_path / "my.part"
    for path in (old, new, mine):
        path.write_text("half")
    for path in (old, mine):
        os.utime(path, (0, 0))
    write(RACE, tmp_path)
    assert not old.exists()
    assert new.exists()
    assert mine.exists()


def test_a_folder_that_holds_a_race_is_refused(tmp_path):
    write(RACE, tmp_path)
    with pytest.raises(BadInput, match=f"^{re.escape(str(tmp_path))} already holds a race; choose another folder or delete it$"):
        claim(tmp_path)
    (tmp_path / "summary.json").unlink()  # half a race is somebody's too
    with pytest.raises(BadInput, match="already holds a race"):
        claim(tmp_path)


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_file_is_refused(inside, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(BadInput, match="file is a file, not a folder; choose another folder"):
        claim(tmp_path / "file" / inside)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_written_to_is_refused_and_nothing_left(monkeypatch, tmp_path):
    def no(*arguments, **options):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", no)
    with pytest.raises(StoreError, match="no permission: choose another folder"):
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
def test_new_folders_have_safe_names(title, start, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    folder = claim_new(title)
    assert re.fullmatch(rf"races/{re.escape(start)}-\d{{8}}-\d{{6}}", folder.as_posix())


def test_new_folders_are_new_whoever_asks_at_once(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(claim_new, ["bowl"] * 16))
    assert len(set(folders)) == 16


def test_a_file_in_the_place_of_races_is_refused(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("races").write_text("mine")
    with pytest.raises(BadInput, match="races is a file"):
        claim_new("bowl")
