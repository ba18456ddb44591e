"""Every rule and wrapper under schedules: what overrides a method meets plain numbers, in a race too."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from rule_cases import CASES, FEW, equal, tree, walk

import descend
from descend.core.hyper import Fraction, NonNegative, is_schedule, ranges
from descend.rules import RULES, SGD, WRAPPERS, Accumulate, Average, Groups, Lookahead, Muon, Rule, first_order
from descend.schedules import Constant, Exponential, Linear


class Trailing(Rule):
    """A rule whose probe and readout use hyperparameters, and ask that they be numbers."""

    name = "trailing"

    learning_rate: NonNegative = 0.1
    b: Fraction = 0.5

    def init(self, w):
        return {"a": w * 1.0}

    def probe(self, w, slots, t):
        assert not is_schedule(self.b)
        return w + self.b * (w - slots["a"])

    def update(self, g, slots, w, t):
        return -self.learning_rate * g, {"a": slots["a"] + (1 - self.b) * (w - slots["a"])}

    def readout(self, w, slots):
        assert not any(map(is_schedule, vars(self).values()))
        return (1 - self.b) * slots["a"] + self.b * w


Trailing: Any = descend.rules.base.hyper.pytree(Trailing)
AROUND = [
    *(cls for cls in first_order(WRAPPERS).values() if cls is not Groups),
    lambda rule: Groups(rule, {"vector": rule}),
    lambda rule: Lookahead(Average(rule)),
    lambda rule: Muon(fallback=rule, own_rate=True),
]


@pytest.mark.parametrize("rule", CASES)
def test_constants_in_the_place_of_all_numbers_change_nothing(rule):
    each = {name: getattr(rule, name) for name in ranges(type(rule))}
    other = dataclasses.replace(rule, **{name: Constant(value) for name, value in each.items() if value is not None})
    w, noise = tree("numpy", "float64", shapes=FEW), tree("numpy", "float64", seed=1, shapes=FEW)
    ends = [(moved, slots, r.readout_tree(moved, slots, 3)) for r in (rule, other) for moved, slots in [walk(r, w, noise, 3)]]
    equal(*ends)


@pytest.mark.parametrize("around", AROUND)
def test_a_readout_inside_meets_the_numbers_of_its_update(around):
    plain, scheduled = (around(Trailing(rate, b)) for rate, b in ((0.1, 0.75), (Constant(0.1), Linear(0.25, 0.75, 2))))
    w, noise = tree("numpy", "float64", shapes=FEW), tree("numpy", "float64", seed=1, shapes=FEW)
    moved, slots = walk(scheduled, w, noise, 3)
    equal(plain.readout_tree(moved, slots, 3), scheduled.readout_tree(moved, slots, 3))
    scheduled.readout_tree(w, scheduled.init_tree(w))  # before the first update


def test_a_race_takes_every_rule_and_wrapper_under_a_schedule():
    inner = Trailing(b=Exponential(0.5, 0.9))
    wrapped = {name: cls(inner, **({"k": 2} if "k" in ranges(cls) else {})) for name, cls in first_order(WRAPPERS).items()}
    rules = {
        **{name: cls() for name, cls in first_order(RULES).items()},
        **wrapped,
        "muon of it": Muon(fallback=inner),
        "of sgd": Accumulate(SGD()),
    }
    asked = {"learning_rates": 0.01, "schedule": "cosine", "steps": 2, "seeds": 1, "evaluation_seeds": 1}
    race = descend.race("iris", rules, **asked)
    assert {line["rule"] for line in race.leaderboard} == set(rules)
    assert all(np.isfinite(line["loss"]["iqm"]) for line in race.leaderboard)
