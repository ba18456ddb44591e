"""The benchmark of tables, small: each is read as it was before it was written, and races as well as a linear model."""

import datetime
import sys
from pathlib import Path

import numpy as np
import pytest

from descend import problems

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks import tables


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return list(tables.tables(tmp_path_factory.mktemp("tables"), rows=200))


def test_twenty_tables_in_five_encodings_and_three_habits_are_read_as_they_were(written):
    assert len(written) == 20
    for table, path in written:
        made = problems.find(f"{path}:{table.target}")
        for column in made.frame.features:
            _check(column, table.columns[column.name], path.name)
        assert set(table.columns) == {f.name for f in made.frame.features} | {table.target} | set(made.frame.left_out)


def _check(column, cells, name):
    """The column's values are those that were written, to the two decimals of a habit."""
    if column.kind == "category":
        assert [None if v < 0 else column.labels[v] for v in column.values] == [None if c is None else str(c) for c in cells], name
        return
    if column.kind == "date":
        days = [np.datetime64(cell) - np.datetime64("1970-01-01") for cell in cells]
        np.testing.assert_allclose(column.values, [day / np.timedelta64(1, "D") for day in days], err_msg=name)
        return
    numbers = {"true": 1.0, "false": 0.0, None: np.nan}
    expected = [numbers[cell] if cell in numbers else float(cell) for cell in cells]
    np.testing.assert_allclose(column.values, expected, atol=0.006, err_msg=f"{name}: {column.name}")
    assert not any(isinstance(cell, datetime.date) for cell in cells)


@pytest.mark.parametrize("index", [0, 5])
def test_a_race_is_as_good_as_a_linear_model(written, index):
    options = {"learning_rates": [0.01, 0.1], "seeds": 1, "evaluation_seeds": 2, "steps": 200}
    result = tables.compare(*written[index], **options)
    assert result.measure == ("r2", "accuracy")[index > 0]
    assert result.ours > result.linear - 0.06
