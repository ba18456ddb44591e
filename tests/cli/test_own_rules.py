"""Rules from a person's own file."""

import pytest

from descend.cli.arguments.settings import rules
from descend.core.errors import BadInput
from descend.races.specs import rule_file as own_rules
from descend.rules import RULES

TEXT = """from descend.core.hyper import NonNegative
from descend.rules import Rule, rule

@rule("soft_sign")
class SoftSign(Rule):
    learning_rate: NonNegative = 0.01
    sharp: NonNegative = 1.0

    def update(self, g, slots, w, t):
        return -self.learning_rate * g / (self.sharp + abs(g)), slots

class Bare(Rule):
    pass
"""


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "newrule.py"
    made.write_text(TEXT)
    yield made
    RULES._classes.pop("soft_sign", None)


def test_a_rule_of_a_file_races_beside_others_and_is_set(file):
    found = rules(f"{file}:SoftSign,adam", {"soft_sign": {"sharp": "2"}})
    assert [rule.name for rule in found] == ["soft_sign", "adam"]
    assert found[0].sharp == 2


@pytest.mark.parametrize(
    ("text", "spec", "said"),
    [
        (TEXT, "Soft", "did you mean 'SoftSign'"),
        (TEXT, "Bare", "Bare has no name: write @rule"),
        (TEXT, "rule", "must be a class of rules"),
        (TEXT, "", "names no class: write FILE.py:CLASS"),
        (TEXT.replace("soft_sign", "adam"), "SoftSign", "is called 'adam', as a rule of descend is"),
        ("x = (", "SoftSign", "line 1 is no Python"),
        ("\n1 / 0", "SoftSign", "line 2 raised ZeroDivisionError: division by zero"),
        ("import nothing_of_that_name", "SoftSign", "line 1 raised ModuleNotFoundError"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(file, text, spec, said):
    file.write_text(text)
    adam = RULES["adam"]
    with pytest.raises(BadInput, match="py") as caught:
        own_rules.load(f"{file}:{spec}")
    assert said in str(caught.value)
    assert RULES["adam"] is adam


@pytest.mark.parametrize(
    ("asked", "said"), [("", "names no rule"), ("sgd,sgd", "sgd twice"), ("none.py:X", "no file"), ("none.py", "FILE.py:CLASS")]
)
def test_names_that_name_no_rule(asked, said):
    with pytest.raises(BadInput, match=said):
        rules(asked, {})
