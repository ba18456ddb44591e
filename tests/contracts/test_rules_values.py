"""What every rule and schedule says about its hyperparameters: the ranges, the refusals, the documentation."""

import dataclasses
import math
import re

import jax
import numpy as np
import pytest

from descend.core.errors import BadValue
from descend.core.hyper import ranges
from descend.core.language.docs import sections, sentence
from descend.rules import RULES
from descend.schedules import SCHEDULES, Exponential, around

MADE = [cls() for cls in RULES.values()] + [around(name, 0.1, 20) for name in SCHEDULES]
EVERY = [pytest.param(made, id=made.name) for made in MADE]
FIELDS = [pytest.param(made, name, id=f"{made.name}-{name}") for made in MADE for name in ranges(type(made))]


def with_value(made, name, value):
    """A copy with another value; in a tuple of numbers, as its last."""
    now = getattr(made, name)
    return dataclasses.replace(made, **{name: (*now[:-1], value) if isinstance(now, tuple) else value})


def just_outside(allowed):
    """The numbers next to the range's ends that it leaves out."""
    low = allowed.low if allowed.open_low else np.nextafter(allowed.low, -math.inf)
    high = np.nextafter(allowed.high, math.inf) if allowed.closed else allowed.high
    return [float(low) if math.isfinite(allowed.low) else -math.inf, float(high), math.nan, math.inf]


@pytest.mark.parametrize(("made", "name"), FIELDS)
def test_a_value_outside_its_range_is_refused_with_field_value_and_range(made, name):
    allowed = ranges(type(made))[name]
    for value in just_outside(allowed):
        with pytest.raises(BadValue) as refusal:
            with_value(made, name, value)
        message = str(refusal.value)
        assert message.startswith(f"{made.name}: {name} is ")
        assert str(value) in message
        assert message.endswith(f"must be in {allowed}")
        assert "\n" not in message


def just_inside(allowed):
    """The numbers at the range's ends that belong to it."""
    low = np.nextafter(allowed.low, math.inf) if allowed.open_low else allowed.low
    high = allowed.high if allowed.closed else np.nextafter(allowed.high, -math.inf)
    return [max(float(low), -1e300), min(float(high), 1e300)]


@pytest.mark.parametrize(("made", "name"), FIELDS)
def test_the_ends_that_belong_to_the_range_are_taken(made, name):
    for value in just_inside(ranges(type(made))[name]):
        if not isinstance(getattr(made, name), tuple):  # the order of a tuple's numbers matters too
            assert getattr(with_value(made, name, value), name) == value


@pytest.mark.parametrize(("made", "name"), FIELDS)
@pytest.mark.parametrize("function", [lambda step: 0.1, math.sqrt, Exponential])
def test_a_function_that_is_no_schedule_is_refused_with_the_remedy(made, name, function):
    with pytest.raises(BadValue, match=f"^{made.name}: {name} is <.*>, must be a number in .* wrap it in a Schedule") as refusal:
        dataclasses.replace(made, **{name: function})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("made", "name"), FIELDS)
@pytest.mark.parametrize("value", ["0.1", 1j, b"1", {"a": 1}, [[1.0], [1.0, 2.0]], object()])
def test_what_is_no_number_is_refused(made, name, value):
    with pytest.raises(BadValue, match=f"{made.name}: {name} is .* must be a "):
        with_value(made, name, value)


@pytest.mark.parametrize(("made", "name"), FIELDS)
def test_none_is_refused_unless_it_is_the_default(made, name):
    if getattr(type(made), name, ...) is None:
        assert getattr(dataclasses.replace(made, **{name: None}), name) is None
    else:
        with pytest.raises(BadValue, match=f"{name} is .*None.*, must be a "):
            with_value(made, name, None)


@pytest.mark.parametrize(("made", "name"), FIELDS)
def test_one_bad_number_in_an_array_is_refused_and_good_ones_are_kept(made, name):
    good = getattr(made, name)
    if isinstance(good, tuple) or good is None:
        return
    assert getattr(with_value(made, name, np.array([good, good])), name).shape == (2,)
    with pytest.raises(BadValue, match=f"{name} is .*nan.*must be in "):
        with_value(made, name, np.array([good, math.nan]))


OPTIONS = [
    pytest.param(made, field, id=f"{made.name}-{field.name}")
    for made in MADE
    for field in dataclasses.fields(made)
    if made.name in RULES and field.metadata.get("static")
]


@pytest.mark.usefixtures("untyped")
@pytest.mark.parametrize(("made", "field"), OPTIONS)
def test_an_option_that_is_neither_a_switch_nor_a_count_is_refused(made, field):
    switch = field.type is bool
    if field.type is str:
        for value in ("two", None, 1, True):
            with pytest.raises(BadValue, match=rf"^{made.name}: {field.name} is {value!r}, must be one of: "):
                dataclasses.replace(made, **{field.name: value})
        return
    for value in ("yes", None, 1, 0.5) if switch else ("two", None, -1, 0.5, True):
        allowed = "True or False" if switch else r"in \{[01], [12], \.\.\.\}"
        with pytest.raises(BadValue, match=rf"^{made.name}: {field.name} is {value!r}, must be {allowed}$"):
            dataclasses.replace(made, **{field.name: value})


@pytest.mark.parametrize("made", EVERY)
def test_numpy_scalars_become_plain_numbers(made):
    for name in ranges(type(made)):
        value = getattr(made, name)
        if isinstance(value, float):
            assert type(getattr(with_value(made, name, np.float64(value)), name)) is float


@pytest.mark.parametrize("made", EVERY)
def test_the_docstring_has_every_heading_and_states_every_field(made):
    cls = type(made)
    found = sections(cls)
    kind = ["Update", "Hyperparameters", "Slots", "Reference"]
    if cls.name in SCHEDULES:
        kind = ["Value", "Hyperparameters", "Boundaries", "Reference"]
    assert list(found) == kind
    assert sentence(cls).endswith(".")
    assert re.search(r"\((19|20)\d\d\)", found["Reference"]), "the reference has a year"
    for field in dataclasses.fields(cls):
        line = re.search(rf"^- {field.name}: (.*(\n  .*)*)", found["Hyperparameters"], re.MULTILINE)
        assert line, f"{field.name} is not documented"
        allowed = ranges(cls).get(field.name)
        if allowed is not None and math.isfinite(allowed.low):
            assert str(allowed) in line[1]
        if isinstance(field.default, float):
            assert float(re.search(r"default ([\d.e-]*\d)", line[1])[1]) == field.default, line[0]


@pytest.mark.parametrize("made", EVERY)
def test_it_is_a_pytree_whose_leaves_are_its_numbers(made):
    leaves, structure = jax.tree.flatten(made)
    assert leaves or not ranges(type(made))
    assert all(isinstance(leaf, int | float) for leaf in leaves)
    assert structure.unflatten(leaves) == made
    assert jax.tree.map(lambda h: h * 1, made) == made
    assert hash(structure) == hash(jax.tree.structure(made))
    for field in dataclasses.fields(made):
        if field.metadata.get("static"):
            now = getattr(made, field.name)
            if isinstance(now, str):
                with pytest.raises(BadValue) as refused:
                    dataclasses.replace(made, **{field.name: ""})
                words = str(refused.value).partition("one of: ")[2].split(", ")
                value = next(word for word in words if word != now)
            else:
                value = not now if isinstance(now, bool) else now + 1
            other = dataclasses.replace(made, **{field.name: value})
            assert jax.tree.structure(other) != structure


@pytest.mark.parametrize("made", EVERY)
def test_it_cannot_be_changed_and_is_found_by_its_name(made):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(made)[0].name, 1.0)
    assert type(made) in (RULES.values() if made.name in RULES else SCHEDULES.values())
