"""What the courses say of networks, as checks: each test is named after the row that it belongs to."""

import jax
import jax.numpy as jnp
import numpy as np

from descend.problems import Dots, Moons, Wine
from descend.rules import SGD, Adam

KEY = jax.random.key(0)


def ended(made, rule, steps, key=KEY, **numbers):
    """The training loss and the scores on held-out rows after `steps` updates on all rows."""
    made = made.at(numbers)

    def step(lane, t):
        params, aux, slots = lane
        slope, aux = jax.grad(made.loss, has_aux=True)(params, aux, made.data.train, key)
        change, slots = rule.update_tree(slope, slots, params, t)
        return (jax.tree.map(jnp.add, params, change), aux, slots), None

    params, aux = made.init(key)
    (params, aux, _), _ = jax.lax.scan(step, (params, aux, rule.init_tree(params)), jnp.arange(1, steps + 1))
    return made.evaluate(params, aux, made.data.train)["loss"], made.evaluate(params, aux, made.data.validation), params


def test_learning_rate_too_small_is_slow_and_too_large_oscillates():
    distances = {}
    for rate in (0.001, 0.2, 0.999, 1.04):
        w = 5.0
        path = [w := w + float(SGD(learning_rate=rate).update_tree(2 * (w + 1), {}, w, 1)[0]) for _ in range(40)]
        distances[rate] = np.array(path) + 1
    assert 5 < distances[0.001][-1] < 6
    assert abs(distances[0.2][-1]) < 1e-6
    assert np.all(np.sign(distances[0.999]) == np.tile([-1, 1], 20))
    assert 5 < abs(distances[0.999][-1]) < 6
    assert abs(distances[1.04][-1]) > 100


def test_input_preparation_standardised_trains_faster_than_raw():
    rates = jnp.geomspace(1e-7, 1, 15)
    ends = {}
    for scaling in ("standardised", "raw"):
        made = Wine(scaling=scaling, hidden=())
        losses = jax.jit(jax.vmap(lambda rate, m=made: ended(m, SGD(learning_rate=rate), 100)[0]))(rates)
        ends[scaling] = np.nanmin(losses)
    assert ends["standardised"] < 0.1 * ends["raw"]


def test_initialisation_random_restarts_end_in_different_minima():
    made = Moons(hidden=(2,), rows=100, validation=0.2)
    losses = jax.jit(jax.vmap(lambda key: ended(made, Adam(learning_rate=0.05), 300, key)[0]))(jax.random.split(KEY, 24))
    assert np.max(losses) > 1.5 * np.min(losses) > 0


def test_over_fitting_and_under_fitting_with_and_without_regularisation():
    made = Dots(hidden=(64,), validation=0.8, test=0.0)

    def one(l2):
        training, judged, params = ended(made, Adam(learning_rate=0.01), 1500, l2=l2)
        return training, judged["loss"], sum(jnp.sum(w**2) for w in params.weights())

    training, held_out, size = map(np.asarray, jax.jit(jax.vmap(one))(jnp.array([0.0, 0.03, 1.0])))
    gap = held_out - training
    assert gap[0] > 1.5 * gap[1]  # without a penalty the rows are learned by heart
    assert held_out[1] < held_out[0]
    assert training[2] > 2 * training[1]  # with too large a one hardly anything is learned
    assert np.all(np.diff(size) < 0)


def test_back_propagation_reuses_what_the_forward_pass_computed():
    made = Dots(hidden=(5,), activation="sigmoid", l2=0.0)
    with jax.enable_x64(True):
        params = jax.tree.map(lambda leaf: jnp.asarray(np.asarray(leaf), float), made.init(KEY)[0])
        x, y = (np.asarray(a[:40], float) for a in made.data.train)
        first, last = ((np.asarray(layer.weight), np.asarray(layer.bias)) for layer in params.layers)
        hidden = 1 / (1 + np.exp(-(first[0] @ x.T + first[1][:, None])))
        output = (last[0] @ hidden + last[1][:, None])[0]
        by_output = 2 * (output - y)[None] / len(y)
        by_sums = last[0].T @ by_output * hidden * (1 - hidden)
        loss = jax.jit(lambda p: made.loss(p, (), (x, y), KEY)[0])
        slopes = jax.jit(jax.grad(loss))(params)
        for layer, delta, inputs in zip(slopes.layers, (by_sums, by_output), (x.T, hidden), strict=True):
            np.testing.assert_allclose(layer.weight, delta @ inputs.T, rtol=1e-9)
            np.testing.assert_allclose(layer.bias, delta.sum(axis=1), rtol=1e-9)
        leaves, tree = jax.tree.flatten(params)
        for i, leaf in enumerate(leaves):
            for place in np.ndindex(leaf.shape):
                ends = [loss(tree.unflatten([*leaves[:i], leaf.at[place].add(h), *leaves[i + 1 :]])) for h in (1e-5, -1e-5)]
                np.testing.assert_allclose((ends[0] - ends[1]) / 2e-5, jax.tree.leaves(slopes)[i][place], rtol=1e-6, atol=1e-9)
