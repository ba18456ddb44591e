"""What the theory promises of rules that see more than a gradient, and how they end what goes wrong."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from second_order_walks import FUNCTIONS, rosenbrock, walk

import descend
from descend import bridges
from descend.core.errors import BadValue
from descend.rules import (
    BFGS,
    LBFGS,
    RULES,
    SGD,
    AdaHessian,
    Adam,
    BarzilaiBorwein,
    CoordinateDescent,
    GaussNewton,
    LevenbergMarquardt,
    Newton,
    NewtonCG,
    NonlinearCG,
    Oracle,
    SharpnessAware,
    Sophia,
    first_order,
    step,
)
from descend.rules.second_order.bfgs import bfgs_update
from descend.rules.second_order.lbfgs import two_loops

MORE = [pytest.param(cls(), id=name) for name, cls in zip(RULES, RULES.values(), strict=True) if name not in first_order(RULES)]
SEARCHES = [BFGS, LBFGS, NonlinearCG, BarzilaiBorwein]


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def quadratic(seed, n=6):
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]
    H = turn @ np.diag(np.logspace(0, 2, n)) @ turn.T
    return H, lambda w: w @ H @ w / 2


def saddle(w):
    return w[0] ** 2 - w[1] ** 2 + w[1] ** 4


def test_newton_ends_a_quadratic_in_one_step_and_heeds_a_saddle_only_when_damped():
    for rule in (Newton(), Newton(damped=False)):
        np.testing.assert_allclose(walk(rule, quadratic(0)[1], np.arange(1.0, 7), 1)[0], 0, atol=1e-12)
    np.testing.assert_allclose(walk(Newton(damped=False), saddle, [1.0, 0.1], 30)[0], [0, 0], atol=1e-9)
    for rule in (Newton(), NewtonCG()):
        np.testing.assert_allclose(walk(rule, saddle, [1.0, 0.1], 40)[0], [0, 0.5**0.5], atol=1e-9)


@pytest.mark.parametrize(
    "rule",
    [
        BFGS(curvature=1e-9),
        *(NonlinearCG(curvature=1e-9, form=f) for f in ("polak_ribiere", "hestenes_stiefel", "fletcher_reeves")),
    ],
    ids=str,
)
def test_exact_searches_end_a_quadratic_in_as_many_directions_as_dimensions(rule):
    for seed in range(3):
        values = walk(rule, quadratic(seed)[1], np.arange(1.0, 7), 60)[2]
        distinct = values[np.flatnonzero(np.diff(values, prepend=np.inf))]
        assert distinct[6] < 1e-12 * distinct[0] < distinct[4]


def test_coordinate_descent_ends_a_separable_quadratic_in_one_sweep():
    for order in ("cyclic", "greedy"):
        w = walk(CoordinateDescent(order=order), lambda w: jnp.sum(jnp.arange(1.0, 6) * (w - 2) ** 2), np.zeros(5), 5)[0]
        np.testing.assert_allclose(w, 2)
    w = walk(CoordinateDescent(order="random"), lambda w: jnp.sum(jnp.arange(1.0, 6) * (w - 2) ** 2), np.zeros(5), 100)[0]
    np.testing.assert_allclose(w, 2)


SECANT, TWO_LOOPS = jax.jit(bfgs_update), jax.jit(two_loops)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_secant_condition_holds_and_the_direction_descends(seed):
    rng = np.random.default_rng(seed)
    H = quadratic(seed)[0]
    S = rng.normal(size=(3, 6))
    Y, g = S @ H, rng.normal(size=6)
    B = SECANT(np.eye(6), S[0], Y[0])
    np.testing.assert_allclose(B @ Y[0], S[0], rtol=1e-8, atol=1e-8)
    assert g @ B @ g > 0
    filled = np.array([False, True, True])
    np.testing.assert_allclose(TWO_LOOPS(S, Y, filled, Y[2]), S[2], rtol=1e-8, atol=1e-8)
    assert g @ TWO_LOOPS(S, Y, filled, g) > 0


@pytest.mark.parametrize("search", ["wolfe", "armijo", "fixed"])
@pytest.mark.parametrize("cls", SEARCHES)
def test_losses_of_accepted_points_never_rise(cls, search):
    f, start = FUNCTIONS["logistic"]
    values, gradients = walk(cls(search=search), f, start, 120)[2:4]
    assert np.isfinite(values).all()
    if search != "fixed":
        assert abs(gradients[-1]).max() < 1e-4
    if search != "fixed" and cls is not BarzilaiBorwein:
        assert (np.diff(values) <= 1e-12).all()


@pytest.mark.parametrize("rule", MORE)
def test_what_is_no_number_beyond_a_wall_is_refused_and_the_descent_goes_on(rule):
    if not hasattr(rule, "search") and not isinstance(rule, Newton | NewtonCG):
        pytest.skip("it has no trial to refuse")
    w, _, values, _, _ = walk(rule, lambda w: jnp.sum(w - jnp.log(w)), [3.0, 0.05], 200)
    assert np.isfinite(values).all()
    np.testing.assert_allclose(w, 1, atol=1e-6)


@pytest.mark.parametrize("cls", SEARCHES)
def test_a_search_goes_on_after_batches_whose_loss_is_no_number(cls):
    rule, w = cls(), jnp.array([-1.2, 1.0])
    slots = rule.init_tree(w)
    once = jax.jit(lambda w, slots, t, bad: step(rule, Oracle(lambda x: (rosenbrock(x) + bad, ())), w, slots, t)[:2])
    for t in range(1, 60):
        w, slots = once(w, slots, t, jnp.nan if t % 7 == 1 else 0.0)
        assert np.isfinite(w).all()
    assert rosenbrock(w) < 4  # from 24.2


def test_a_failed_search_is_counted_and_begins_anew():
    slots = walk(LBFGS(), lambda w: jnp.sum(abs(w)) * 1.0, [1.0, 0.3], 200)[1]
    assert slots["restarts"] > 0
    assert np.isfinite(slots["g"]).all()


@pytest.mark.parametrize("rule", MORE)
def test_keras_and_wrappers_refuse_it_in_a_sentence(rule):
    with pytest.raises(BadValue, match=f"^{rule.name}.* asks for more than the one gradient that Keras gives"):
        bridges.keras(rule)
    with pytest.raises(BadValue, match=f"^sharpness_aware: {rule.name} asks for more than a gradient"):
        SharpnessAware(rule)


def test_a_matrix_that_fills_the_memory_is_refused_with_its_size():
    many = jax.ShapeDtypeStruct((10_000,), jnp.float32)
    more = "newton_cg, or gauss_newton with products=10"
    for rule, instead in (
        (Newton(), "newton_cg"),
        (LevenbergMarquardt(), "newton_cg"),
        (GaussNewton(), more),
        (BFGS(), "lbfgs"),
    ):
        with pytest.raises(BadValue, match=rf"{rule.name}: its matrix over 10,000 parameters takes 381 MiB.*; take {instead}"):
            jax.eval_shape(rule.init_tree, many)
    jax.eval_shape(GaussNewton(products=10).init_tree, many)
    with pytest.raises(BadValue, match=r"^newton: its matrix over 9,610 parameters takes 352 MiB"):
        descend.train(descend.problems.find("digits", hidden=128), "newton")


@pytest.mark.parametrize("noise", [{"dropout": 0.2}, {"input_dropout": 0.1}, None])
def test_coordinate_descent_on_noise_is_refused_in_a_line(noise):
    made = descend.problems.find("iris", **noise) if noise else descend.problems.noisy(descend.problems.find("bowl"), 0.1)
    with pytest.raises(BadValue, match=r"^coordinate_descent trusts every slope that it sees, and the loss of .* draws noise anew"):
        descend.race(made, ["coordinate_descent", "sgd"])
    descend.train("iris", "coordinate_descent", steps=2)


def test_sharpness_aware_takes_the_gradient_uphill():
    H, f = quadratic(2)
    w = np.arange(1.0, 7)
    g = H @ w
    got = walk(SharpnessAware(SGD(0.01), rho=0.5), f, w, 1)[0]
    np.testing.assert_allclose(got, w - 0.01 * H @ (w + 0.5 * g / np.linalg.norm(g)), rtol=1e-12)
    got = walk(SharpnessAware(SGD(0.01), rho=0.5, adaptive=True), f, w, 1)[0]
    np.testing.assert_allclose(got, w - 0.01 * H @ (w + 0.5 * w**2 * g / np.linalg.norm(w * g)), rtol=1e-12)
    assert SharpnessAware(Adam()).uses(5).gradients == 10


def test_first_steps_by_hand_where_the_hessian_is_diagonal():
    c, w = np.array([1.0, 10.0, 0.1]), np.array([1.0, -2.0, 3.0])
    g = c * w
    f = lambda w: jnp.sum(jnp.asarray(c) * w**2) / 2  # noqa: E731
    np.testing.assert_allclose(walk(AdaHessian(0.1), f, w, 1)[0], w - 0.1 * g / (c + 1e-4), rtol=1e-10)
    h, m = 0.01 * c, 0.04 * g
    np.testing.assert_allclose(walk(Sophia(0.1, gamma=50.0), f, w, 1)[0], w - 0.1 * np.clip(m / (50 * h), -1, 1), rtol=1e-10)
    assert Sophia().uses(25).hvps == 3
    assert AdaHessian().uses(25).hvps == 25
