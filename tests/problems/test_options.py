import jax
import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadValue
from descend.problems.options import make


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
        ("l2", "nan", "a number in [0, 1e+30)"),
        ("l2", float("inf"), "a number in [0, 1e+30)"),
        ("l2", False, "a number in [0, 1e+30)"),
        ("validation", "1", "a number in [0, 1)"),
        ("split_seed", "1.5", "a whole number in [0, "),
        ("activation", "rel", "one of: relu, tanh, sigmoid, leaky_relu, elu, gelu, silu, softplus, identity"),
        ("activation", 3, "one of: relu"),
        ("initialisation", "xavier", "one of: he, glorot, lecun, orthogonal, uniform, zero"),
    ],
)
def test_values_that_do_not_fit(option, value, must):
    with pytest.raises(BadValue) as caught:
        problems.find("digits", **{option: value})
    assert str(caught.value).startswith(f"digits: {option} is {value!r}, must be {must}")


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("digits", {"l2": "1e308"}, "digits: l2 is '1e308', must be a number in [0, 1e+30); float32 ends at 3.4e+38"),
        ("digits", {"l2": 1e31}, "digits: l2 is 1e+31, must be a number in [0, 1e+30)"),
        ("bowl", {"start": "1e300"}, "bowl: start is '1e300', must be numbers separated by commas; float32 ends at 3.4e+38"),
        ("bowl", {"start": (0, 10**400)}, "must be numbers separated by commas; float32 ends at 3.4e+38"),
        ("ravine", {"condition": -1e39}, "ravine: condition is -1e+39, must be a number in [1, inf); float32 ends at 3.4e+38"),
        ("bowl", {"start": "1e30,1"}, "bowl: start is (1e+30, 1.0), where the loss is inf: start where it is finite"),
        ("parabola", {"curvature": 1e38, "start": 1e3}, "parabola: start is (1000.0,), where the loss is inf: start"),
    ],
)
def test_numbers_beyond_float32_are_refused(name, options, message):
    with pytest.raises(BadValue) as caught:
        problems.find(name, **options)
    assert message in str(caught.value)


def test_the_largest_penalty_gives_a_finite_loss():
    made = problems.find("iris", l2=9e29, hidden="512,512")
    assert np.isfinite(made.loss(made.init(jax.random.key(0))[0], (), made.data.train, jax.random.key(0))[0])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a, b", ("a", "b")),
        ("", ()),
        ("none", ()),
        ("()", ()),
        ("x[1]", ("x[1]",)),
        ("x[1],size (cm)", ("x[1]", "size (cm)")),
        ('"a, b",c', ("a, b", "c")),
        ('c, "say ""no"""', ("c", 'say "no"')),
        ('"none"', ("none",)),
        (["a, b", "(c)"], ("a, b", "(c)")),
    ],
)
def test_names(text, names):
    assert make(problems.Table, path="t.csv", target="y", drop=text).drop == names


def test_values_are_checked_where_the_problem_is_made():
    with pytest.raises(BadValue, match=r"iris: validation is 1.0, must be a number in \[0, 1\)"):
        problems.Iris(validation=1.0)
