"""Functions that optimizers are judged on, and whole trainings of them as one compiled program, in double precision."""

import jax
import jax.numpy as jnp
import numpy as np

from descend.rules import Oracle, step


def rosenbrock(x):
    return jnp.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def beale(x):
    return sum((a - x[0] + x[0] * x[1] ** k) ** 2 for k, a in ((1, 1.5), (2, 2.25), (3, 2.625)))


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def stretched(x):
    """A quadratic of condition 10,000, turned."""
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(x.size, x.size)))[0]
    return jnp.sum(jnp.logspace(0, 4, x.size) * (turn @ x) ** 2) / 2


def logistic(w):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(200, 8))
    y = np.sign(x @ rng.normal(size=8) + rng.normal(size=200))
    return jnp.mean(jnp.logaddexp(0, -y * (x @ w))) + 0.01 * w @ w


FUNCTIONS = {
    "rosenbrock-2": (rosenbrock, [-1.2, 1.0]),
    "rosenbrock-10": (rosenbrock, [-1.2, 1.0] * 5),
    "beale": (beale, [1.0, 1.0]),
    "himmelblau": (himmelblau, [0.0, 0.0]),
    "stretched": (stretched, [1.0] * 10),
    "logistic": (logistic, [0.0] * 8),
}


def walk(rule, f, start, steps):
    """The last point and slots, and before every update the loss, the gradient (steps, n) and the point (steps, n).

    f is a function, or an objective (see Oracle.of).
    """
    oracle, start = Oracle.of(f) if hasattr(f, "loss") else Oracle(lambda w: (f(w), ())), jnp.asarray(start)

    def once(state, t):
        done = step(rule, oracle, *state, t)
        return (done.params, done.slots), (done.value, done.gradient, state[0])

    @jax.jit
    def whole(start):
        return jax.lax.scan(once, (start, rule.init_tree(start)), jnp.arange(1, steps + 1))

    (w, slots), records = whole(start)
    return w, slots, *map(np.asarray, records)
