"""A training as optax's documentation writes it: used by the tests here and by optax_goes_on.py."""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np
import optax

from descend import bridges
from descend.rules import Adam, ClipByGlobalNorm, NesterovLookahead, ScheduleFreeAdamW
from descend.schedules import Cosine

SAVED = (ClipByGlobalNorm(Adam(Cosine(0.1, 200))), NesterovLookahead(0.1), ScheduleFreeAdamW(0.1))  # every kind of state
HALVES = {str(rule): rule for rule in SAVED}


def network():
    """A small network's start and a noisy loss of it: a key draws the rows."""
    rng = np.random.default_rng(0)
    start = {"bias1": (4,), "bias2": (2,), "w1": (3, 4), "w2": (4, 2)}
    params = {name: jnp.asarray(rng.normal(size=shape), jnp.result_type(float)) for name, shape in start.items()}

    def loss(params, key):
        x = jax.random.normal(key, (16, 3))
        hidden = jnp.tanh(x @ params["w1"] + params["bias1"])
        return jnp.mean((hidden @ params["w2"] + params["bias2"] - x[:, :2] ** 2) ** 2)

    return params, loss


def trainer(optimizer, loss):
    """The loop of optax's documentation, compiled: (params, state), steps -> (params, state)."""

    def step(carry, t):
        params, state = carry
        grads = jax.grad(loss)(params, jax.random.fold_in(jax.random.key(0), t))
        updates, state = optimizer.update(grads, state, params)
        return (optax.apply_updates(params, updates), state), None

    return jax.jit(lambda carry, steps: jax.lax.scan(step, carry, steps)[0])


@cache
def halves(rule):
    """What makes the first or the second 100 updates: (params, state) or None, whether the second -> (params, state)."""
    params, loss = network()
    optimizer = bridges.optax(rule)
    train = trainer(optimizer, loss)
    return lambda carry, second: train(carry or (params, optimizer.init(params)), jnp.arange(100) + 100 * second)
