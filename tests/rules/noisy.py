"""Ways of 200 updates by noise in place of gradients, through our rules and through optax, under jax.enable_x64(True)."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

SHAPES = {"layers": [{"weight": (3, 2), "bias": (3,)}, {"weight": (1, 3), "bias": (1,)}], "scale": ()}


def given(shapes=SHAPES, spoiled=False, steps=200):
    """A start and noise that stands for gradients; where spoiled, every fifth or so has a number that is not finite."""
    rng = np.random.default_rng(0)
    leaf = {"is_leaf": lambda s: isinstance(s, tuple)}
    start = jax.tree.map(lambda s: jnp.asarray(rng.normal(size=s)), shapes, **leaf)
    noise = jax.tree.map(lambda s: rng.normal(size=(steps, *s)), shapes, **leaf)
    if spoiled:
        noise["scale"][rng.random(steps) < 0.1] = np.inf
        noise["layers"][1]["weight"][rng.random((steps, 1, 3)) < 0.05] = np.nan
    return start, jax.tree.map(jnp.asarray, noise)


def ours(rule, start, noise):
    """The parameters and slots after each update, on NumPy's arrays: nothing to compile."""
    w, noise = (jax.tree.map(np.asarray, tree) for tree in (start, noise))
    slots, path = rule.init_tree(w), []
    for t in range(1, len(jax.tree.leaves(noise)[0]) + 1):
        change, slots = rule.update_tree(jax.tree.map(lambda n, t=t: n[t - 1], noise), slots, w, t)
        w = jax.tree.map(np.add, w, change)
        path.append((w, slots))
    return jax.tree.map(lambda *a: np.stack(a), *path)


def theirs(native, start, noise):
    def step(carry, g):
        w, state = carry
        change, state = native.update(g, state, w)
        w = optax.apply_updates(w, change)
        return (w, state), (w, state)

    return jax.lax.scan(step, (start, native.init(start)), noise)[1]


def close(one, other):
    for a, b in zip(jax.tree.leaves(one), jax.tree.leaves(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)
