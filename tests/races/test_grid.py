import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.races.specs import grid


def test_learning_rates_from_all_that_people_write():
    np.testing.assert_allclose(grid.learning_rates("1e-3:1:4"), [1e-3, 1e-2, 1e-1, 1])
    np.testing.assert_allclose(grid.learning_rates("0.003"), [0.003])
    np.testing.assert_allclose(grid.learning_rates("0.3,0.1"), [0.1, 0.3])
    np.testing.assert_allclose(grid.learning_rates(0.5), [0.5])
    np.testing.assert_allclose(grid.learning_rates([0.5, 0.1, 0.5]), [0.1, 0.5])
    np.testing.assert_allclose(grid.learning_rates({0.5, 0.1}), [0.1, 0.5])
    assert len(grid.learning_rates(None)) == 16


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("1:0.1:4", "reversed"),
        ("1:1:4", "reversed or empty"),
        ("-1:1:4", "not finite and above 0"),
        ("0:1:4", "not finite and above 0"),
        ("nan", "not finite and above 0"),
        ("0.1:inf:3", "not finite and above 0"),
        ("fast", "not a number or range"),
        ("0.1:1", "not a range"),
        ("0.1:1:3:4", "not a range"),
        ("0.1:1:2.5", "no whole number of points"),
        ("0.1:1:1", "has 1 points, must have 2 to 10,000"),
        ("0.1:1:1e11", "has 100,000,000,000 points"),
        ({"lr": 0.1}, "must be a number, a sequence of numbers"),
        (["a"], "must be a number, a sequence of numbers"),
        ("", "not a number or range"),
        (-0.1, "must be finite and above 0"),
        ([0.1, float("nan")], "must be finite and above 0"),
        ("1e308", "from 1.2e-38 to 3.4e\\+38"),
        ("1e-300:1:3", "from 1.2e-38"),
        ([], "must be finite and above 0"),
    ],
)
def test_learning_rates_that_are_none(asked, message):
    with pytest.raises(BadValue, match=message):
        grid.learning_rates(asked)
