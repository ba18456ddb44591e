"""What every wrapper says about its hyperparameters: the ranges, the refusals, the documentation, its place in JAX."""

import dataclasses
import math
import re

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.core.hyper import ranges
from descend.core.language.docs import sections, sentence
from descend.rules import SGD, WRAPPERS, Muon, ScheduleFreeAdamW, first_order

EVERY = list(WRAPPERS.values())
FIELDS = [pytest.param(cls, name, id=f"{cls.name}-{name}") for cls in EVERY for name in ranges(cls)]


def just_outside(allowed):
    low = allowed.low if allowed.open_low else np.nextafter(allowed.low, -math.inf)
    high = np.nextafter(allowed.high, math.inf) if allowed.closed else allowed.high
    return [float(low), float(high), math.nan, *([1.5] if allowed.whole else [])]


@pytest.mark.parametrize(("cls", "name"), FIELDS)
def test_a_value_outside_its_range_is_refused_with_field_value_and_range(cls, name):
    allowed = ranges(cls)[name]
    for value in just_outside(allowed):
        with pytest.raises(BadValue) as refusal:
            cls(SGD(), **{name: value})
        message = str(refusal.value)
        assert message == f"{cls.name}: {name} is {value}, must be in {allowed}"


@pytest.mark.parametrize(("cls", "name"), FIELDS)
@pytest.mark.parametrize("value", ["0.1", 1j, None, object()])
def test_what_is_no_number_is_refused(cls, name, value):
    with pytest.raises(BadValue, match=f"{cls.name}: {name} is .* must be a "):
        cls(SGD(), **{name: value})


@pytest.mark.usefixtures("untyped")
@pytest.mark.parametrize("cls", EVERY)
def test_what_is_no_rule_is_refused(cls):
    with pytest.raises(BadValue, match=rf"^{cls.name}: rule is 'adam', must be a rule, such as Adam\(\)$"):
        cls("adam")
    with pytest.raises(BadValue, match=r"^muon: fallback is <class .*>, must be a rule"):
        Muon(fallback=cls)


@pytest.mark.parametrize("cls", EVERY)
def test_the_docstring_has_every_heading_and_states_every_field(cls):
    found = sections(cls)
    assert list(found) == ["Update", "Hyperparameters", "Slots", "Reference"]
    assert sentence(cls).endswith(".")
    assert re.search(r"\((19|20)\d\d\)", found["Reference"]), "the reference has a year"
    for field in dataclasses.fields(cls):
        line = re.search(rf"^- {field.name}: (.*(\n  .*)*)", found["Hyperparameters"], re.MULTILINE)
        assert line, f"{field.name} is not documented"
        if field.name in ranges(cls):
            assert str(ranges(cls)[field.name]) in line[1]
            assert float(re.search(r"default ([\d.e-]*\d)", line[1])[1]) == field.default, line[0]


@pytest.mark.parametrize("cls", EVERY)
def test_the_slots_said_to_be_its_own_are_there(cls):
    own = set(cls(SGD()).init_tree(np.ones(2))) - {"rule", "groups"}
    said = sections(cls)["Slots"]
    assert [name for name in own if not re.search(rf"\b{name}\b", said)] == []
    assert bool(own) != said.startswith(("None", "Those"))


@pytest.mark.parametrize("cls", EVERY)
def test_it_is_a_pytree_whose_leaves_are_the_numbers_of_all_rules_in_it(cls):
    twice = cls in first_order(WRAPPERS).values()
    made = cls(cls(ScheduleFreeAdamW())) if twice else cls(ScheduleFreeAdamW())
    leaves, structure = jax.tree.flatten(made)
    assert len(leaves) == len(jax.tree.leaves(ScheduleFreeAdamW())) + (1 + twice) * len(ranges(cls))
    assert structure.unflatten(leaves) == made
    assert hash(structure) == hash(jax.tree.structure(jax.tree.map(lambda h: h * 1, made)))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.rule = SGD()
    assert WRAPPERS[cls.name] is cls
