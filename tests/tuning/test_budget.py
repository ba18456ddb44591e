import pytest

from descend.core.errors import BadValue, UnknownName
from descend.tuning.budget import Budget, effort


def _always(trainings):
    """A budget that allows so many trainings, whatever is compiled."""
    return lambda rules: float(trainings)


@pytest.mark.parametrize(
    ("text", "amount", "by"),
    [
        ("60s", 60, "seconds"),
        ("1.5 min", 90, "seconds"),
        ("2h", 7200, "seconds"),
        ("500trainings", 500, "trainings"),
        ("12 lanes", 12, "trainings"),
        ("1e6steps", 1e6, "steps"),
        ("200_000steps", 200_000, "steps"),
        ("1,000 steps", 1000, "steps"),
    ],
)
def test_budgets_are_read(text, amount, by):
    assert Budget.read(text) == Budget(float(amount), by)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("60", BadValue, "must be a number with a unit, such as 60s"),
        ("", BadValue, "must be a number with a unit"),
        ("soon", BadValue, "must be a number with a unit"),
        ("-5s", BadValue, "must be a number with a unit"),
        ("nan s", BadValue, "must be a number with a unit"),
        ("0s", BadValue, "must be above 0"),
        ("1e99s", BadValue, "at most 1,000,000,000"),
        ("5mins", UnknownName, "did you mean 'min'"),
        ("5 parsec", UnknownName, "unit"),
    ],
)
def test_what_is_no_budget_is_refused(text, error, says):
    with pytest.raises(error, match=says):
        Budget.read(text)


def test_a_larger_budget_never_tries_less():
    last = None
    for trainings in range(12, 1200, 7):
        try:
            now = effort(_always(trainings), 8, False, 4)
        except BadValue:
            assert last is None
            continue
        assert now.trainings <= trainings
        assert last is None or (now.rules, now.seeds * now.rates, now.schedules) >= (
            last.rules,
            last.seeds * last.rates,
            last.schedules,
        )
        last = now
    assert last is not None
    assert last.fresh == 50


def test_rules_that_a_person_names_are_all_tried_or_none():
    for trainings in range(20, 900, 5):
        try:
            assert effort(_always(trainings), 6, True, 4).rules == 6
        except BadValue as error:
            assert "fewer" in str(error)
            assert trainings < 200
