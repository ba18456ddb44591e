"""Models of Equinox and Flax, and functions, as problems: beside optax's and Flax's own loops."""

import equinox as eqx
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

import descend
from descend.problems import models
from descend.rules import SGD

STEPS, RATE = 4, 0.1


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(0)
    x = random.normal(size=(60, 5)).astype("float32")
    return x, (x[:, 0] * x[:, 1] > 0).astype("int32")


class Dropped(eqx.Module):
    """With state, chance and layers of its own."""

    first: eqx.nn.Linear
    norm: eqx.nn.BatchNorm
    drop: eqx.nn.Dropout
    last: eqx.nn.Linear

    def __init__(self, rate, key):
        keys = jax.random.split(key)
        self.first, self.last = eqx.nn.Linear(5, 6, key=keys[0]), eqx.nn.Linear(6, 2, key=keys[1])
        self.norm, self.drop = eqx.nn.BatchNorm(6, "batch", mode="batch"), eqx.nn.Dropout(rate)

    def __call__(self, x, state, key=None):
        x, state = self.norm(self.first(x), state)
        return self.last(self.drop(jax.nn.relu(x), key=key)), state


class NNXNet(nnx.Module):
    def __init__(self, rate, *, rngs):
        self.first, self.last = nnx.Linear(5, 6, rngs=rngs), nnx.Linear(6, 2, rngs=rngs)
        self.norm, self.drop = nnx.BatchNorm(6, momentum=0.5, rngs=rngs), nnx.Dropout(rate, rngs=rngs)

    def __call__(self, x):
        return self.last(self.drop(nnx.relu(self.norm(self.first(x)))))


class LinenNet(nn.Module):
    rate: float = 0.0

    @nn.compact
    def __call__(self, x, train: bool = False):
        x = nn.relu(nn.BatchNorm(use_running_average=not train)(nn.Dense(6)(x)))
        return nn.Dense(2)(nn.Dropout(self.rate, deterministic=not train)(x))


def lanes_losses(problem):
    return descend.train(problem, SGD(learning_rate=RATE), steps=STEPS, batch="full").losses


def test_an_equinox_module_trains_as_in_a_loop_of_optax(rows):
    module = eqx.nn.MLP(5, 2, 6, 1, key=jax.random.key(3))
    loss = optax.losses.softmax_cross_entropy_with_integer_labels
    problem = models.from_equinox(module, *rows, loss=loss, start="given", split_seed=0)
    x, y = problem.data.train
    rule, losses = optax.sgd(RATE), []
    state = rule.init(eqx.filter(module, eqx.is_array))
    for _ in range(STEPS):
        value, grads = eqx.filter_value_and_grad(lambda m: loss(jax.vmap(m)(x), y).mean())(module)
        updates, state = rule.update(grads, state)
        module = eqx.apply_updates(module, updates)
        losses.append(float(value))
    assert lanes_losses(problem) == pytest.approx(losses, rel=1e-4)


def test_an_nnx_module_trains_as_in_a_loop_of_flax(rows):
    module = NNXNet(0.0, rngs=nnx.Rngs(3))
    problem = models.from_flax(module, *rows, start="given", split_seed=0)
    x, y = problem.data.train
    optimizer, losses = nnx.Optimizer(module, optax.sgd(RATE), wrt=nnx.Param), []
    for _ in range(STEPS):
        value, grads = nnx.value_and_grad(
            lambda m: optax.losses.softmax_cross_entropy_with_integer_labels(m(jnp.asarray(x)), y).mean()
        )(module)
        optimizer.update(module, grads)
        losses.append(float(value))
    assert lanes_losses(problem) == pytest.approx(losses, rel=1e-4)


def test_a_linen_module_trains_as_in_a_loop_of_its_own(rows):
    module = LinenNet()
    variables = module.init(jax.random.key(3), rows[0])
    problem = models.from_flax(module, *rows, variables=variables, start="given", split_seed=0)
    x, y = problem.data.train
    losses, params, stats = [], variables["params"], variables["batch_stats"]
    for _ in range(STEPS):

        def loss(params, stats=stats):
            out, new = module.apply({"params": params, "batch_stats": stats}, x, train=True, mutable=["batch_stats"])
            return optax.losses.softmax_cross_entropy_with_integer_labels(out, y).mean(), new["batch_stats"]

        (value, stats), grads = jax.value_and_grad(loss, has_aux=True)(params)
        params = jax.tree.map(lambda w, g: w - RATE * g, params, grads)
        losses.append(float(value))
    assert lanes_losses(problem) == pytest.approx(losses, rel=1e-4)


@pytest.mark.parametrize(
    "make",
    [
        lambda x, y: models.from_equinox(lambda key: eqx.nn.make_with_state(Dropped)(0.3, key), x, y),
        lambda x, y: models.from_flax(NNXNet(0.3, rngs=nnx.Rngs(0)), x, y),
        lambda x, y: models.from_flax(LinenNet(0.3), x, y),
    ],
    ids=["equinox", "nnx", "linen"],
)
def test_starts_differ_chance_is_drawn_and_weights_come_back(rows, make):
    problem = make(*rows)
    one, other = (jax.tree.leaves(problem.init(jax.random.key(seed))[0]) for seed in (0, 1))
    assert problem.noisy
    assert any(not np.allclose(a, b) for a, b in zip(one, other, strict=True))
    race = descend.race(problem, "adam", learning_rates=[0.01], steps=10, evaluation_seeds=2)
    weights, trained = race.best().weights(), race.best().model()
    assert jax.tree.leaves(weights)
    x = jnp.asarray(rows[0])
    if isinstance(trained, tuple):
        module, state = trained
        outputs = jax.vmap(eqx.nn.inference_mode(module), (0, None), (0, None), axis_name="batch")(x, state)[0]
    else:
        outputs = trained(x) if isinstance(trained, nn.Module) else (trained.eval(), trained(x))[1]
    assert outputs.shape == (60, 2)
    lanes = race.lanes.to_pylist()
    parts = [problem.resplit(lane["seed"]).test for lane in lanes]
    losses = [float(optax.losses.softmax_cross_entropy_with_integer_labels(_outputs(trained, px), py).mean()) for px, py in parts]
    assert any(loss == pytest.approx(lane["loss"], rel=1e-4) for loss, lane in zip(losses, lanes, strict=True))


def _outputs(trained, x):
    if isinstance(trained, tuple):
        module, state = trained
        return jax.vmap(eqx.nn.inference_mode(module), (0, None), (0, None), axis_name="batch")(x, state)[0]
    return trained(jnp.asarray(x))


def test_a_function_of_parameters_with_chance_and_a_drawn_start():
    x = np.linspace(-1, 1, 40, dtype="float32")[:, None]
    y = 3 * x[:, 0] + 1

    def line(params, batch, key):
        inputs, targets = batch
        return jnp.mean((inputs[:, 0] * params["a"] + params["b"] - targets) ** 2) + 0.0 * jax.random.normal(key)

    problem = models.from_function(line, lambda key: {"a": jax.random.normal(key), "b": 0.0}, (x, y))
    race = descend.race(problem, "sgd", learning_rates=[0.3], steps=200, evaluation_seeds=2)
    weights = race.best().weights()
    assert (float(weights["a"]), float(weights["b"])) == pytest.approx((3, 1), abs=0.05)
    with pytest.raises(ValueError, match="is a function of parameters, no model"):
        race.best().model()


class Own(eqx.Module):
    scale: jax.Array

    def __init__(self, size, key):
        self.scale = jax.random.normal(key, (size,))

    def __call__(self, x):
        return jnp.sum(self.scale * x)


def test_what_is_no_problem_is_told_in_one_line(rows, untyped):
    x, y = rows
    module = eqx.nn.MLP(5, 3, 4, 1, key=jax.random.key(0))
    cases = [
        (lambda: descend.race(module), "has no rows to train on: race (model, x, y)"),
        (lambda: descend.race((module,)), "comes with its rows"),
        (lambda: descend.race((3, x, y)), "is no problem: give a model of Keras, PyTorch, Flax or Equinox"),
        (lambda: models.from_equinox(module, x[:, :4], y), "fails in Linear: TypeError"),
        (lambda: models.from_equinox(module, x, y.astype("float32")), "loss mse does not fit outputs of shape (32, 3)"),
        (lambda: models.from_equinox(module, x, y + 2), "classes from 2 to 3, and the model has 3"),
        (lambda: models.from_equinox(module, x, y, loss="mean"), "unknown loss 'mean'"),
        (lambda: models.from_equinox(Own(5, jax.random.key(0)), x, x[:, 0]), "nothing tells how it draws its arrays"),
        (lambda: models.from_function(lambda w, b: w, jnp.ones(3)), "must give one real number"),
    ]
    for call, said in cases:
        with pytest.raises(ValueError) as caught:
            call()
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)
