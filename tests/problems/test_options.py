import pytest

from descend import problems
from descend.core.errors import BadValue


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("64,32", (64, 32)),
        ("64", (64,)),
        ("(64, 32)", (64, 32)),
        ("[8]", (8,)),
        ("none", ()),
        ("", ()),
        ((), ()),
        ([3, 4], (3, 4)),
        (16, (16,)),
        ("(8,)", (8,)),
    ],
)
def test_widths(text, value):
    assert problems.find("iris", hidden=text).hidden == value


def test_numbers_words_and_none():
    assert problems.find("digits", l2="1e-3", activation=" tanh ", split_seed="7") == problems.Digits(
        l2=0.001, activation="tanh", split_seed=7
    )
    assert problems.find("yoghurt", profit="None", cost=None) == problems.Yoghurt()
    assert problems.find("bowl", start="-1, 2.5").start == (-1, 2.5)
    assert isinstance(problems.find("digits", l2=1).l2, float)


@pytest.mark.parametrize(
    ("option", "value", "must"),
    [
        ("hidden", "64,x", "whole numbers separated by commas, each in [1, 100000)"),
        ("hidden", (0,), "whole numbers separated by commas, each in [1, 100000)"),
        ("hidden", (2.5,), "whole numbers separated by commas, each in [1, 100000)"),
        ("hidden", True, "whole numbers separated by commas, each in [1, 100000)"),
        ("hidden", None, "whole numbers separated by commas, each in [1, 100000)"),
        ("l2", "nan", "a number in [0, inf)"),
        ("l2", float("inf"), "a number in [0, inf)"),
        ("l2", False, "a number in [0, inf)"),
        ("validation", "1", "a number in [0, 1)"),
        ("split_seed", "1.5", "a whole number in [0, "),
        ("activation", "rel", "one of relu, tanh, sigmoid, leaky_relu, elu, gelu, silu, softplus, identity"),
        ("activation", 3, "one of relu"),
        ("initialisation", "xavier", "one of he, glorot, lecun, uniform"),
    ],
)
def test_values_that_do_not_fit(option, value, must):
    with pytest.raises(BadValue) as caught:
        problems.find("digits", **{option: value})
    assert str(caught.value).startswith(f"digits: {option} is {value!r}, must be {must}")


def test_values_are_checked_where_the_problem_is_made():
    with pytest.raises(BadValue, match=r"iris: validation is 1.0, must be a number in \[0, 1\)"):
        problems.Iris(validation=1.0)
