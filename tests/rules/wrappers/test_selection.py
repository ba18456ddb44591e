"""Wrappers for chosen parameters only: masks of weight decay, and groups with rules of their own."""

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue, UnknownName
from descend.core.numeric.paths import matches
from descend.rules import SGD, Adam, CoupledWeightDecay, DecoupledWeightDecay, Groups, NesterovLookahead, Prodigy
from descend.schedules import Exponential

TREE = {"layers": [{"weight": np.ones(2), "bias": np.ones(1)}, {"weight": np.ones(3)}], "scale": np.ones(())}
PATHS = ["layers.0.bias", "layers.0.weight", "layers.1.weight", "scale"]


@pytest.mark.parametrize("wrap", [CoupledWeightDecay, DecoupledWeightDecay])
def test_a_mask_that_matches_nothing_is_refused_when_slots_are_made(wrap):
    made = wrap(SGD(), mask=["*.weight", "*.gain"])
    with pytest.raises(BadValue, match=rf"^{made.name}: pattern '\*.gain' matches no parameter; there are: {', '.join(PATHS)}$"):
        made.init_tree(TREE)
    assert wrap(SGD(), mask="*").mask == ("*",)


@pytest.mark.parametrize("wrap", [CoupledWeightDecay, DecoupledWeightDecay])
def test_what_is_no_pattern_is_refused_at_once(wrap):
    with pytest.raises(BadValue, match=r"pattern 're:\(' is not a regular expression"):
        wrap(SGD(), mask="re:(")


def test_a_group_that_matches_nothing_or_nothing_new_is_refused():
    with pytest.raises(BadValue, match=r"^groups: pattern '\*.gain' matches no parameter; there are: layers.0.bias"):
        Groups(SGD(), {"*.gain": SGD(0.1)}).init_tree(TREE)
    with pytest.raises(BadValue, match=r"^groups: pattern '\*.0.bias' matches only what patterns before it do"):
        Groups(SGD(), {"*.bias": SGD(0.1), "*.0.bias": SGD()}).init_tree(TREE)


def test_a_group_is_a_rule_or_hyperparameters_of_the_rule_inside():
    made = Groups(Adam(0.1, b1=0.5), {"*.bias": {"learning_rate": 0.2}})
    assert made.groups["*.bias"] == Adam(0.2, b1=0.5)
    with pytest.raises(UnknownName, match="unknown adam hyperparameter 'learning_rat'; did you mean 'learning_rate'"):
        Groups(Adam(), {"*": {"learning_rat": 1.0}})
    with pytest.raises(BadValue, match=r"adam: b1 is 1.5, must be in \[0, 1\)"):
        Groups(Adam(), {"*": {"b1": 1.5}})
    with pytest.raises(BadValue, match=r"groups: '\*' is given 0.1, must be a rule"):
        Groups(Adam(), {"*": 0.1})


def test_the_first_pattern_that_matches_wins_whatever_the_alphabet():
    for first, second in [("scale", "*"), ("*.weight", "layers.*")]:
        made = Groups(SGD(1.0), {first: SGD(0.0), second: SGD(2.0)})
        made = jax.tree.map(lambda h: h * 1, made)  # through JAX and back
        change, _ = made.update_tree(TREE, made.init_tree(TREE), TREE, 1)
        rates = [-float(a.max()) for a in jax.tree.leaves(change)]
        frozen = [path for path, rate in zip(PATHS, rates, strict=True) if rate == 0]
        assert frozen == [path for path, here in zip(PATHS, matches(first, PATHS, "it"), strict=True) if here]


def test_setting_the_learning_rate_of_groups_keeps_their_proportions():
    made = Groups(SGD(0.1), {"*.bias": Adam(0.4), "scale": SGD(0.0), "layers.0.*": SGD(Exponential(0.2, 0.5))})
    assert made.rate == 0.1
    moved = made.with_rate(0.3)
    assert moved.rate == pytest.approx(0.3)
    assert moved.groups["*.bias"].rate == pytest.approx(1.2)
    assert moved.groups["scale"].rate == 0.0
    assert moved.groups["layers.0.*"].rate(2) == pytest.approx(3 * 0.2 * 0.25)
    falling = made.with_rate(Exponential(0.3, 0.5))
    assert falling.rate == Exponential(0.3, 0.5)
    assert falling.groups["*.bias"].rate(1) == pytest.approx(0.6)
    with pytest.raises(BadValue, match="learning rate of the rule inside is 0"):
        Groups(SGD(0.0), {"*.bias": SGD(1.0)}).with_rate(0.1)


def test_groups_take_rules_that_look_ahead_and_rules_on_whole_trees():
    made = Groups(Prodigy(), {"*.bias": NesterovLookahead(0.1), "scale": SGD(0.1)})
    assert made.probes
    w, slots = TREE, made.init_tree(TREE)
    for t in range(1, 6):
        p = made.probe_tree(w, slots, t)
        change, slots = made.update_tree(p, slots, w, t)
        w = jax.tree.map(np.add, w, change)
    alone = NesterovLookahead(0.1)
    bias, s = np.ones(1), alone.init(np.ones(1))
    for t in range(1, 6):
        change, s = alone.update(alone.probe(bias, s, t), s, bias, t)
        bias = bias + change
    np.testing.assert_allclose(w["layers"][0]["bias"], bias)
    assert slots["rule"]["m"]["layers"][0]["bias"] is None
