"""What wrappers do that no other library has, against their papers' formulas in NumPy."""

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.rules import (
    SGD,
    Accumulate,
    Adam,
    Average,
    Cautious,
    ClipByGlobalNorm,
    CoupledWeightDecay,
    DecoupledWeightDecay,
    Groups,
    Lookahead,
    Momentum,
    NesterovLookahead,
    Prodigy,
    SkipNonFinite,
)
from descend.schedules import Exponential, PiecewiseConstant


def noise(*shape):
    """Numbers of their own for each shape."""
    return np.random.default_rng(shape).normal(size=shape)


def led(rule, w, gradients):
    """The parameters after each of the given gradients, and the last slots."""
    slots, path = rule.init_tree(w), []
    for t, g in enumerate(gradients, 1):
        change, slots = rule.update_tree(g, slots, w, t)
        w = jax.tree.map(np.add, w, change)
        path.append(w)
    return path, slots


def fallen(rule, slope, w, steps=60):
    """The parameters after each update by slope(probe)."""
    slots, path = rule.init_tree(w), []
    for t in range(1, steps + 1):
        change, slots = rule.update_tree(slope(rule.probe_tree(w, slots, t)), slots, w, t)
        w = w + change
        path.append(w)
    return np.array(path)


def test_cautious_adam_is_the_authors():
    gradients, w = noise(200, 7), noise(7)
    path, _ = led(Cautious(Adam(0.05, 0.8, 0.95, eps=1e-3)), w, gradients)
    m = v = np.zeros(7)
    for t, (g, after) in enumerate(zip(gradients, path, strict=True), 1):
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g * g
        mask = np.where(m * g > 0, 1.0, 0.0)
        mask = mask / max(mask.mean(), 1e-3)
        w = w - 0.05 * mask * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
        np.testing.assert_allclose(after, w, rtol=1e-10, atol=1e-12)


def test_a_cautious_plain_gradient_step_is_that_step():
    w, gradients = noise(7), noise(20, 7)
    np.testing.assert_allclose(led(Cautious(SGD(0.1)), w, gradients)[0], led(SGD(0.1), w, gradients)[0], rtol=1e-12)
    change, _ = Cautious(Momentum()).update_tree(-w, {"rule": {"v": 100 * w}}, w, 1)
    np.testing.assert_array_equal(change, 0)  # all of the step goes uphill


@pytest.mark.parametrize("rule", [SGD(0.1), NesterovLookahead(0.1), Adam(0.1)])
def test_coupled_decay_is_the_gradient_of_a_squared_penalty_wherever_the_gradient_is_taken(rule):
    w = noise(5)
    wrapped = fallen(CoupledWeightDecay(rule, 0.3), np.sin, w)
    np.testing.assert_allclose(wrapped, fallen(rule, lambda p: np.sin(p) + 0.3 * p, w), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rule", [Adam(Exponential(0.1, 0.9)), NesterovLookahead(0.1)])
def test_accumulated_batches_are_one_large_batch(rule):
    w = noise(5)
    parts = noise(30, 4, 5)
    large = led(rule, w, parts.mean(axis=1))[0]
    small = led(Accumulate(rule), w, parts.reshape(120, 5))[0]
    np.testing.assert_allclose(small[3::4], large, rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(small[4], small[3])


def test_batches_to_gather_may_grow():
    gradients = noise(8, 3)
    path, slots = led(Accumulate(SGD(1.0), k=PiecewiseConstant((2,), (1, 3))), np.zeros(3), gradients)
    np.testing.assert_allclose(path[4], -(gradients[0] + gradients[1] + gradients[2:5].mean(axis=0)))
    np.testing.assert_allclose(path[7], path[4] - gradients[5:].mean(axis=0))
    assert (int(slots["steps"]), int(slots["gathered"])) == (4, 0)


def test_a_skipped_update_leaves_all_as_it_was_also_where_another_array_is_bad():
    rule, w = SkipNonFinite(Adam()), {"a": np.ones(2), "b": np.ones(())}
    good, bad = {"a": np.ones(2), "b": np.ones(())}, {"a": np.ones(2), "b": np.array(np.nan)}
    _, before = rule.update_tree(good, rule.init_tree(w), w, 1)
    change, after = rule.update_tree(bad, before, w, 2)
    assert jax.tree.all(jax.tree.map(lambda c: np.all(c == 0), change))
    assert jax.tree.all(jax.tree.map(np.array_equal, after["rule"], before["rule"]))
    assert int(after["skipped"]) == 1


def test_a_clipped_gradient_has_the_length_asked_for_and_a_zero_one_stays():
    g = {"a": np.array([3.0, 0.0]), "b": np.array(4.0)}
    rule = ClipByGlobalNorm(SGD(1.0), max_norm=2.5)
    change, _ = rule.update_tree(g, rule.init_tree(g), g, 1)
    np.testing.assert_allclose([*change["a"], change["b"]], [-1.5, 0, -2])
    for limit in (0.0, 1.0):
        change, _ = ClipByGlobalNorm(SGD(1.0), limit).update_tree(np.zeros(2), {"rule": {}}, np.ones(2), 1)
        np.testing.assert_array_equal(change, 0)


def test_what_is_shipped_is_the_slow_or_averaged_weights_of_what_the_rule_inside_ships():
    w, gradients = noise(3), noise(6, 3)
    _, slots = led(Average(Lookahead(SGD(0.1), k=2), uniform=True), w, gradients)
    rule = Lookahead(SGD(0.1), k=2)
    slow = [rule.readout_tree(*led(rule, w, gradients[:n])[0][-1:], led(rule, w, gradients[:n])[1]) for n in range(1, 7)]
    np.testing.assert_allclose(slots["a"], np.mean(slow, axis=0))


def test_decay_that_takes_the_rate_times_needs_one():
    class Unrated(SGD):
        rate = None

    with pytest.raises(BadValue, match=r"decoupled_weight_decay: sgd has no learning rate .* times_rate=False"):
        DecoupledWeightDecay(Unrated())
    assert DecoupledWeightDecay(Unrated(), times_rate=False).rate is None


def test_rules_are_written_out_with_what_is_not_the_default():
    assert str(ClipByGlobalNorm(Adam(0.1), max_norm=1)) == "clip_by_global_norm(adam(learning_rate=0.1), max_norm=1)"
    assert str(Adam()) == "adam"
    assert str(SkipNonFinite(SGD(0.5))) == "skip_non_finite(sgd(learning_rate=0.5))"
    assert str(Prodigy(bias_correction=True)) == "prodigy(bias_correction=True)"
    assert str(DecoupledWeightDecay(Lookahead(Adam()), mask="*.weight")) == (
        "decoupled_weight_decay(lookahead(adam, k=5, slow_step=0.5), decay=0.01, mask=('*.weight',))"
    )
    made = Groups(Adam(), {"*bias": {"learning_rate": 0.1}, "a*": SGD(Exponential(0.1, 0.5))})
    assert str(made).startswith("groups(adam, {*bias: adam(learning_rate=0.1), a*: sgd(learning_rate=Exponential(init_value=0.1,")
    assert repr(SGD(0.5)) == "SGD(learning_rate=0.5)"
