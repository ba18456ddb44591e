import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import optimize

from descend import problems
from descend.core.errors import BadValue
from descend.problems import PROBLEMS, Bowl, Parabola, Ravine, Saddle, Surface, function

SURFACES = [cls() for cls in PROBLEMS.values() if issubclass(cls, Surface)]
WITH_OPTIMUM = [surface for surface in SURFACES if surface.optimum is not None]


def numpy_function(surface):
    value = jax.jit(surface.f)
    return lambda x: float(value(jnp.array(x)))


def descend(surface, learning_rate, steps):
    """The points that plain gradient descent visits."""
    x, path = jnp.array(surface.start), []
    for _ in range(steps):
        x = x - learning_rate * jax.grad(surface.f)(x)
        path.append(x)
    return jnp.array(path)


@pytest.mark.parametrize("surface", WITH_OPTIMUM, ids=lambda s: s.name)
def test_optimum_is_where_scipy_ends(surface):
    point, value = surface.optimum
    with jax.enable_x64(True):
        found = optimize.minimize(numpy_function(surface), np.array(point) + 0.05, method="Nelder-Mead", tol=1e-10)
        np.testing.assert_allclose(found.x, point, atol=1e-4)
        np.testing.assert_allclose([found.fun, surface.f(jnp.array(point))], value, atol=1e-9)
        np.testing.assert_allclose(jax.grad(surface.f)(jnp.array(point)), 0, atol=1e-9)


@pytest.mark.parametrize("surface", WITH_OPTIMUM, ids=lambda s: s.name)
def test_nothing_drawn_lies_below_the_optimum(surface):
    axes = [np.linspace(low, high, 101) for low, high in surface.bounds]
    grid = jnp.array(np.meshgrid(*axes)).reshape(len(axes), -1).T
    assert float(jax.vmap(surface.f)(grid).min()) >= surface.optimum[1] - 1e-5


@pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)
def test_start_and_optimum_are_drawn(surface):
    points = [surface.start] + ([surface.optimum[0]] if surface.optimum else [])
    far = type(surface)(start=tuple(40.0 for _ in surface.start))
    for point, bounds in [(p, surface.bounds) for p in points] + [(far.start, far.bounds)]:
        assert all(low < x < high for x, (low, high) in zip(point, bounds, strict=True))


@pytest.mark.parametrize(
    ("surface", "value"),
    [("rosenbrock", 24.2), ("beale", 14.203125), ("himmelblau", 170.0), ("bowl", 10.5), ("parabola", 1.0), ("rastrigin", 27.73)],
)
def test_value_at_the_start(surface, value):
    made = problems.find(surface)
    np.testing.assert_allclose(made.f(jnp.array(made.start)), value, rtol=1e-6)


def test_himmelblau_has_the_four_minima_of_its_docstring():
    f = problems.find("himmelblau").f
    for point in [(3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)]:
        assert float(f(jnp.array(point, float))) < 1e-6


def test_parabola_takes_the_three_usual_forms():
    x = jnp.array([0.7])
    np.testing.assert_allclose(Parabola().f(x), 0.49, rtol=1e-6)
    np.testing.assert_allclose(Parabola(center=-1.0, start=(5.0,)).f(x), 1.7**2, rtol=1e-6)
    np.testing.assert_allclose(Parabola(curvature=1.0).f(x), 0.49 / 2, rtol=1e-6)
    np.testing.assert_allclose(descend(Parabola(center=-1.0, start=(5.0,)), 0.2, 3)[:, 0], [2.6, 1.16, 0.296], rtol=1e-5)
    np.testing.assert_allclose(descend(Parabola(curvature=1.0), 0.1, 1)[0, 0], 0.9, rtol=1e-6)


@pytest.mark.parametrize(("rate", "end"), [(0.06, (-2.734118, -2.196e-06)), (0.42, None), (0.61, None)])
def test_bowl_under_gradient_descent(rate, end):
    bowl = Bowl()
    last = descend(bowl, rate, bowl.steps)[-1]
    if end:
        np.testing.assert_allclose(last, end, rtol=1e-3)
    else:
        np.testing.assert_allclose(bowl.f(last), {0.42: 3.868e-04, 0.61: 5.487e16}[rate], rtol=1e-2)


def test_ravine_has_the_curvatures_it_says():
    hessian = jax.hessian(Ravine(condition=25.0, angle=70.0).f)(jnp.zeros(2))
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), [1, 25], rtol=1e-4)
    floor = jnp.array([np.cos(np.radians(70)), np.sin(np.radians(70))])
    np.testing.assert_allclose(Ravine(angle=70.0).f(floor), 0.5, rtol=1e-4)


def test_saddle_keeps_to_its_ridge_from_the_ridge_only():
    assert Saddle().optimum is None
    assert float(descend(Saddle(start=(-1.5, 0.0)), 0.1, 60)[-1, 1]) == 0
    assert abs(float(descend(Saddle(), 0.1, 60)[-1, 1])) > 1


@pytest.mark.parametrize(
    ("name", "start", "message"),
    [
        ("bowl", (1.0,), "bowl: start is (1.0,), must be 2 numbers"),
        ("parabola", "1,2", "parabola: start is (1.0, 2.0), must be 1 number"),
        ("beale", (1, float("nan")), "beale: start is (1, nan), must be numbers separated by commas"),
    ],
)
def test_starts_of_another_size_are_refused(name, start, message):
    with pytest.raises(BadValue) as caught:
        problems.find(name, start=start)
    assert str(caught.value) == message


def cubic(x):
    return x[0] ** 3 + x[1] ** 2


def test_a_persons_function_is_a_problem():
    made = function(cubic, [1, 2], bounds=[(-1, 2), (-3, 3)])
    params, aux = made.init(jax.random.key(0))
    assert params.dtype == "float32"
    assert (made.title, made.bounds, made.optimum if hasattr(made, "optimum") else None) == ("cubic", ((-1, 2), (-3, 3)), None)
    assert float(made.loss(params, aux, None, jax.random.key(0))[0]) == float(made.evaluate(params, aux, None)["loss"]) == 5
    assert "function" not in PROBLEMS


def test_a_function_of_a_tree():
    made = function(lambda p: jnp.sum(p["w"] ** 2) + p["b"], {"w": np.ones((2, 3)), "b": 1})
    assert float(made.evaluate(*made.init(jax.random.key(0)), None)["loss"]) == 7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((cubic, ["a", "b"]), r"start is \['a', 'b'\], must be finite numbers"),
        ((cubic, [1.0, np.inf]), "must be finite numbers"),
        ((cubic, []), "must be finite numbers"),
        ((lambda x: x, [1.0, 2.0]), r"gives float32 of shape \(2,\), must give one real number"),
        ((lambda x: (x[0], x[1]), [1.0, 2.0]), "gives a tuple, must give one real number"),
        ((cubic, [1e300, 2.0]), "start is .*, must be finite numbers in float32"),
        ((cubic, [10**400, 2.0]), "must be finite numbers"),
        ((cubic, [1e30, 2.0]), r"function: cubic is inf at the start \[1e\+30, 2.0\]: start where it is finite"),
        ((lambda x: jnp.log(x[0]), [-1.0]), "is nan at the start"),
        ((lambda x: np.sin(x[0]), [1.0]), "function: <lambda> cannot be traced by JAX: use jax.numpy for numpy and math"),
        ((lambda x: [1.0, 2.0][x.astype(int)], 1), "function: <lambda> cannot be traced by JAX"),
        ((lambda x: math.sin(x[0]), [1.0]), "use jax.numpy for numpy and math"),
        ((lambda x: x[0] if x[0] > 0 else -x[0], [1.0]), r"and jax\.numpy\.where for if$"),
        ((cubic, [1.0, 2.0], [(0, 1)]), r"bounds is .*, must be 2 pairs \(low, high\)"),
        ((lambda x: x[0], [1.0], []), r"bounds is \(\), must be 1 pair \(low, high\)"),
        ((cubic, [1.0, 2.0], [(0, 1), (3, 2)]), r"bounds\[1\] is \(3.0, 2.0\), must be \(low, high\) with low below high"),
        ((cubic, [1.0, 2.0], [(0, 1), (3, 3)]), "with low below high"),
        ((cubic, [1.0, 2.0], [(0, np.nan), (0, 1)]), r"bounds\[0\] is \(0.0, nan\), must be finite numbers"),
        ((cubic, [1.0, 2.0], [(0, 1), (-np.inf, 1)]), r"bounds\[1\] is \(-inf, 1.0\), must be finite numbers"),
        ((cubic, [1.0, 2.0], (0, 1)), r"bounds is \(0, 1\), must be a pair \(low, high\) for each number"),
        ((cubic, [1.0, 2.0], [(0, 1, 2), (0, 1, 2)]), r"must be a pair \(low, high\) for each number"),
        ((cubic, [1.0, 2.0], [("a", "b"), (0, 1)]), r"must be a pair \(low, high\) for each number"),
    ],
)
def test_functions_that_cannot_be_descended_are_refused(arguments, message):
    with pytest.raises(BadValue, match=message):
        function(*arguments)
