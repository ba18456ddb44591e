import json
import math
import sys
import tomllib
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake import Asked, network_race
from fake_surface import bowl_race

from descend.core.errors import MissingExtra, StoreError
from descend.store import claim, load, write

SMALL = network_race(Asked(rules=("sgd", "adam", "my-rule"), rates=(0.01, 0.1), evaluation=2, tuning=1, steps=40))
BOWL = bowl_race(steps=5)


@pytest.mark.parametrize("race", [SMALL, BOWL, bowl_race(steps=3, dimensions=1)], ids=["network", "bowl", "parabola"])
def test_what_is_written_is_read(race, tmp_path):
    back = load(write(race, tmp_path / "a" / "race"))
    assert back.lanes.equals(race.lanes)
    assert back.curves.equals(race.curves)
    assert back.summary == race.summary
    assert (back.paths is None) == (race.paths is None)
    assert race.paths is None or back.paths.equals(race.paths)
    assert back.landscape.keys() == race.landscape.keys()
    for name, array in race.landscape.items():
        np.testing.assert_array_equal(back.landscape[name], array)


def test_asked_keeps_all_but_none(tmp_path):
    asked = {"a": None, "b": {"c": None, "d": np.float64(0.5), "path": tmp_path}, "e": (1, None, "x"), "f": np.arange(2), "g": True}
    write(replace(SMALL, document=asked), tmp_path)
    told = tomllib.loads((tmp_path / "race.toml").read_text())
    assert told.pop("schema") == 1
    assert told == {"b": {"d": 0.5, "path": str(tmp_path)}, "e": [1, "x"], "f": [0, 1], "g": True}
    assert load(tmp_path).document == told


def test_summary_is_strict_json(tmp_path):
    odd = {"nan": math.nan, "list": [math.inf, np.float32(-np.inf), 1.5], "array": np.array([0.5, np.nan]), "count": np.int64(3)}
    write(replace(SMALL, summary=SMALL.summary | {"odd": odd, "title": "酸奶 <x>"}), tmp_path)
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")

    def refuse(word):
        raise AssertionError(f"{word} is no JSON")

    told = json.loads(text, parse_constant=refuse)
    assert told["odd"] == {"nan": None, "list": [None, None, 1.5], "array": [0.5, None], "count": 3}
    assert told["title"] == "酸奶 <x>"


def test_writing_again_replaces_the_race_and_its_paths(tmp_path):
    write(BOWL, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write(SMALL, tmp_path)
    assert load(tmp_path).paths is None
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "curves.parquet",
        "lanes.parquet",
        "notes.txt",
        "race.toml",
        "summary.json",
    ]


@pytest.mark.parametrize("name", ["race.toml", "lanes.parquet", "curves.parquet", "paths.parquet", "landscape.npz", "summary.json"])
def test_a_missing_or_damaged_file_is_named(name, tmp_path):
    write(BOWL, tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] + b"\x00\xff")
    with pytest.raises(StoreError, match=rf"{name} cannot be read: .*run the race again") as caught:
        load(tmp_path)
    assert "\n" not in str(caught.value)
    (tmp_path / name).unlink()
    with pytest.raises(StoreError, match=f"{name} is missing"):
        load(tmp_path)


def test_tables_and_summaries_of_another_kind_are_refused(tmp_path):
    write(SMALL, tmp_path)
    pq.write_table(pa.table({"lane": [1]}), tmp_path / "lanes.parquet")
    with pytest.raises(StoreError, match=r"lanes\.parquet cannot be read: it has no column"):
        load(tmp_path)
    write(SMALL, tmp_path)
    (tmp_path / "summary.json").write_text("[]")
    with pytest.raises(StoreError, match=r"summary\.json cannot be read: it has no leaderboard"):
        load(tmp_path)


def test_a_folder_that_is_no_race_is_refused(tmp_path):
    with pytest.raises(StoreError, match="there is no such folder"):
        load(tmp_path / "nowhere")
    with pytest.raises(StoreError, match=r"is no race: it has no race\.toml"):
        load(tmp_path)


def test_a_folder_named_like_a_partition_adds_no_columns(tmp_path):
    assert load(write(SMALL, tmp_path / "lr=0.1")).lanes.column_names == SMALL.lanes.column_names


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "x" * 5000])
def test_names_that_no_folder_can_have_are_refused(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as caught:
        write(SMALL, name)
    assert str(caught.value).isprintable()
    if name.strip():
        with pytest.raises(StoreError):
            claim(name)
    assert not list(tmp_path.iterdir())


def test_a_table_for_pandas_says_what_it_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"to_pandas needs pandas; install it with: pip install 'descend\[pandas\]'"):
        SMALL.to_pandas()
