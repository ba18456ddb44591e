"""Dialects: what as_in gives and refuses, and the forms of TensorFlow 1 and of the papers."""

import dataclasses

import numpy as np
import papers
import papers_adaptive
import pytest
import tensorflow1

from descend.core.errors import BadValue, UnknownName
from descend.core.hyper import ranges
from descend.rules import RULES, WRAPPERS, AdaGrad, Adam, Momentum, NesterovLookahead, RMSProp
from descend.rules.dialects import DIALECTS, dialects_of, table

CASES = [(dialect, cls) for cls in RULES.values() for dialect in cls.dialects]
REFERRED = [pytest.param(dialect, cls, id=f"{dialect}-{cls.name}") for dialect, cls in CASES if dialect in ("tf1", "paper")]
STEPS = 200


def reference(dialect, rule):
    module = tensorflow1 if dialect == "tf1" else papers if hasattr(papers, rule) else papers_adaptive
    return getattr(module, rule)


@pytest.mark.parametrize(("dialect", "cls"), REFERRED)
def test_the_defaults_and_form_are_those_of_tensorflow_1_and_the_paper(dialect, cls):
    rng = np.random.default_rng(0)
    start, noise = rng.normal(size=(3, 4)), rng.normal(size=(STEPS, 3, 4))

    def gradient(t, w):
        return w / 2 + noise[t - 1]

    rule, w = cls.as_in(dialect), start
    slots = rule.init_tree(w)
    for t in range(1, STEPS + 1):
        change, slots = rule.update_tree(gradient(t, rule.probe_tree(w, slots, t)), slots, w, t)
        w = w + change
    end = reference(dialect, cls.name)(start, gradient, STEPS)
    np.testing.assert_allclose(rule.readout_tree(w, slots), end, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cls", [pytest.param(cls, id=cls.name) for cls in RULES.values()])
def test_a_table_states_what_differs_from_the_defaults_and_nothing_else(cls):
    defaults = {field.name: field.default for field in dataclasses.fields(cls)}
    for dialect, values in cls.dialects.items():
        assert dialect in DIALECTS
        assert [name for name, value in values.items() if defaults[name] == value] == []
        rule = cls.as_in(dialect)
        assert {name: getattr(rule, name) for name in defaults} == defaults | values
        for name in ranges(cls):
            if defaults[name] is not None:
                assert getattr(cls.as_in(dialect, **{name: defaults[name]}), name) == defaults[name]


def test_hyperparameters_override_the_dialects():
    rule = RMSProp.as_in("tf1", learning_rate=0.1, eps_root=1e-3, centered=True)
    assert rule == RMSProp(0.1, 0.9, eps=0.0, eps_root=1e-3, centered=True, lr_inside=True, initial_accumulator=1.0)


def test_a_dialect_that_nothing_has_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match=r"unknown dialect 'kears'; did you mean 'keras'\? There are: keras, "):
        AdaGrad.as_in("kears")


def test_a_dialect_that_the_rule_lacks_is_refused_with_those_it_has():
    with pytest.raises(BadValue, match=r"^nesterov_lookahead has no dialect 'torch'; it has: paper$"):
        NesterovLookahead.as_in("torch")
    for wrapper in WRAPPERS.values():
        with pytest.raises(BadValue, match=rf"^{wrapper.name} has no dialect 'torch'; it has none$"):
            wrapper.as_in("torch")


def test_a_hyperparameter_that_the_rule_lacks_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="unknown hyperparameter of momentum 'momentun'; did you mean 'momentum'"):
        Momentum.as_in("keras", momentun=0.5)


def test_a_value_out_of_range_is_refused_as_ever():
    with pytest.raises(BadValue, match="adagrad: eps is -1"):
        AdaGrad.as_in("torch", eps=-1)


def test_the_table_has_the_rows_that_differ_somewhere():
    assert dialects_of(Momentum) == ["keras", "torch", "optax", "tf1", "paper"]
    assert table(Momentum) == {
        "learning_rate": [0.01, 0.01, 0.001, 0.01, 0.01, 0.01],
        "lr_inside": [False, True, False, False, False, True],
    }
    assert table(NesterovLookahead) == {}


def test_textbook_rules_have_a_dialect():
    from descend.rules import TEXTBOOK

    assert [name for name in TEXTBOOK if not RULES[name].dialects] == []
    assert Adam.as_in("keras", learning_rate=0.1).learning_rate == 0.1
