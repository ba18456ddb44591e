"""Race folders that someone has edited, cut off or made up: a StoreError in one line, and no text of theirs in a program."""

import copy
import io
import json
import os
import re
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake import Asked, network_race
from fake_surface import bowl_race

from descend.core.errors import DescendError, StoreError
from descend.core.system import machine
from descend.store import load, write

RACE = network_race(Asked(rules=("sgd", "adam"), rates=(0.01, 0.1), evaluation=2, tuning=1, steps=20))
CODE = {"expression": "Adam(learning_rate=0.1)", "imports": {"descend.rules": ["Adam"]}, "switches": False}


@pytest.fixture
def folder(tmp_path):
    return write(RACE, tmp_path / "race")


def refused(folder) -> str:
    with pytest.raises(StoreError) as caught:
        load(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert len(message) < 600
    assert "restore it from a copy or run the race again" in message
    return message


def edited(change):
    summary = copy.deepcopy(RACE.summary)
    change(summary)
    return json.dumps({"schema": 1} | summary)


def line(**changes):
    return lambda summary: summary["leaderboard"][0].update(changes)


def code(**changes):
    return line(code=CODE | changes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ("{", "Expecting"),
        ("null", "it has no leaderboard"),
        ("3", "it has no leaderboard"),
        ('{"leaderboard": []}', "it has no leaderboard"),
        ('{"schema": 1, "leaderboard": [1]}', "it has no"),
        ("[" * 100_000, "recursion"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, "recursion"),
        ('{"schema": 1, "leaderboard": [{}], "x": ' + "[" * 500 + "]" * 500 + "}", "it has no problem|nested too deeply"),
        ("\ufeff{}", "BOM"),
        ('{"leaderboard": NaN}', "NaN is no JSON"),
        ("1" * 5000, "limit"),
        (edited(lambda s: s.pop("title")), "it has no title"),
        (edited(lambda s: s.update(steps="many")), "steps is str, must be int"),
        (edited(lambda s: s.update(steps=True)), "steps is bool, must be int"),
        (edited(lambda s: s.update(steps=10**30)), "it has too large a number"),
        (edited(lambda s: s.update(extra=[10**30])), "it has too large a number"),
        (edited(lambda s: s.update(notes=[1])), "notes 1 is int, must be str"),
        (edited(lambda s: s.update(rows=[])), "rows is list, must be dict"),
        (edited(lambda s: s.update(seconds={"total": None})), "seconds, 'total' is NoneType"),
        (edited(line(loss=None)), "leaderboard 1, loss is NoneType, must be dict"),
        (edited(line(loss={"iqm": 1})), "leaderboard 1, loss has no low"),
        (edited(line(learning_rate="0.1")), "leaderboard 1, learning_rate is str"),
        (edited(line(rule=None)), "leaderboard 1, rule is NoneType, must be str"),
        (edited(line(steps=0)), "trainings of 0 updates"),
        (edited(line(batch=0)), "of 0 rows"),
        (edited(line(batch="half")), "of 'half' rows"),
        (edited(line(code=1)), "leaderboard 1, code is int, must be dict"),
        (edited(line(code={"expression": "Adam()"})), "leaderboard 1, code has no imports"),
        (edited(code(expression="__import__('os').system('ls')")), "is no literal, and no call of Adam"),
        (edited(code(expression="Adam(learning_rate=0.1)\nimport os")), "is no expression"),
        (edited(code(expression="Adam(**{'a': 1})")), "is no literal"),
        (edited(code(expression="Adam(learning_rate=print(1))")), "is no literal"),
        (edited(code(expression="Adam(x for x in ())")), "is no literal"),
        (edited(code(expression="Adam(f'{1}')")), "is no literal"),
        (edited(code(expression="(" * 5000)), "is no expression"),
        (edited(code(expression="-" * 9000 + "1")), "is no expression|is no literal"),
        (edited(code(expression="A" * 20_000)), "an expression of 20,000 characters"),
        (edited(code(expression="\x00")), "is no expression"),
        (edited(code(imports={"os": ["system"]})), "its code imports os"),
        (edited(code(imports={"descend.rules": ["Adam\nimport os"]})), "its code imports"),
        (edited(code(imports={"descend.rules\nimport os": ["Adam"]})), "its code imports"),
        (edited(code(imports={"descend.rules": "Adam"})), "must be list"),
    ],
)
def test_an_edited_summary_is_refused(folder, text, message):
    (folder / "summary.json").write_text(text)
    assert "summary.json cannot be read: " in refused(folder)
    with pytest.raises(StoreError, match=message):
        load(folder)


def test_every_value_of_another_type_is_read_or_refused(folder):
    """Each value of the summary in turn is replaced by one of each type."""
    whole = json.loads((folder / "summary.json").read_text())
    places = [*_places(whole)]
    assert len(places) > 100
    for place in places:
        for value in (None, True, -1, 0.5, "x", [], {}, [[]], {"": None}):
            changed = copy.deepcopy(whole)
            _put(changed, place, value)
            (folder / "summary.json").write_text(json.dumps(changed))
            try:
                back = load(folder)
            except StoreError:
                continue
            assert back.best().source is None


def _places(value, path=()):
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from _places(value[key], (*path, key))


def _put(value, path, new):
    if not path:
        return
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = new


@pytest.mark.parametrize(
    "text",
    [
        b"x = ",
        b"\xff\xfe",
        b"x = " + b"[" * 100_000,
        b"x = " + b"{a=" * 20_000,
        b"a." * 20_000 + b"a=1",
        b"[a" + b".a" * 20_000 + b"]",
        b"x = {a" + b".a" * 20_000 + b" = 1}",
        b"x = 1" + b"0" * 9000,
    ],
)
def test_an_edited_race_toml_is_refused(folder, text):
    (folder / "race.toml").write_bytes(text)
    assert "race.toml cannot be read" in refused(folder)


@pytest.mark.parametrize("name", ["race.toml", "summary.json", "lanes.parquet", "curves.parquet"])
def test_every_beginning_of_a_file_is_refused(folder, name):
    whole = (folder / name).read_bytes()
    for share in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        (folder / name).write_bytes(whole[: int(share * len(whole))])
        try:
            load(folder)
        except StoreError as error:
            assert f"{name} cannot be read" in str(error) or f"{name} has no schema" in str(error)
        else:
            assert name == "race.toml", "TOML has no end; what is left of it is read"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
@pytest.mark.parametrize("name", ["race.toml", "summary.json", "lanes.parquet"])
def test_pipes_devices_and_folders_in_place_of_files(folder, name):
    for replace in (os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()):
        path = folder / name
        path.unlink() if path.is_symlink() or path.exists() else None
        replace(path)
        assert re.search(rf"{name} cannot be read: a (device or a pipe|folder), not a file", refused(folder))


@pytest.mark.parametrize(
    ("column", "values"),
    [("rule", [1, 2]), ("lane", ["a", "b"]), ("loss", ["a", "b"]), ("seed", [0.5, 1.5]), ("phase", [[1], [2]])],
)
def test_columns_of_other_types_are_refused(folder, column, values):
    table = RACE.lanes.slice(0, 2)
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, pa.array(values)), folder / "lanes.parquet")
    assert f"its column {column} holds" in refused(folder)


def test_arrays_of_other_shapes_and_kinds_are_refused(tmp_path):
    folder = write(bowl_race(steps=3), tmp_path / "race")
    whole = dict(np.load(folder / "landscape.npz"))
    bad = {
        "no array f": {name: array for name, array in whole.items() if name != "f"},
        "its array f has shape": whole | {"f": whole["f"][1:]},
        "its array x1 holds": whole | {"x1": whole["x1"].astype(str)},
        "its array start has shape": whole | {"start": np.zeros((2, 2))},
        "Python objects": whole | {"f": np.array([print], object)},
    }
    for message, arrays in bad.items():
        np.savez(folder / "landscape.npz", **arrays)
        assert message in refused(folder)


def test_what_unpacks_beyond_the_memory_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    folder = write(bowl_race(steps=3), tmp_path / "race")
    monkeypatch.setattr(machine, "memory", lambda: 50_000_000)
    small = (folder / "landscape.npz").read_bytes()
    np.savez_compressed(folder / "landscape.npz", x1=np.zeros(10), f=np.zeros(20_000_000), start=np.zeros(1))
    assert "landscape.npz takes about 320 MB of memory, and this machine has 50 MB" in refused(folder)
    (folder / "landscape.npz").write_bytes(small)
    lanes = pq.read_table(folder / "lanes.parquet")
    many = lanes.take(np.zeros(1_000_000, int)).set_column(0, "lane", pa.array(np.zeros(1_000_000, np.int64)))
    pq.write_table(many.set_column(1, "phase", pa.array(["x" * 200] * 1_000_000)), folder / "lanes.parquet")
    assert "lanes.parquet takes about" in refused(folder)
    (folder / "summary.json").write_bytes(b" " * 10_000_000)
    write(bowl_race(steps=3), folder)
    (folder / "summary.json").write_bytes(b" " * 10_000_000)
    assert "summary.json takes about 200 MB" in refused(folder)


def test_an_archive_packed_in_a_way_that_python_lacks(tmp_path):
    folder = write(bowl_race(steps=3), tmp_path / "race")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("x1", "f", "start"):
            archive.writestr(f"{name}.npy", b"x")
    (folder / "landscape.npz").write_bytes(file.getvalue().replace(b"\x00\x00\x00\x00", b"\x63\x00\x00\x00", 1))
    refused(folder)


def test_a_whole_folder_is_read(folder):
    (folder / "summary.json").write_text(edited(code()))
    winner = load(folder).best()
    assert winner.source.expression == CODE["expression"]
    assert "rule = Adam(learning_rate=0.1)\n" in winner.code("numpy")
    assert issubclass(StoreError, DescendError)
