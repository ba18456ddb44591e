"""Gauss-Newton and Levenberg-Marquardt: their matrix, the minima and evaluations of others, and what they refuse."""

import jax
import jax.numpy as jnp
import numpy as np
import optimistix
import pytest
import scipy.optimize
from jax.flatten_util import ravel_pytree
from second_order_walks import walk

import descend
from descend import problems
from descend.core.errors import BadValue
from descend.problems import Problem, noisy
from descend.problems.base import sum_of_squares
from descend.rules import GaussNewton, LevenbergMarquardt, Oracle

KEY = jax.random.key(0)


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


class Squares:
    """The sum of the squares of r(w), as an objective."""

    def __init__(self, r):
        self.r = r

    def loss(self, w):
        return sum_of_squares(self.r(w)), ()

    def outputs(self, w):
        return self.r(w), sum_of_squares


def rosenbrock(x):
    return jnp.concatenate([10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]])


def decay(x):
    """A curve of three numbers through 30 noisy points."""
    times = np.linspace(0, 4, 30)
    seen = 2.5 * np.exp(-1.3 * times) + 0.5 + 0.05 * np.random.default_rng(0).normal(size=30)
    return x[0] * jnp.exp(-x[1] * times) + x[2] - seen


def surface(name):
    made = problems.find(name)
    return lambda x: jnp.stack(made.roots(x))


def plane(x):
    """The regression of three rows on a plane that has one number too many."""
    return jnp.array([[5, 2, 1], [10, 2, 1], [20, 2, 1.0]]) @ x - jnp.array([10, 20, 40.0])


CURVES = {
    "rosenbrock": (rosenbrock, [-1.2, 1.0]),
    "rosenbrock-10": (rosenbrock, [-1.2, 1.0] * 5),
    "beale": (surface("beale"), [1.0, 1.0]),
    "himmelblau": (surface("himmelblau"), [0.0, 0.0]),
    "decay": (decay, [1.0, 1.0, 0.0]),
    "plane": (plane, [0.1, 0.1, 0.0]),
}
NEAR = 1e-10  # to the lowest value


@pytest.mark.parametrize("name", CURVES)
def test_the_minimum_is_that_of_scipy_and_optimistix_for_about_as_many_evaluations(name):
    r, start = CURVES[name]
    residuals, jacobian = jax.jit(r), jax.jit(jax.jacobian(r))
    seen = []

    def theirs(x):
        seen.append(float(np.sum(np.asarray(residuals(x)) ** 2)))
        return np.asarray(residuals(x))

    lowest = scipy.optimize.least_squares(theirs, start, jac=lambda x: np.asarray(jacobian(x)), method="lm", xtol=1e-15, ftol=1e-15)
    other = optimistix.LevenbergMarquardt(1e-10, 1e-12)
    other = optimistix.least_squares(lambda x, _: r(x), other, jnp.asarray(start), max_steps=300)
    w, _, values, *_ = walk(LevenbergMarquardt(), Squares(r), start, 60)
    reached, their_reach = (int(np.argmax(np.asarray(v) <= 2 * lowest.cost + NEAR)) + 1 for v in (values, seen))
    print(f"{name}: {reached} evaluations, scipy {their_reach}, optimistix {int(other.stats['num_steps'])} steps")
    assert abs(values[-1] - 2 * lowest.cost) < 1e-8
    assert abs(values[-1] - float(sum_of_squares(r(other.value)))) < 1e-8
    if name not in ("himmelblau", "plane"):  # of which there are four, and a line
        np.testing.assert_allclose(w, lowest.x, atol=1e-6)
    assert reached <= max(1.3 * their_reach, their_reach + 3)


def test_gauss_newton_ends_linear_least_squares_in_one_step_even_where_the_answer_is_a_line():
    for rule, steps in ((GaussNewton(), 1), (GaussNewton(damped=False), 1), (GaussNewton(products=3), 8)):
        end = walk(rule, Squares(plane), [0.1, 0.1, 0.0], steps)[0]
        assert float(sum_of_squares(plane(end))) < 1e-16, rule


def test_gauss_newton_shortens_steps_that_rise_unless_it_is_undamped():
    r = CURVES["rosenbrock"][0]
    values = walk(GaussNewton(), Squares(r), [-1.2, 1.0], 40)[2]
    assert (np.diff(values) <= 0).all()
    assert values[-1] < 1e-20
    assert walk(GaussNewton(damped=False), Squares(r), [-1.2, 1.0], 1)[2].size == 1
    undamped = walk(GaussNewton(damped=False), Squares(r), [-1.2, 1.0], 3)[2]
    assert undamped[1] > 1000 > undamped[0]  # over the ridge, and then down in one
    assert undamped[2] < 1e-20


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "bowl", "bivariate", "yoghurt", "iris"])
def test_what_outputs_say_adds_up_to_the_loss(name):
    options = {"l2": 0.1, "l1": 0.01, "hidden": (3,)} if name == "iris" else {}
    made = problems.find(name, **options)
    params, aux = made.init(KEY)
    batch = None if made.data is None else made.data.train
    for each in (made, noisy(made, 0.5)):

        @jax.jit
        def both(params, each=each):
            outputs, outer = each.outputs(params, aux, batch, KEY)
            return outer(outputs), each.loss(params, aux, batch, KEY)[0]

        np.testing.assert_allclose(*both(params), rtol=1e-12)


def test_the_matrix_is_the_jacobians_and_that_of_softmax_by_hand():
    made = problems.find("iris", hidden="none")
    params, aux = made.init(KEY)
    x, _ = batch = jax.tree.map(lambda a: a[:7], made.data.train)
    oracle = Oracle.of(made, aux, batch, KEY)
    w, tree = ravel_pytree(params)
    J = jax.jacobian(lambda w: tree(w)(x))(w)  # (classes, rows, n)
    p = jax.nn.softmax(tree(w)(x), axis=0)
    G = sum(J[:, i].T @ (jnp.diag(p[:, i]) - jnp.outer(p[:, i], p[:, i])) @ J[:, i] for i in range(7)) / 7
    np.testing.assert_allclose(oracle.gauss_newton_matrix(params), G, atol=1e-7)
    np.testing.assert_allclose(G, oracle.hessian(params), atol=1e-7)  # outputs are linear in the parameters
    v = jnp.arange(1.0, w.size + 1)
    np.testing.assert_allclose(ravel_pytree(oracle.gauss_newton(params)(tree(v)))[0], G @ v, rtol=1e-5)


def test_networks_descend_where_the_hessian_has_negative_curvature():
    made = problems.find("iris", hidden=(4,))
    losses = {
        rule: descend.train(made, rule, steps=25, batch="full").losses for rule in (LevenbergMarquardt(), GaussNewton(products=8))
    }
    for rule, values in losses.items():
        assert (np.diff(values) <= 1e-6).all(), rule
        assert values[-1] < 0.07, rule


@pytest.mark.parametrize("rule", [GaussNewton(), GaussNewton(products=2), LevenbergMarquardt()])
def test_a_problem_without_residuals_is_refused_in_a_line(rule):
    for made in ("formula", "saddle", problems.find("diabetes", criterion="mae"), problems.find("yoghurt", profit=9, cost=1)):
        for ask in (
            lambda made=made: descend.train(made, rule, steps=2),
            lambda made=made: descend.race(made, [rule, "sgd"], steps=2),
        ):
            with pytest.raises(
                BadValue, match=f"^{rule.name} needs residuals, or a loss that curves at a network's outputs"
            ) as told:
                ask()
            assert "\n" not in str(told.value)


def test_an_own_problem_needs_residuals_and_no_loss():
    class Circle(Problem):
        """A loss that its residuals give."""

        name = "circle_of_two"

        def init(self, key):
            return jnp.array([3.0, 1.0]), ()

        def residuals(self, params, aux, batch, key):
            return {"x": params[0] ** 2 - 4, "y": params[1]}

        def evaluate(self, params, aux, batch):
            return {"loss": self.loss(params, aux, batch, KEY)[0]}

    losses = descend.train(Circle(), "levenberg_marquardt", steps=10).losses
    assert losses[0] == 26
    assert losses[-1] < 1e-10
