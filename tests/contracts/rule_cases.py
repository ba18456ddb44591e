"""Every registered rule in the forms that its contracts are checked in, the trees it is given, and walks through them."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.core.hyper import ranges
from descend.rules import RULES, first_order

SHAPES = {"scalar": (), "empty": (0,), "nested": [(3, 2), {"vector": (4,), "deep": (2, 1, 3)}], "nothing": None}
FEW = {"scalar": (), "matrix": (3, 2), "vector": (4,)}  # where each array costs compilation
KINDS = {"numpy": np.array, "jax": jnp.array, "torch": torch.tensor}


def forms(cls):
    """A rule with its defaults, and with everything that is optional switched on."""
    on = {f.name: True for f in dataclasses.fields(cls) if f.default is False}
    on |= {name: 0.5 for name in ranges(cls) if getattr(cls, name) is None}
    return [cls(), cls(**on)] if on else [cls()]


CASES = [pytest.param(form, id=f"{cls.name}-{i}") for cls in first_order(RULES).values() for i, form in enumerate(forms(cls))]

# How far double precision may part between kinds of arrays, where not 1e-12. Prodigy: w_1 - w_t keeps few digits while d is small.
ROUNDING = {"prodigy": 1e-10}


def tree(kind, dtype, seed=0, shapes=SHAPES):
    """Normal numbers in arrays of one kind and type."""
    rng = np.random.default_rng(seed)
    make = KINDS[kind]
    return jax.tree.map(lambda s: make(np.asarray(rng.normal(size=s), dtype)), shapes, is_leaf=lambda s: isinstance(s, tuple))


def walk(rule, params, noise, steps=4, slots=None, start=1):
    """Some updates whose gradient, 2 p + noise, is taken at the rule's probe p."""
    slots = rule.init_tree(params) if slots is None else slots
    for t in range(start, start + steps):
        grads = jax.tree.map(lambda p, n: 2 * p + n, rule.probe_tree(params, slots, t), noise)
        change, slots = rule.update_tree(grads, slots, params, t)
        params = jax.tree.map(lambda w, c: w + c, params, change)
    return params, slots


def lead(rule, params, gradients, slots=None, start=1):
    """Updates by given gradients, one tree each: the change at every step, and the last slots."""
    slots, changes = rule.init_tree(params) if slots is None else slots, []
    for t, grads in enumerate(gradients, start):
        change, slots = rule.update_tree(grads, slots, params, t)
        params = jax.tree.map(lambda w, c: w + c, params, change)
        changes.append(change)
    return changes, slots


def close(a, b, rtol):
    """Two trees have the same numbers, to a relative and absolute `rtol`."""
    a, b = jax.tree.leaves(a), jax.tree.leaves(b)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(np.asarray(x), np.asarray(y), rtol=rtol, atol=rtol)


def equal(a, b):
    """Two trees have the same numbers, to the last bit; NaN is equal to NaN."""
    a, b = jax.tree.leaves(a), jax.tree.leaves(b)
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        np.testing.assert_array_equal(np.asarray(x), np.asarray(y))
