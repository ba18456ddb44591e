"""What every rule makes of gradients of every kind: none, tiny, huge, rare, not a number, and of any scale."""

import jax
import numpy as np
import pytest
from rule_cases import CASES, FEW, KINDS, lead, tree
from rule_claims import CLAIMS, claim, without_eps

from descend.rules import RULES, first_order

PARAMS = tree("numpy", "float32", 0, FEW)
SIGNS = jax.tree.map(np.sign, tree("numpy", "float32", 1, FEW))


@pytest.fixture(autouse=True)
def quiet():
    """NumPy's warnings of overflow are no failures here: the tests look at the numbers."""
    with np.errstate(all="ignore"):
        yield


def rare(g):
    """Zero but for the last number of each array."""
    return jax.tree.map(lambda a: a * (np.arange(a.size).reshape(a.shape) == a.size - 1), g)


def times(number):
    return lambda g: jax.tree.map(lambda a: a * np.float32(number), g)


GRADIENTS = {
    "zero": times(0.0),
    "constant": times(1.0),
    "mostly zero": rare,
    "tiny": times(1e-30),
    "denormal": times(1e-40),
    "large": times(1e15),
}


def finite(values):
    return all(np.isfinite(np.asarray(a)).all() for a in jax.tree.leaves(values))


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("kind", GRADIENTS)
def test_steps_and_slots_stay_finite(rule, kind):
    changes, slots = lead(rule, PARAMS, 4 * [GRADIENTS[kind](SIGNS)])
    assert finite(changes), f"{rule.name} leaves the numbers under {kind} gradients"
    assert finite(slots), f"{rule.name} keeps a slot that is not finite under {kind} gradients"


@pytest.mark.parametrize("rule", CASES)
def test_a_huge_gradient_gives_a_finite_step_or_the_docstring_says_that_it_overflows(rule):
    changes, _ = lead(rule, PARAMS, 2 * [times(1e30)(SIGNS)])
    documented = "overflow" in (type(rule).__doc__ or "")
    assert finite(changes) or documented, f"{rule.name} overflows at gradients of 1e30; stay finite, or say so under Update"


def spoilt(bad):
    """Gradients of which one number, the matrix's last, is bad."""
    matrix = SIGNS["matrix"].copy()
    matrix[-1, -1] = bad
    return SIGNS | {"matrix": matrix}


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_gradient_raises_nothing_and_shows_in_the_step(rule, bad, kind):
    params, good, wrong = (jax.tree.map(KINDS[kind], tree) for tree in (PARAMS, SIGNS, spoilt(bad)))
    _, met, _ = (float(change["matrix"][-1, -1]) for change in lead(rule, params, [good, wrong, good])[0])
    by_sign = rule.name in ("lion", "signum") and np.isinf(bad)  # the sign of what is infinite is a number
    assert np.isfinite(met) == by_sign


def touched(rule, bad):
    """Whether one bad gradient changes anything, by its step or later, in the rest of its array, and in other arrays."""
    usual, other = (lead(rule, PARAMS, [SIGNS, g, *10 * [SIGNS]])[0] for g in (SIGNS, spoilt(bad)))
    pairs = list(zip(usual, other, strict=True))
    here = any(not np.array_equal(a["matrix"].ravel()[:-1], b["matrix"].ravel()[:-1]) for a, b in pairs)
    away = any(not np.array_equal(a[name], b[name]) for a, b in pairs for name in ("scalar", "vector"))
    return here, away


@pytest.mark.parametrize("rule", CASES)
def test_a_gradient_touches_what_the_rule_claims_and_nothing_else(rule):
    scope = claim(rule).scope
    for bad in (3.0, -1e3, np.nan, np.inf):
        here, away = touched(rule, bad)
        assert scope != "element" or not here, f"a gradient of {bad} reaches the rest of its array"
        assert scope == "tree" or not away, f"a gradient of {bad} reaches other arrays"
    if rule == type(rule)():  # what the switches add may hide it for some steps
        here, away = np.any([touched(rule, bad) for bad in (3.0, -1e3)], axis=0)
        assert (here or scope == "element") and (away or scope != "tree"), "it reaches less far than claimed"


@pytest.mark.parametrize("rule", CASES)
def test_the_first_step_goes_down(rule):
    """Against the sign of each gradient, where the rule sees elements alone; against the whole gradient elsewhere."""
    changes, _ = lead(rule, times(1e-6)(PARAMS), 2 * [SIGNS])
    first = next(c for c in changes if any(map(np.any, jax.tree.leaves(c))))  # a rule's first update may only prepare
    slopes = jax.tree.map(lambda g, c: g * c, SIGNS, first)
    assert claim(rule).scope != "element" or all(np.all(s < 0) for s in jax.tree.leaves(slopes))
    assert sum(np.sum(s) for s in jax.tree.leaves(slopes)) < 0


@pytest.mark.parametrize("name", list(first_order(RULES)))
def test_the_first_step_has_the_length_found_by_hand(name):
    by_hand = claim(RULES[name]()).first
    if by_hand is not None:
        w = np.zeros(3)
        (change,), _ = lead(RULES[name](), w, [np.ones(3)])
        np.testing.assert_allclose(change, -by_hand, rtol=1e-6)


@pytest.mark.parametrize("rule", CASES)
def test_steps_scale_with_the_gradient_as_claimed(rule):
    exact, power = without_eps(rule), claim(rule).scale
    start, rng = tree("numpy", "float64", 0, FEW), np.random.default_rng(2)
    gradients = [jax.tree.map(lambda w: rng.normal(size=w.shape) + 1.0, start) for _ in range(20)]
    usual, _ = lead(exact, start, gradients)
    larger, _ = lead(exact, start, [jax.tree.map(lambda g: 1000 * g, g) for g in gradients])
    before, after = (np.concatenate([np.ravel(a) for a in jax.tree.leaves(c)]) for c in (usual, larger))
    assert np.array_equal(before == 0, after == 0)
    ratios = after[after != 0] / before[before != 0]
    if power is None:
        assert not any(np.allclose(ratios, 1000.0**p, rtol=1e-6) for p in (-1, 0, 1, 2)), f"{rule.name} follows a power"
    else:
        np.testing.assert_allclose(ratios, 1000.0**power, rtol=1e-6)


def test_every_claim_is_of_a_rule():
    assert set(CLAIMS) <= set(RULES)
