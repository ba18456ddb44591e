# ruff: noqa: RUF001 - people type such signs
import random
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.problems import Formula, find
from descend.problems.surfaces.expressions import FUNCTIONS, LONGEST, parse
from descend.rules import SGD

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
        # as people write it
        ("sin(3x) + 2x", np.sin(2.1) + 1.4),
        ("100(y-x^2)^2", 100 * 1.79**2),
        ("x²y + y³", -0.637 - 2.197),
        ("3 sin 2x cos y", 3 * np.sin(1.4) * np.cos(-1.3)),
        ("sin x/2 + sinx + sin3x", 1.5 * np.sin(0.7) + np.sin(2.1)),
        ("sin^2(x) + sin²x + cos²(y)", 2 * np.sin(0.7) ** 2 + np.cos(1.3) ** 2),
        ("2|x|y - ||x| - 1|", -1.82 - 0.3),
        ("|sin |y||", np.sin(1.3)),
        ("ln(x) + ln sin x + log10(x)", np.log(0.7) + np.log(np.sin(0.7)) + np.log10(0.7)),
        ("exp -x + e^-x", 2 * np.exp(-0.7)),
        ("√x + √(x²+1) + 3√x", 4 * np.sqrt(0.7) + np.sqrt(1.49)),
        ("½x + x⁻¹ + x^½", 0.35 + 1 / 0.7 + np.sqrt(0.7)),
        ("x−1", -0.3),
        ("（x＋１）^2", 1.7**2),
        ("x×y ÷ 2 + x·y", -0.91 * 1.5),
        ("w^2 + w", 0.49 + 0.7),
        ("w₁² + w2^2 + 0w", 0.49 + 1.69),
        ("(w-b)^2", 4.0),
        ("θ²", 0.49),
        ("θ1 θ2 + theta1", -0.91 + 0.7),
        ("X^2 + 2XY", 0.49 - 1.82),
        ("xsin(y) + xy", 0.7 * np.sin(-1.3) - 0.91),
        ("2pi x + 2ex", 1.4 * np.pi + 1.4 * np.e),
        ("(x+1)(y-1)", 1.7 * -2.3),
        ("-x^2 + --x", -0.49 + 0.7),
        ("arctan(x) + max（x，y）", np.arctan(0.7) + 0.7),
    ],
)
def test_formulas_mean_what_they_say(text, value):
    np.testing.assert_allclose(parse(text).function(jnp.array(POINT)), value, rtol=1e-5)


@pytest.mark.parametrize("name", [name for name, (count, _) in FUNCTIONS.items() if count == 1])
def test_every_function_has_a_slope(name):
    value = parse(f"{name}(x)").function
    slope = jax.grad(value)(jnp.array([0.5]))
    np.testing.assert_allclose(slope, (value(jnp.array([0.501])) - value(jnp.array([0.499]))) / 0.002, rtol=2e-3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("x +", "at character 4, something is missing after '+'"),
        ("*x", "at character 1, something is missing before '*'"),
        ("x + / y", "at character 5, something is missing before '/'"),
        ("sin()", "at character 5, something is missing before ')'"),
        ("(x", "at character 1, '(' is opened and never closed"),
        ("x + |y", "at character 5, '|' is opened and never closed"),
        ("x)", "at character 2, ')' closes no bracket"),
        ("(x + (x)" * 10, "is opened and never closed"),
        ("(" * 50 + "x", "at character 41, it is nested more than 40 deep"),
        ("sin " * 45 + "x", "it is nested more than 40 deep"),
        ("2^" * 60 + "x", "it is nested more than 40 deep"),
        ("|" * 90 + "x", "it is nested more than 40 deep"),
        ("x + z^2", "at character 5, 'z' is not known; there are x, y, pi"),
        ("x3 + 1", "at character 1, 'x3' is not known"),
        ("sin", "brackets are missing after sin: write sin(x)"),
        ("sin + x", "brackets are missing after sin: write sin(x)"),
        ("sin 2(x + 1)", "at character 1, brackets are missing after sin"),
        ("√2x", "at character 1, brackets are missing after √"),
        ("max x", "brackets are missing after max: write max(x, y)"),
        ("sinn(x)", "at character 1, 'sinn' is not a function here; there are sin, cos"),
        ("max(x)", "max takes 2 numbers, not 1"),
        ("sin(x, y)", "sin takes 1 number, not 2"),
        ("sin^-1(x)", "at character 1, sin^ takes 2, 3, ...: write another power as (sin(x))^a"),
        ("1/2x", "at character 4, brackets are missing: 1/2x may be (1/2)*x or 1/(2*x)"),
        ("x 2", "at character 3, a sign is missing before '2'"),
        ("1.2.3x", "at character 4, a sign is missing before '.3'"),
        ("0,5x", "at character 2, ',' stands between the numbers of max and min alone: write 0.5 for a half"),
        ("f(x) = x^2", "at character 6, '=' has no meaning in it: write what is to be minimised alone"),
        ("x < 1", "at character 3, '<' has no meaning in it"),
        ("w + x", "at character 5, 'x' stands beside 'w': call the two numbers x and y, or w1 and w2"),
        ("x if y else 1", "at character 3, 'if' is not known"),
        ("x // 2", "at character 4, something is missing before '/'"),
        ("x.real", "at character 2, '.' has no meaning in it"),
        ("True + x", "'True' is not known"),
        ("(lambda y)(x)", "'lambda' is not known"),
        ("__import__(x)", "'__import__' is not a function here"),
        ("exec(x)", "'exec' is not a function here"),
        ("x[0]", "at character 2, '[' has no meaning in it"),
        ("x; y", "at character 2, ';' has no meaning in it"),
        ("x!", "at character 2, '!' has no meaning in it"),
        ("x’’", "has no meaning in it"),
        ("x + 1e39", "at character 5, a number is too large"),
        ("x + 1" + "0" * 150, "a number is too large"),
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


@pytest.mark.parametrize("text", ["sqrt(x^2+y^2)", "(x²+y²)^0.5", "√(x²+y²)", "abs(x^2+y^2)^.5"])
def test_a_path_rests_at_the_tip_of_a_cone(text):
    import descend

    training = descend.train(Formula(text, (0.0, 3.0)), SGD(1.0), steps=20)
    np.testing.assert_allclose(training.losses[:4], [3, 2, 1, 0], atol=1e-6)
    np.testing.assert_array_equal(training.losses[4:], 0)


@pytest.mark.parametrize("text", ["|x|", "cbrt(x^2)", "acos(1-x^2)", "(x^2)^(1/3)"])
def test_the_slope_at_a_tip_is_0(text):
    assert jax.grad(parse(text).function)(jnp.zeros(1)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_typed_is_read_or_refused_at_once(seed):
    chance = random.Random(seed)
    signs = [*"xy2.()|^*/+-, ²√πθ（[", "sin", "max", "e", "log2", "x1", "1e9"]
    for _ in range(200):
        text = "".join(chance.choices(signs, k=chance.randrange(1, 120)))
        try:
            parse(text)
        except ValueError as error:
            assert type(error).__name__ == "Unreadable", text
            assert "\n" not in str(error)


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
