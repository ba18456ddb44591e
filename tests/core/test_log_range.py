"""LO:HI:N means one thing wherever it is written."""

import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.core.log_range import log_range
from descend.races.specs.grid import learning_rates
from descend.races.specs.values import values


def readers():
    """Everything that reads a range: the function itself, learning rates, and a sweep."""
    return [lambda text: log_range("x", text, 1000, "1:2:3"), learning_rates, lambda text: values("l2", text)]


@pytest.mark.parametrize("text", ["1e-4:1:9", "0.1:10:3", " 1e-3 : 1e-1 : 5.0"])
def test_every_reader_makes_the_same_numbers(text):
    low, high, count = map(float, text.split(":"))
    for read in readers():
        np.testing.assert_array_equal(read(text), np.geomspace(low, high, int(count)))


REFUSED = {
    "1:2": "is not a range",
    "1:2:3:4": "is not a range",
    "a:2:3": "is not a range",
    "1:2:": "is not a range",
    "0:1:3": "has a bound that is not finite and above 0",
    "1:inf:3": "has a bound that is not finite and above 0",
    "nan:1:3": "has a bound that is not finite and above 0",
    "2:1:3": "is reversed or empty: 2 is not below 1",
    "1:2:2.5": "has no whole number of points",
    "1:2:nan": "has no whole number of points",
    "1:2:1e999": "has no whole number of points",
    "1:2:1": "has 1 points, must have 2 to",
    "1:2:100000": "has 100,000 points, must have 2 to",
}


@pytest.mark.parametrize("text", list(REFUSED))
def test_every_reader_refuses_in_the_same_words(text):
    for read in readers():
        with pytest.raises(BadValue, match=REFUSED[text]) as caught:
            read(text)
        assert f"'{text}'" in str(caught.value)
        assert "write LO:HI:N with 0 < LO < HI" in str(caught.value)
