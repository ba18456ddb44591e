"""Rules that ask for more than a gradient, in the view Descent: what they do, their refused trials, the quadratic they step by."""

import jax
import numpy as np
import pytest
from lab_client import rule

from descend import problems
from descend.core.errors import BadValue
from descend.lab import descent, stability
from descend.lab.catalogue import catalogue
from descend.lab.limits import limits
from descend.lab.state import descent as read
from descend.rules import RULES, first_order


def picture(problem, *rules, steps=40, **more):
    state = read({"problem": problem, "rules": list(rules), "steps": steps, **more})
    return [frame for frame in descent.pictures(state) if frame][-1]


def test_newton_jumps_on_a_quadratic_and_walks_to_a_saddle_where_undamped():
    rules = rule("newton"), rule("newton", damped=False)
    bowl, saddle = picture("bowl", *rules), picture("saddle", *rules)
    assert [one["regime"]["kind"] for one in bowl.header["rules"]] == ["one_step", "one_step"]
    assert saddle.header["rules"][0]["regime"] == {"kind": "falls"}
    assert saddle.header["rules"][1]["regime"] == {"kind": "stands", "on": "saddle"}


def test_refused_trials_are_where_the_path_stays_and_lie_elsewhere():
    frame = picture("rosenbrock", rule("levenberg_marquardt"), rule("lbfgs"), rule("newton"), rule("sgd", learning_rate=1e-3))
    assert "r3.trials" not in frame.arrays
    for i in range(3):
        points, trials, losses = (frame.arrays[f"r{i}.{name}"] for name in ("points", "trials", "losses"))
        refused = np.isfinite(trials[:, 0])
        assert 0 < refused.sum() < 40
        np.testing.assert_array_equal(points[1:][refused[:-1]], points[:-1][refused[:-1]])
        made = problems.find("rosenbrock")
        higher = np.array([made.f(x) for x in trials[refused]]) >= losses[refused] * (1 - 1e-3)
        assert higher.mean() > 0.5  # others fell too little, or too steeply


@pytest.mark.parametrize(("name", "matrix"), [("newton", jax.hessian), ("gauss_newton", None)])
def test_the_quadratic_is_the_losss_own_at_every_point(name, matrix):
    made = problems.find("beale")
    frame = picture("beale", rule(name), steps=12)
    points, model = frame.arrays["r0.points"], frame.arrays["r0.model"]
    assert model.shape == (13, 6)
    for x, row in zip(points, model, strict=True):
        np.testing.assert_allclose(row[:2], jax.grad(made.f)(x), rtol=1e-4, atol=1e-4)
        J = np.asarray(jax.jacobian(lambda x: jax.numpy.stack(made.roots(x)))(x))
        np.testing.assert_allclose(row[2:].reshape(2, 2), matrix(made.f)(x) if matrix else 2 * J.T @ J, rtol=1e-3, atol=1e-3)


def test_pictures_of_one_axis_and_of_a_plane_through_three_have_a_model_too():
    assert picture("parabola", rule("newton"), steps=5).arrays["r0.model"].shape == (6, 2)
    assert picture("bivariate", rule("gauss_newton"), steps=5).arrays["r0.model"].shape == (6, 6)


def test_every_rule_is_offered_and_those_that_ask_for_more_come_last():
    names = [one["name"] for one in catalogue().header["rules"]]
    assert set(names) == set(RULES)
    assert set(names[-len(RULES) + len(first_order(RULES)) :]) == set(RULES) - set(first_order(RULES))


def test_what_cannot_be_shown_is_refused_in_a_line():
    with pytest.raises(BadValue, match=r"^gauss_newton needs residuals"):
        picture("saddle", rule("gauss_newton"))
    with pytest.raises(BadValue, match=r"^coordinate_descent trusts every slope"):
        picture("bowl", rule("coordinate_descent"), noise=0.1)
    for name in ("newton", "adahessian"):
        with pytest.raises(BadValue, match=rf"^{name} asks for more than a gradient, and its step on a quadratic is no linear map"):
            stability.plane({"rule": name, "across": "b1"})
    assert list(limits(read({"problem": "bowl", "rules": [rule("adahessian"), rule("sgd"), rule("lbfgs")]})))[1] is not None
