import numpy as np
import pytest

from descend.core.errors import BadValue, UnknownName
from descend.rules import RULES, SGD, Adam
from descend.schedules import Cosine
from descend.study import field


def test_learning_rates_from_all_that_people_write():
    np.testing.assert_allclose(field.learning_rates("1e-3:1:4"), [1e-3, 1e-2, 1e-1, 1])
    np.testing.assert_allclose(field.learning_rates("0.003"), [0.003])
    np.testing.assert_allclose(field.learning_rates("0.3,0.1"), [0.1, 0.3])
    np.testing.assert_allclose(field.learning_rates(0.5), [0.5])
    np.testing.assert_allclose(field.learning_rates([0.5, 0.1, 0.5]), [0.1, 0.5])
    assert len(field.learning_rates(None)) == 16


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("1:0.1:4", "reversed"),
        ("1:1:4", "reversed or empty"),
        ("-1:1:4", "not finite and above 0"),
        ("0:1:4", "not finite and above 0"),
        ("nan", "not finite and above 0"),
        ("0.1:inf:3", "not finite and above 0"),
        ("fast", "not a number or range"),
        ("0.1:1", "not a range"),
        ("0.1:1:3:4", "not a range"),
        ("0.1:1:2.5", "not a range"),
        ("0.1:1:1", "has 1 point"),
        ("", "not a number or range"),
        (-0.1, "must be finite and above 0"),
        ([0.1, float("nan")], "must be finite and above 0"),
        ("1e308", "from 1.2e-38 to 3.4e\\+38"),
        ("1e-300:1:3", "from 1.2e-38"),
        ([], "must be finite and above 0"),
    ],
)
def test_learning_rates_that_are_none(asked, message):
    with pytest.raises(BadValue, match=message):
        field.learning_rates(asked)


def test_rules_by_name_by_object_and_told_apart():
    assert list(field.named("all")) == list(RULES)
    assert field.named("sgd, adam") == {"sgd": SGD(), "adam": Adam()}
    assert field.named([SGD, Adam(b1=0.5)]) == {"sgd": SGD(), "adam": Adam(b1=0.5)}
    assert list(field.named([Adam(), Adam(b1=0.5)])) == ["adam", "adam b1=0.5"]
    assert field.named({"mine": "adam"}) == {"mine": Adam()}
    assert field.named(Adam()) == {"adam": Adam()}
    with pytest.raises(UnknownName, match="did you mean 'adam'"):
        field.named("adm")
    with pytest.raises(BadValue, match="entered twice"):
        field.named([Adam(), Adam(0.1)])
    with pytest.raises(BadValue, match="no rule to race"):
        field.named([])
    with pytest.raises(BadValue, match="7 is not a rule"):
        field.named([7])


def test_a_rule_with_a_schedule_of_its_own_races_as_it_is():
    own = Adam(Cosine(0.1, 50))
    tried, kept = field.entries({"sgd": SGD(), "own": own}, np.array([0.1, 0.2]))
    assert [r.learning_rate for r in tried.settings] == [0.1, 0.2]
    assert kept.settings == (own,)
    (shaped,) = field.entries({"sgd": SGD()}, np.array([0.1, 0.2]), lambda rate: Cosine(rate, 50))
    assert [r.learning_rate for r in shaped.settings] == [Cosine(0.1, 50), Cosine(0.2, 50)]
