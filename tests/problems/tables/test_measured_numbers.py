"""Columns of measured numbers are read as numbers at once; that changes what is fast, never what is read."""

import numpy as np
import pyarrow as pa
import pytest

from descend.core.errors import BadData
from descend.problems.tables import delimited, survey_of
from descend.problems.tables.files import read

ROWS = 3000


def write(path, cells, line="{}"):
    path.write_text("a,b\n" + "".join(f"{line.format(cell)},{i % 7}\n" for i, cell in enumerate(cells)))
    return path


@pytest.fixture
def cells():
    return [f"{value:.4f}" for value in np.random.default_rng(1).normal(size=ROWS)]


def types(sheet):
    return {field.name: field.type for field in sheet.table.schema}


def test_measured_numbers_are_numbers_at_once_and_whole_ones_stay_as_written(tmp_path, cells):
    sheet = read(write(tmp_path / "t.csv", cells), spelled=())
    assert types(sheet) == {"a": pa.float64(), "b": pa.string()}
    assert sheet.points == ("a",)
    np.testing.assert_array_equal(sheet.table["a"].to_numpy(), np.array(cells, float))


def test_what_a_person_says_about_a_column_keeps_its_cells_as_written(tmp_path, cells):
    path = write(tmp_path / "t.csv", cells)
    assert types(read(path, spelled=("a",)))["a"] == types(read(path))["a"] == pa.string()
    assert f"'{cells[-1]}'" in str(read(path).table["a"].to_pylist())
    assert survey_of(path, columns={"a": "category"})[0] == f"1 number, 1 category (a {len(set(cells))})"


@pytest.mark.parametrize("late", ["-", "None", "4 kg"])
def test_an_odd_cell_far_below_is_read_as_if_it_stood_at_the_top(tmp_path, cells, late):
    far = write(tmp_path / "far.csv", [*cells * 12, late])
    near = write(tmp_path / "near.csv", [late, *cells * 12])
    try:
        there = survey_of(near)[1][0]
    except BadData as error:
        with pytest.raises(BadData, match=str(error).split("'a'")[1][:20].strip()):
            survey_of(far)
    else:
        assert survey_of(far)[1][0] == there


def test_columns_that_sample_as_thousands_or_codes_stay_as_written(tmp_path):
    thousands = [f"{i % 900 + 1}.{i % 1000:03d}" for i in range(ROWS)]
    versions = [f"{i % 9}.{i % 10}0" if i % 2 else f"{i % 9}.{i % 10}" for i in range(ROWS)]
    for cells in (thousands, versions):
        assert types(read(write(tmp_path / "t.csv", cells), spelled=()))["a"] == pa.string()


@pytest.mark.parametrize("line", ["{}", '"{}"'])
def test_parts_read_at_once_are_the_whole(tmp_path, cells, line, monkeypatch):
    whole = read(write(tmp_path / "t.csv", cells, line), spelled=()).table
    monkeypatch.setattr(delimited, "BLOCK", 2000)
    monkeypatch.setattr(delimited.os, "cpu_count", lambda: 5)
    text = (tmp_path / "t.csv").read_bytes()
    parts = list(delimited._pieces(text, 4))
    assert len(parts) == (1 if '"' in line else 3)
    assert b"".join(text[first:last] for first, last in parts) == text[4:]
    assert read(tmp_path / "t.csv", spelled=()).table.equals(whole)
