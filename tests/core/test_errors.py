import pytest

from descend.core import errors
from descend.core.registry import Registry


def test_the_tree_of_errors_is_what_people_catch():
    assert issubclass(errors.BadInput, ValueError)
    assert issubclass(errors.MissingExtra, ImportError)
    assert issubclass(errors.StoreError, OSError)
    for kind in (errors.BadValue, errors.BadData, errors.UnknownName):
        assert issubclass(kind, errors.BadInput)
    named = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]
    assert all(issubclass(e, errors.DescendError) for e in named)


@pytest.mark.parametrize(("typed", "offered"), [("adm", "adam"), ("ADAM", "adam"), ("sgdd", "sgd"), ("nesterv", "nesterov")])
def test_the_nearest_name_is_offered(typed, offered):
    assert str(errors.UnknownName("rule", typed, ["sgd", "adam", "nesterov"])).startswith(
        f"unknown rule '{typed}'; did you mean '{offered}'? There are: adam, nesterov, sgd"
    )


@pytest.mark.parametrize(
    ("typed", "known", "offered"),
    [
        ("Xavier-Uniform", ["he", "glorot", "uniform"], "glorot"),
        ("categorical_cross_entropy", ["binary_cross_entropy", "cross_entropy"], "cross_entropy"),
        ("weight_decay", ["l1", "l2"], "l2"),
        ("NAG", ["nadam", "nesterov"], "nesterov"),
    ],
)
def test_a_name_from_elsewhere_is_answered_with_the_one_here(typed, known, offered):
    assert f"did you mean '{offered}'?" in str(errors.UnknownName("thing", typed, known))


def test_a_name_from_elsewhere_is_not_taken_for_another_that_looks_alike():
    assert "did you mean" not in str(errors.UnknownName("activation", "softmax", ["softplus", "relu"]))


def test_nothing_is_offered_where_nothing_is_near():
    assert "did you mean" not in str(errors.UnknownName("rule", "xyz", ["adam"]))
    assert str(errors.UnknownName("rule", "adam", [])).endswith("there are: none")


def test_a_registry_keeps_order_writes_names_and_refuses_strangers():
    registry = Registry("thing")

    @registry.add("second")
    class Second:
        pass

    @registry.add("first")
    class First:
        pass

    assert list(registry) == ["second", "first"]
    assert registry.values() == [Second, First]
    assert registry["first"] is First
    assert Second.name == "second"
    with pytest.raises(errors.UnknownName, match="unknown thing 'frist'; did you mean 'first'"):
        registry["frist"]
