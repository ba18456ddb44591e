"""Files that cannot be trained on: one line that says what, where and how to mend it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from descend import problems
from descend.core.errors import BadData, BadInput, BadValue, UnknownName
from descend.core.system import archives

GOOD = "a,b,y\n" + "".join(f"{i},{i * 7 % 5},{i % 2}\n" for i in range(20))
TEN = "".join(f"{i},{i % 2}\n" for i in range(10))


def refused(spec, **options) -> str:
    with pytest.raises(BadInput) as caught:
        problems.find(str(spec), **options)
    assert "\n" not in str(caught.value)
    return caught.value.say(spelling="command")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv is empty: it needs a line of column names, then rows"),
        ("\n\n", "t.csv is empty"),
        ("a,y\n", "t.csv has column names but no rows"),
        ("a,y\n" + TEN + "\n3\n4,1\n", "t.csv, line 13: 1 cells where the first line has 2: mend the line"),
        ("a,y\n" + TEN + "3,4,5\n", "t.csv, line 12: 3 cells where the first line has 2"),
        ('a,y\n"x\ny",1\n' + TEN + "7,8,9\n", "t.csv, line 14: 3 cells"),
        ("a,a,y\n" + TEN.replace(",", ",1,"), "t.csv has 2 columns named 'a': rename all but one"),
        ("b,z\n" + TEN, "unknown column of t.csv 'y'; there are: b, z"),
        ("a,Y\n" + TEN, "unknown column of t.csv 'y'"),
        ("a,y\n" + "".join(f"{i},3\n" for i in range(10)), "t.csv: target 'y' has one class in every row (3"),
        ("a,y\n" + "".join(f"{i},no\n" for i in range(10)), "t.csv: target 'y' has one class in every row (no)"),
        ("a,y\n" + "".join(f"{i},0.5\n" for i in range(10)), "t.csv: target 'y' is one number in every row (0.5)"),
        (
            "a,y\n" + "".join(f"{i},k{i}\n" for i in range(10)),
            "t.csv: target 'y' has as many classes as rows: choose another target",
        ),
        (
            "id,a,y\n" + "".join(f"k{i},{i},{i % 2}\n" for i in range(10)),
            "t.csv: column 'id' is text with as many values as rows: leave it out with --set drop=id",
        ),
        ("a,y\n" + TEN + "oops,1\n", "t.csv: column 'a' is text with as many values as rows (numbers, but for 'oops': mend that)"),
        (
            "a,y\n" + "".join(f",{i % 2}\n" for i in range(10)),
            "t.csv: column 'a' has no values at all: leave it out with --set drop=a",
        ),
        ("a,y\n" + "".join(f"{i},\n" for i in range(10)), "t.csv: column 'y' has no values at all: choose another target"),
        (
            "a,y\n" + TEN + "nan,1\n5,0\ninf,1\n",
            "t.csv: column 'a' has 2 values that cannot be computed with (nan, inf), data rows 11, 13: mend",
        ),
        ("a,y\n" + TEN + "5,-inf\n", "t.csv: column 'y' has 1 value that cannot be computed with (-inf), data row 11"),
        ("a,y\n" + "NaN,1\n" * 9, "has 9 values that cannot be computed with (nan), data rows 1, 2, 3, 4, 5, ...: mend"),
        ("a,y\n1e200,3\n" + TEN, "t.csv: column 'a' has 1 value that cannot be computed with (1e+200), data row 1"),
        ("a,y\n1,0\n2,1\n3,0\n4,\n,\n", "t.csv has 3 rows with a target, too few to split: at least 5 are needed"),
        ("a,y\n1,0\n", "t.csv has 1 row with a target, too few to split"),
        ("y\n" + "0\n1\n" * 5, "t.csv has no column to predict 'y' from: add one"),
        ("y,a\n" + "2020-01-02,1\n2020-01-03,0\n" * 5, "t.csv: target 'y' holds dates or times: choose another target"),
        (
            "a,y\n" + "2020-01-02,1\n01/03/2020,0\n" * 5,
            "t.csv: column 'a' holds dates, and '01/03/2020' in data row 2 is not of the form 2024-02-01: write all of them so, or "
            "leave it out with --set drop=a",
        ),
        ("a,y\n" + '"Feb 3, 2020",1\n3 March 2020,0\n' * 5, "and 'Feb 3, 2020' in data row 1 is not of the form 2024-02-01"),
        ("a,y\n" + "3.2.2020,1\n2020/02/03,0\n" * 5, "and '3.2.2020' in data row 1 is not of the form 2024-02-01"),
        ("a,y\n" + "2020-01-02,1\n2020-01-03,0\n" * 5 + "soon,1\n", "column 'a' holds dates, and 'soon' in data row 11 is not"),
        ("a,y\n" + "2020-01-02,1\n2020-13-03,0\n" * 5, "and '2020-13-03' in data row 2 is not of the form"),
        (
            "a,y\n" + '"1,234",1\n"5,678",0\n' * 5,
            "t.csv: column 'a' holds '1,234' in data row 1, whose comma may be a decimal mark or stand between thousands: say "
            "which with --set decimal=comma or --set decimal=point, or leave it out with --set drop=a",
        ),
        ("a;b;y\n" + "1,5;1.5;1\n2.5;2,5;0\n" * 5, "holds numbers with different decimal marks, and '1,5' in data row 1 is one"),
        (
            "a,y\n" + "".join(f"{i} {'kg' if i % 2 else 'g'},{i % 2}\n" for i in range(60)),
            "t.csv: column 'a' holds numbers in different units, '1 kg' in data row 2 and '0 g': write one in every cell or "
            "none, take them for names with --columns a=category, or leave it out with --set drop=a",
        ),
        (
            "a,b,y\n" + "01/02/2024,3,1\n03/04/2024,5,0\n" * 5,
            "t.csv: column 'a' holds dates, and '01/02/2024' in data row 1 may begin with the day or the month: say which with "
            "--set dates=day-first or --set dates=month-first, or leave it out",
        ),
        (
            "a,y\n" + "".join(f"{i},{'later' if i % 3 else 1.5 * i}\n" for i in range(100)),
            "column 'y' holds numbers, but 'later' in data row 2 and 65 more: mend or empty those cells, take words for classes",
        ),
        (
            "a,y\n" + "".join(f"{'later' if i % 3 == 0 else 1.5 * i},{i % 2}\n" for i in range(100)),
            "t.csv: column 'a' holds numbers, but 'later' in data row 1 and 33 more: mend or empty those cells",
        ),
        (
            "a,y\n" + TEN + "5,n/a?\n",
            "t.csv: column 'y' holds numbers, but 'n/a?' in data row 11: mend or empty that cell, take words for classes with "
            "--set task=class, or choose another target",
        ),
        (
            "a,y\n" + "1,2\n3,4\n" * 20 + '5,"tw\no"\n5,three\n',
            "column 'y' holds numbers, but 'tw\\no' in data row 41 and 1 more: mend or empty those cells",
        ),
        (
            "a,y\n" + TEN + TEN.replace(",", "7,") + "2,1\n3,0\n,0\nlots,1\n" + TEN.replace(",", "8,"),
            "t.csv: column 'a' holds numbers, but 'lots' in data row 24: mend or empty that cell, or leave it out",
        ),
        ('"a, b",y\n' + "".join(f",{i % 2}\n" for i in range(10)), "leave it out with --set 'drop=\"a, b\"'"),
        ("a[1],y\n" + "".join(f",{i % 2}\n" for i in range(10)), "leave it out with --set 'drop=a[1]'"),
        ("a,,,y\n" + "1,2,3,0\n4,5,6,1\n" * 5, "t.csv has 2 columns named ''"),
        ("a,y,\n" + TEN + "5,1,7,8\n", "t.csv, line 2: 2 cells where the first line has 3: mend the line"),
        ("a,b,y\n" + ",1,0\n,2,1\n" * 5 + "5,3,\n", "t.csv: column 'a' has no values in the rows that have a target"),
    ],
)
def test_bad_csv(tmp_path, text, message):
    (tmp_path / "t.csv").write_text(text)
    assert message in refused(tmp_path / "t.csv:y")


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "t.csv").write_bytes(np.random.default_rng(0).bytes(5000))
    assert "t.csv" in refused(tmp_path / "t.csv:y")


def test_files_that_are_not_there(tmp_path):
    (tmp_path / "wine.csv").write_text(GOOD)
    assert f"wines.csv: no such file; did you mean '{tmp_path}/wine.csv'?" in refused(tmp_path / "wines.csv:y")
    assert f"zzzzzzz.npz: no such file in {tmp_path}: check the name" in refused(tmp_path / "zzzzzzz.npz:y")
    assert f"there is no folder {tmp_path}/sub either" in refused(tmp_path / "sub" / "wine.csv:y")
    assert "is a folder: name one of its files" in refused(f"{tmp_path}:y")
    (tmp_path / "wine.dta").write_text(GOOD)
    assert "wine.dta ends in '.dta': must be a text file (.csv, .tsv, .txt), .parquet, .npz, " in refused(tmp_path / "wine.dta:y")


def test_paths_that_cannot_be_looked_at(tmp_path, monkeypatch):
    long = f"{'x' * 300}.csv"
    assert refused(f"{long}:y") == f"{long} cannot be read (File name too long): check its name, or write it anew"
    assert "is a file without a target" in refused(long)
    (tmp_path / "t.csv").write_text(GOOD)
    assert f"there is no folder {tmp_path}/t.csv either" in refused(tmp_path / "t.csv" / "u.csv:y")
    assert "no such file" in refused("\0.csv:y")
    with monkeypatch.context() as locked:
        locked.setattr(Path, "iterdir", denied)
        message = f"u.csv: no such file; the folder {tmp_path} may not be listed: check the name"
        assert message in refused(tmp_path / "u.csv:y")
        locked.setattr(Path, "stat", denied)
        assert "t.csv may not be read: grant permission or copy it" in refused(tmp_path / "t.csv:y")


def test_a_current_folder_that_was_deleted(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert refused("t.csv:y") == "t.csv: no such file; the current folder is gone: change to another"


def denied(*_, **__):
    raise PermissionError(13, "Permission denied")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text(GOOD)
    monkeypatch.setattr(archives.os, "open", denied)
    assert "t.csv may not be read: grant permission or copy it" in refused(tmp_path / "t.csv:y")


@pytest.mark.parametrize("ending", ["parquet", "npz"])
@pytest.mark.parametrize("content", [b"", b"PAR1nonsense", b"PK\x03\x04nonsense", bytes(range(256)), b"\x93NUMPY", b"\x80\x04."])
def test_corrupt_files(tmp_path, ending, content):
    (tmp_path / f"t.{ending}").write_bytes(content)
    message = refused(tmp_path / f"t.{ending}:y")
    assert f"t.{ending} is not a readable" in message
    assert "write it anew" in message


@pytest.mark.parametrize("ending", ["parquet", "npz"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_truncated_and_damaged_files(tmp_path, ending, share):
    path = tmp_path / f"t.{ending}"
    columns = {"a": np.random.default_rng(0).normal(size=500), "y": np.arange(500) % 2}
    np.savez_compressed(path, **columns) if ending == "npz" else pa.parquet.write_table(pa.table(columns), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    assert f"t.{ending}" in refused(f"{path}:y")
    middle = int(share * len(whole) / 2)
    path.write_bytes(whole[:middle] + bytes(200) + whole[middle + 200 :])
    try:
        problems.find(f"{path}:y")
    except BadInput as error:
        assert f"t.{ending}" in str(error)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": np.zeros((10, 2)), "y": np.zeros(9)}, "t.npz: 'y' has 9 rows and 'x[0]' has 10: all must have as many"),
        ({"x": np.zeros((10, 2, 2)), "y": np.zeros(10)}, "t.npz: 'x' has shape (10, 2, 2): must be (rows,) or (rows, columns)"),
        ({"x": np.array([{}] * 10), "y": np.zeros(10)}, "t.npz holds an array of Python objects"),
        ({"x": np.ones(10) * 1j, "y": np.zeros(10)}, "t.npz: 'x' holds complex128: must hold numbers or text"),
        ({"x": np.array(3.0), "y": np.zeros(10)}, "t.npz: 'x' has shape ()"),
        ({"x": np.array([b"a", b"b"] * 5), "y": np.arange(10)}, "t.npz: column 'x' holds binary, must hold numbers, dates or text"),
        ({"x": np.array([1, np.inf] * 5), "y": np.arange(10)}, "t.npz: column 'x' has 5 values that cannot be computed with (inf)"),
        ({"x": np.full(10, np.nan), "y": np.arange(10)}, "t.npz: column 'x' has no values at all"),
        ({}, "t.npz is empty"),
        ({"x": np.zeros((0, 2)), "y": np.zeros(0)}, "t.npz has column names but no rows"),
        ({"x": np.arange(10), "y": np.zeros((10, 2))}, "unknown column of t.npz 'y'"),
    ],
)
def test_bad_npz(tmp_path, arrays, message):
    np.savez(tmp_path / "t.npz", **arrays)
    assert message in refused(tmp_path / "t.npz:y")


def test_columns_of_parquet_that_are_no_numbers(tmp_path):
    pa.parquet.write_table(pa.table({"a": [[1, 2]] * 10, "y": list(range(10))}), tmp_path / "t.parquet")
    message = "t.parquet: column 'a' holds list<element: int64>, must hold numbers, dates or text"
    assert message in refused(tmp_path / "t.parquet:y")
    pa.parquet.write_table(pa.table([pa.array([1] * 9), pa.array([2] * 9)], names=["a", "a"]), tmp_path / "t.parquet")
    assert "2 columns named 'a'" in refused(tmp_path / "t.parquet:y")


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"drop": "c"}, UnknownName, "unknown column of t.csv 'c'; there are: a, b, y"),
        ({"drop": '"c,"'}, UnknownName, "unknown column of t.csv 'c,'"),
        ({"drop": '"c'}, BadValue, "table: drop is '\"c', must be names separated by commas"),
        ({"drop": "y"}, BadValue, "t.csv: drop names the target 'y'"),
        ({"drop": "a,b"}, BadData, "t.csv has no column to predict 'y' from"),
        ({"task": "guess"}, BadValue, "table: task is 'guess', must be one of: class, number, or none"),
        (
            {"validation": "0.99"},
            BadValue,
            "validation is 0.99 and test is 0.2, which leave 0 of 20 rows to train on",
        ),
        ({"criterion": "cross_entropy", "task": "number"}, BadValue, "t.csv: criterion is cross_entropy, which needs classes"),
        ({"hiden": "3"}, UnknownName, "unknown option of table 'hiden'; did you mean 'hidden'?"),
        ({"split_seed": "-1"}, BadValue, "table: split_seed is '-1', must be a whole number in [0, "),
    ],
)
def test_bad_options(tmp_path, options, kind, message):
    (tmp_path / "t.csv").write_text(GOOD)
    with pytest.raises(kind) as caught:
        problems.find(f"{tmp_path}/t.csv:y", **options)
    assert message in str(caught.value)


def test_a_class_without_a_row_to_train_on_is_named(tmp_path):
    (tmp_path / "t.csv").write_text("a,y\n0,c\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(1, 50)))
    message = "t.csv: class c (of 3) has no row to train on: take smaller shares for validation and test"
    assert message in refused(tmp_path / "t.csv:y", validation=0.94, test=0.02)


def test_text_is_no_number(tmp_path):
    (tmp_path / "t.csv").write_text("a,y\n" + "1,x\n2,z\n" * 5)
    assert "t.csv: target 'y' is text, which is no number" in refused(tmp_path / "t.csv:y", task="number")


def test_dropping_the_bad_column_mends_it(tmp_path):
    (tmp_path / "t.csv").write_text("when,bad,a,y\n" + "".join(f"2/1/20,nan,{i},{i % 2}\n" for i in range(10)))
    assert problems.find(f"{tmp_path}/t.csv:y", drop="when, bad").sizes == (1, 32, 2)


def test_names_that_are_no_problem(tmp_path):
    assert refused("digit").startswith(
        "unknown problem 'digit'; did you mean 'digits'? There are: FILE:TARGET for a table, beale, "
    )
    assert (
        refused("wine.csv") == "'wine.csv' is a file without a target: write wine.csv:TARGET with the name of the column to predict"
    )
    (tmp_path / "t.csv").write_text(GOOD)
    assert "unknown column of t.csv ''; there are: a, b, y" in refused(f"{tmp_path}/t.csv:")
    (tmp_path / "a:b.csv").write_text(GOOD)
    assert problems.find(f"{tmp_path}/a:b.csv:y").data.rows == 12


def test_files_and_columns_may_have_colons(tmp_path):
    (tmp_path / "t.csv").write_text(GOOD.replace("y", "ratio a:b").replace("b,r", "t:b,r"))
    assert problems.find(f"{tmp_path}/t.csv:ratio a:b").target == "ratio a:b"
    assert problems.find(f"{tmp_path}/t.csv:t:b").target == "t:b"
    assert "unknown column of t.csv 'no:such'; there are: a, ratio a:b, t:b" in refused(f"{tmp_path}/t.csv:no:such")
    assert "u.csv: no such file" in refused(f"{tmp_path}/u.csv:ratio a:b")
    (tmp_path / "t.csv:t").mkdir()
    (tmp_path / "t.csv:ratio a").write_text(GOOD)
    assert "ends in '.csv:ratio a'" in refused(f"{tmp_path}/t.csv:ratio a:b")
