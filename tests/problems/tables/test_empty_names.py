"""A header of names that are all empty is no table of no columns."""

from pathlib import Path

import pytest

from descend.core.errors import BadData
from descend.problems.tables.delimited import read_delimited


@pytest.mark.parametrize("text", [b'"",""\n1,2,3,4\n', b"; \n1;2;3;4\n", b",\n1\n2,3,4,5\n"])
def test_rows_of_another_width_are_told(text):
    with pytest.raises(BadData, match="cells where the first line has"):
        read_delimited(Path("x.csv"), text, None, set())
