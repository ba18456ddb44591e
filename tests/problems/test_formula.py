import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.problems import Formula, find
from descend.problems.expressions import FUNCTIONS, LONGEST, parsed

POINT = np.array([0.7, -1.3])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", 0.7),
        ("x^2/10 + 2*y^2", 0.049 + 3.38),
        ("2^-x", 2**-0.7),
        ("-x^2", -0.49),
        ("y^3 - (x - 1)^-2", -2.197 - 1 / 0.09),
        ("1e2*x + 2e-1*y + .5 + 3.", 70 - 0.26 + 3.5),
        ("max(x, y) + min(x1, x2)", -0.6),
        ("sin(pi*x) * e^y + sqrt(abs(y))", np.sin(np.pi * 0.7) * np.exp(-1.3) + np.sqrt(1.3)),
        ("x ** 2 + y ** 2.0", 0.49 + 1.69),
    ],
)
def test_formulas_mean_what_they_say(text, value):
    np.testing.assert_allclose(parsed(text).function(jnp.array(POINT)), value, rtol=1e-5)


@pytest.mark.parametrize("name", [name for name, (count, _) in FUNCTIONS.items() if count == 1])
def test_every_function_has_a_slope(name):
    value = parsed(f"{name}(x)").function
    slope = jax.grad(value)(jnp.array([0.5]))
    np.testing.assert_allclose(slope, (value(jnp.array([0.501])) - value(jnp.array([0.499]))) / 0.002, rtol=2e-3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("2x", "a sign is missing after '2': write 2*x for twice x"),
        ("3(x)", "a sign is missing after '3'"),
        ("x +", "it cannot be read"),
        ("(x", "it cannot be read"),
        ("((x)" * 40, "it cannot be read"),
        ("z^2", "'z' is not known; there are x, y, pi"),
        ("sin", "brackets are missing after sin: write sin(x)"),
        ("sinn(x)", "'sinn' is not a function here; there are sin, cos"),
        ("max(x)", "max takes 2 numbers, not 1"),
        ("sin(x, y)", "sin takes 1 number, not 2"),
        ("x if y else 1", "only numbers, x, y"),
        ("x // 2", "only numbers, x, y"),
        ("x.real", "only numbers, x, y"),
        ("True + x", "only numbers, x, y"),
        ("(lambda y)(x)", "it cannot be read"),
        ("__import__(x)", "'__import__' is not a function here"),
        ("exec(x)", "'exec' is not a function here"),
        ("x[0]", "'[' has no meaning in it"),
        ("x; y", "';' has no meaning in it"),
        ("x + 1e39", "a number in it is too large"),
        ("x + 1" + "0" * 150, "a number in it is too large"),
        ("3 + pi", "neither x nor y is in it"),
        ("-" * 50 + "x", "it is nested more than 40 deep"),
        ("+".join(["x"] * 60), "it has more than 80 parts"),
        ("x" * (LONGEST + 1), f"it has {LONGEST + 1} characters, and {LONGEST} are the most"),
        ("+".join(["x"] * 41), "it has more than 80 parts"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(text, why):
    with pytest.raises(BadValue, match=re.escape(why)) as caught:
        Formula(text, (0.5,) if "y" not in text else (0.5, 0.5))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["9^9^9^9^9*x", "exp(exp(exp(exp(x + 9))))", "1/(x - x)", "x^x^x^x^x - 1/0", "-9^9^9^99 + 0*x"])
def test_formulas_that_are_not_finite_end_at_once(text):
    with pytest.raises(BadValue, match=r"start is .*, where the loss is"):
        Formula(text, (2.0,))


def test_a_formula_is_a_problem_like_others():
    import descend

    made = find("formula", text="(x - 3)^2", start="0", reach="5")
    assert (made.bounds, made.title, made.optimum) == (((-5.0, 5.0),), "(x - 3)^2", None)
    assert Formula("x*y", (1.0, 1.0)).view == ((-3.0, 3.0), (-3.0, 3.0))
    np.testing.assert_allclose(descend.train(made, "sgd", steps=3).losses, [9, 9 * 0.98**2, 9 * 0.98**4], rtol=1e-5)
    with pytest.raises(BadValue, match=r"formula: start is \(2.0, 1.5\), must be 1 number"):
        Formula("x^2", (2.0, 1.5))


@pytest.mark.parametrize(("text", "start"), [("x^2 + 1", (2.0,)), ("x2^2", (2.0, 1.5)), ("x*y", (2.0, 1.5))])
def test_a_formula_has_a_start_for_each_of_its_variables(text, start):
    assert find("formula", text=text).start == start
