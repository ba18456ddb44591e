"""Rules and wrappers in the forms in which people use them, and what people do with weights, for the suites of the three bridges.

A rule or a wrapper is in all of them by being registered.
"""

import numpy as np

from descend.rules import RULES, WRAPPERS, Adam, AdamW, Average, Lookahead, NesterovLookahead, ScheduleFreeAdamW, first_order

INNER = (AdamW(0.05, weight_decay=0.1), NesterovLookahead(0.05))
EVERY = {cls.name: cls() for cls in first_order(RULES).values()}
EVERY |= {f"{cls.name}-{inner.name}": cls(inner) for cls in first_order(WRAPPERS).values() for inner in INNER}
EVERY |= {"nested": Average(Lookahead(ScheduleFreeAdamW(0.05), k=2), decay=0.5)}
SHIPPING = [Average(Adam(0.05), decay=0.5), Lookahead(Adam(0.05), k=3), ScheduleFreeAdamW(0.05), NesterovLookahead(0.05)]
SHAPES = {"layer.kernel": (3, 2), "layer.bias": (2,)}
LOW, HIGH = -0.05, 0.05
FAR = 1000.0


def numbers(seed, dtype="float32"):
    """Normal numbers of the shapes."""
    rng = np.random.default_rng(seed)
    return {name: np.asarray(rng.normal(size=shape), dtype) for name, shape in SHAPES.items()}


def outward(seed):
    """Gradients of one sign and different sizes, against which weights only grow."""
    return {name: -abs(g) - np.float32(0.1) for name, g in numbers(seed).items()}


def loaded():
    """Weights a thousand away from any start."""
    return {name: g + np.float32(FAR) for name, g in numbers(9).items()}


def goes_on_from(where, params, what):
    """Every number is nearer to the weights that were loaded than to those before."""
    for name, p in params.items():
        assert np.isfinite(p).all(), (what, name)
        assert (abs(np.asarray(p, "float64") - where[name]) < FAR / 2).all(), (what, name, p)


def within(params, what):
    for name, p in params.items():
        assert (np.asarray(p) >= LOW - 1e-6).all(), (what, name, p)
        assert (np.asarray(p) <= HIGH + 1e-6).all(), (what, name, p)


def same(one, other):
    for name, p in one.items():
        np.testing.assert_array_equal(np.asarray(p), np.asarray(other[name]), err_msg=name)
