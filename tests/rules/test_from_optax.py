"""Any optax optimizer as a rule: in a race it is optax, and what cannot be one is refused with the remedy."""

import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import descend
from descend.core.errors import BadValue, MissingExtra, UnknownName
from descend.rules import RULES, Adam, Lion, Momentum, from_optax
from descend.schedules import Exponential

DECAY = Exponential(0.02, 0.9)
RATES, MORE = [1e-3, 3e-2], {"seeds": 2, "evaluation_seeds": 1, "steps": 30}  # 2 x 2 lanes of each tune
PAIRS = {
    "adam": (Adam(), from_optax(optax.adam, learning_rate=1e-3)),
    "momentum": (Momentum(momentum=0.8), from_optax(optax.sgd, learning_rate=0.1, momentum=0.8)),
    "lion": (Lion.as_in("optax"), from_optax(optax.lion, learning_rate=1e-3, b1=0.9, weight_decay=1e-3)),
    "ours scheduled": (Adam(DECAY), from_optax(optax.adam, learning_rate=DECAY)),
    "optax scheduled": (Adam(DECAY), from_optax(optax.adam, learning_rate=optax.exponential_decay(0.02, 1, 0.9))),
}


@pytest.fixture(scope="module")
def lanes():
    """All pairs in one race."""
    rules = {f"{name}/{side}": rule for name, pair in PAIRS.items() for side, rule in zip(("ours", "optax"), pair, strict=True)}
    race = descend.race("iris", rules, learning_rates=RATES, **MORE)
    return race.to_pandas().sort_values(["phase", "learning_rate", "seed"])


@pytest.mark.parametrize("name", list(PAIRS))
def test_in_a_race_of_two_rates_and_two_seeds_it_is_the_rule_of_ours(name, lanes):
    ours, theirs = (lanes[lanes["rule"] == f"{name}/{side}"] for side in ("ours", "optax"))
    rates = [] if "scheduled" in name else [rate for rate in RATES for _ in range(2)]
    assert theirs[theirs["phase"] == "tuning"]["learning_rate"].dropna().tolist() == rates
    np.testing.assert_allclose(ours["loss"], theirs["loss"], rtol=2e-4)


def test_a_race_against_itself_from_optax_is_a_tie():
    rules = {"ours": Adam(), "optax": from_optax(optax.adam, learning_rate=1e-3)}
    race = descend.race("bowl", rules, learning_rates=RATES, seeds=1, evaluation_seeds=4, steps=30)
    assert "wins" not in race.summary["verdict"]
    assert [line["tied"] for line in race.leaderboard] == [True, True]


def test_lanes_with_other_numbers_share_one_program_and_keep_a_count_each():
    traces = []

    def counted(learning_rate, b1):
        traces.append(b1)
        return optax.adam(learning_rate, b1=b1)

    rules = [from_optax(counted, learning_rate=rate, b1=b1) for rate in (0.1, 0.01) for b1 in (0.5, 0.9)]
    assert len({jax.tree.structure(rule) for rule in rules}) == 1
    stacked = jax.tree.map(lambda *leaves: jnp.asarray(leaves), *rules)
    w = {"a": jnp.ones(3)}

    def walk(rule):
        slots, params = rule.init_tree(w), w
        for t in (1, 2, 3):
            change, slots = rule.update_tree(params, slots, params, t)
            params = jax.tree.map(jnp.add, params, change)
        return params, slots

    program = jax.jit(jax.vmap(walk))
    ends, slots = program(stacked)
    before = len(traces)
    program(jax.tree.map(lambda leaf: leaf * 0.5, stacked))
    assert len(traces) == before  # not made again for other numbers
    assert slots["state"][0].count.tolist() == [3, 3, 3, 3]
    for lane, rule in enumerate(rules):
        np.testing.assert_allclose(ends["a"][lane], walk(rule)[0]["a"], rtol=1e-6)


def test_its_name_and_text_are_the_factorys():
    rule = from_optax(optax.adam, learning_rate=1e-3, nesterov=True)
    assert rule.name == "optax.adam"
    assert from_optax(optax.contrib.prodigy, learning_rate=1.0).name == "optax.contrib.prodigy"
    assert from_optax(lambda size: optax.sgd(size), size=0.1).name == "lambda"
    assert rule.rate == 1e-3
    assert rule.with_rate(0.5).learning_rate == 0.5
    assert from_optax(optax.sgd, learning_rate=optax.constant_schedule(0.1)).rate is None
    assert jax.tree.leaves(rule) == [1e-3]
    race = descend.race("bowl", [rule, "sgd"], learning_rates=[0.1], steps=3)
    assert {line["rule"] for line in race.leaderboard} == {"optax.adam", "sgd"}


def test_two_of_one_factory_are_told_apart_by_what_was_given():
    race = descend.race("bowl", [from_optax(optax.adam, learning_rate=0.1, b1=b1) for b1 in (0.5, 0.8)], steps=3)
    assert {line["rule"] for line in race.leaderboard} == {"optax.adam b1=0.5", "optax.adam b1=0.8"}


def switching(learning_rate, nesterov=0, depth=2):
    return optax.sgd(learning_rate, momentum=0.9, nesterov=bool(nesterov)) if depth else optax.sgd(learning_rate)


def test_a_number_that_the_factory_branches_on_must_be_static():
    with pytest.raises(BadValue, match=r"switching asks for the value of nesterov, .*pass it as static=\{'nesterov': 1\}$"):
        from_optax(switching, learning_rate=0.1, nesterov=1)
    rule = from_optax(switching, learning_rate=0.1, static={"nesterov": 1})
    assert jax.tree.leaves(rule) == [0.1]
    w = jnp.ones(2)
    ours = RULES["nesterov"](0.1)
    np.testing.assert_allclose(rule.update_tree(w, rule.init_tree(w), w, 1)[0], ours.update_tree(w, ours.init_tree(w), w, 1)[0])


def test_a_bad_argument_is_refused_with_the_remedy():
    refused = {
        "did you mean 'learning_rate'": lambda: from_optax(optax.adam, learning_rat=0.1),
        "missing 1 required positional argument: 'learning_rate'": lambda: from_optax(optax.adam),
        "needs more than gradients": lambda: from_optax(optax.polyak_sgd),
        "mask is a dict, must be hashable; give a tuple or a function": lambda: from_optax(
            optax.adamw, learning_rate=0.1, mask={"a": True}
        ),
        "give it uncalled, such as optax.adam": lambda: from_optax(optax.adam(0.1), learning_rate=0.1),
        "gives a float, must give an optax.GradientTransformation": lambda: from_optax(lambda size: float(size), size=0.1),
        "learning_rate is nan, must be in": lambda: from_optax(optax.adam, learning_rate=float("nan")),
    }
    for words, make in refused.items():
        with pytest.raises((BadValue, UnknownName)) as refusal:
            make()
        assert words in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_without_optax_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", None)
    with pytest.raises(MissingExtra, match=r"pip install 'descend\[optax\]'"):
        from_optax(switching, learning_rate=0.1)
