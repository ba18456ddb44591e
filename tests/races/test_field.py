import numpy as np
import pytest

from descend.core.errors import BadValue, UnknownName
from descend.races.specs import entrants as field
from descend.races.specs.sweep import Entrant
from descend.rules import RULES, SGD, Adam, DecoupledWeightDecay, first_order
from descend.schedules import Cosine


def test_rules_by_name_by_object_and_told_apart():
    assert list(field.rules_by_name("all")) == list(first_order(RULES))
    assert field.rules_by_name("sgd, adam") == {"sgd": SGD(), "adam": Adam()}
    assert field.rules_by_name([SGD, Adam(b1=0.5)]) == {"sgd": SGD(), "adam": Adam(b1=0.5)}
    assert list(field.rules_by_name([Adam(), Adam(b1=0.5)])) == ["adam", "adam b1=0.5"]
    assert field.rules_by_name({"mine": "adam"}) == {"mine": Adam()}
    assert field.rules_by_name(Adam()) == {"adam": Adam()}
    with pytest.raises(UnknownName, match="did you mean 'adam'"):
        field.rules_by_name("adm")
    with pytest.raises(BadValue, match="entered twice"):
        field.rules_by_name([Adam(), Adam(0.1)])
    with pytest.raises(BadValue, match="no rule to race"):
        field.rules_by_name([])
    assert field.rules_by_name(Adam) == {"adam": Adam()}
    for wrong in ([7], 7, None, [None]):
        with pytest.raises(BadValue, match="is not a rule"):
            field.rules_by_name(wrong)


def test_a_rule_with_a_schedule_of_its_own_races_as_it_is():
    own = Adam(Cosine(0.1, 50))
    tried, rates = field.entry(Entrant("sgd", SGD(), {}, "sgd"), np.array([0.1, 0.2]))
    assert [r.learning_rate for r in tried.settings] == [0.1, 0.2]
    np.testing.assert_array_equal(rates, [0.1, 0.2])
    for grid in ([0.1, 0.2], [0.1]):  # also where the grid has one value, which it never used
        kept, rates = field.entry(Entrant("own", own, {}, "own"), np.array(grid))
        assert kept.settings == (own,)
        assert rates.size == 0
    shaped, rates = field.entry(Entrant("sgd", SGD(), {}, "sgd"), np.array([0.1, 0.2]), lambda rate: Cosine(rate, 50))
    assert [r.learning_rate for r in shaped.settings] == [Cosine(0.1, 50), Cosine(0.2, 50)]
    np.testing.assert_array_equal(rates, [0.1, 0.2])


def test_a_schedule_that_is_none_is_refused():
    with pytest.raises(BadValue, match="a function learning rate -> schedule"):
        field.entry(Entrant("sgd", SGD(), {}, "sgd"), np.array([0.1, 0.2]), Cosine(0.1, 50))
    with pytest.raises(BadValue, match=r"gave 'slow' for learning rate 0\.1, must give a Schedule"):
        field.entry(Entrant("sgd", SGD(), {}, "sgd"), np.array([0.1, 0.2]), lambda rate: "slow")


def test_settings_are_told_by_the_ends_of_what_differs():
    rates = np.geomspace(1e-4, 10, 3)
    entrants = [Entrant("adam", Adam(), {}, "adam"), Entrant("decayed", DecoupledWeightDecay(SGD(), decay=0.5), {}, "decayed")]
    adam, decayed = (field.entry(entrant, rates)[0] for entrant in entrants)
    assert field.texts(adam.settings).startswith("learning_rate=0.0001 to 10, b1=0.9, b2=0.999, eps=1e-08")
    assert "sgd(learning_rate=0.0001 to 10)" in field.texts(decayed.settings)
    assert field.texts(adam.settings[:1]) == field.text(adam.settings[0])
    shaped, _ = field.entry(entrants[0], rates, lambda rate: Cosine(rate, 50))
    assert field.texts(shaped.settings).startswith("learning_rate=Cosine(init_value=0.0001 to 10, transition_steps=50")


@pytest.mark.parametrize(
    ("text", "why"), [("sgd,", "a comma too many"), ("sgd,,adam", "a comma too many"), (" , ", "names no rule")]
)
def test_a_list_of_rules_as_text_is_read_alike_in_python_and_on_the_command_line(text, why):
    from descend.cli.arguments import settings

    for read in (field.rules_by_name, lambda text: settings.rules(text, {})):
        with pytest.raises(BadValue, match=why):
            read(text)
    assert list(field.rules_by_name("sgd, adam")) == [rule.name for rule in settings.rules("sgd, adam", {})] == ["sgd", "adam"]
