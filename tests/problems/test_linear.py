import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest

from descend import problems
from descend.core.errors import BadValue
from descend.problems import Bivariate, Yoghurt

KEY = jax.random.key(0)
PRINTED = [622.923340, 3.509555, 0.163335, 0.143392, 0.141430, 0.139592, 0.137777, 0.135986, 0.134218, 0.132473]


def descend(made, learning_rate, steps):
    """Plain gradient descent on all rows: the parameters at the end and the loss before each update."""

    def step(params, _):
        value, slope = jax.value_and_grad(lambda p: made.loss(p, (), made.data.train, KEY)[0])(params)
        return jax.tree.map(lambda w, g: w - learning_rate * g, params, slope), value

    return jax.jit(lambda key: jax.lax.scan(step, made.init(key)[0], length=steps))(KEY)


def test_bivariate_reproduces_the_printed_losses():
    losses = np.array(descend(Bivariate(), 0.003, 1000)[1])
    np.testing.assert_allclose(losses[:10], PRINTED, rtol=2e-5)
    assert int(np.argmax(losses < 1e-6)) == 911
    assert np.all(losses[911:] < 1e-6)


def test_bivariate_curvatures_are_as_far_apart_as_it_says():
    made = Bivariate()
    flat, rebuild = jax.flatten_util.ravel_pytree(made.init(KEY)[0])
    curvature = np.linalg.eigvalsh(jax.hessian(lambda w: made.loss(rebuild(w), (), made.data.train, KEY)[0])(flat))
    np.testing.assert_allclose(curvature[2] / curvature[1], 165, rtol=0.01)
    assert abs(curvature[0]) < 1e-3


@pytest.mark.parametrize(
    ("options", "low", "high"), [({}, 0.97, 1.03), ({"profit": 99, "cost": 1}, 1, 1.5), ({"profit": 1, "cost": 99}, 0.8, 1)]
)
def test_yoghurt_weights_lie_where_the_costs_push_them(options, low, high):
    rate = 0.2 if not options else 0.0005
    weights = descend(problems.find("yoghurt", **options), rate, 3000)[0]["w"]
    assert np.all((low < weights) & (weights < high))


def test_yoghurt_rows_are_as_described():
    made = Yoghurt()
    for x, y in made.data:
        assert x.shape == (32, 2)
        assert np.all(np.abs(y - x.sum(axis=1)) <= 0.05 + 1e-6)
        assert np.std(y - x.sum(axis=1)) > 0.02
    assert float(made.evaluate({"w": jnp.ones(2)}, (), made.data.validation)["loss"]) < 0.0025


@pytest.mark.parametrize("options", [{"profit": 3}, {"cost": "1"}])
def test_profit_and_cost_come_together(options):
    with pytest.raises(BadValue, match=r"yoghurt: profit is .* and cost is .*, must be two numbers or none of them"):
        problems.find("yoghurt", **options)
