"""What every schedule must do, for every kind of step; a new schedule is tested by being registered."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from descend.core.errors import BadValue, UnknownName
from descend.rules import SGD
from descend.schedules import SCHEDULES, Constant, Schedule, around

STEPS = np.arange(31)
LR, LENGTH = 0.1, 20


def forms(name):
    """The schedule around a learning rate, and with each switch on."""
    made = around(name, LR, LENGTH)
    switches = {f.name: True for f in dataclasses.fields(made) if f.default is False}
    return [made, dataclasses.replace(made, **switches)] if switches else [made]


CASES = [pytest.param(form, id=f"{name}-{i}") for name in SCHEDULES for i, form in enumerate(forms(name))]


@pytest.mark.parametrize("form", CASES)
def test_numbers_arrays_traced_steps_and_tensors_give_one_value(form):
    one_by_one = [float(form(int(t))) for t in STEPS]
    assert np.isfinite(one_by_one).all()
    with jax.enable_x64(True):
        for values in (
            form(STEPS),
            form(STEPS.astype(float)),
            form(torch.tensor(STEPS, dtype=torch.float64)),
            form(jnp.asarray(STEPS)),
            jax.jit(lambda f, t: f(t))(form, STEPS),
            jax.jit(jax.vmap(form))(STEPS),
        ):
            assert tuple(values.shape) == STEPS.shape
            np.testing.assert_allclose(np.asarray(values), one_by_one, rtol=1e-12, atol=1e-15)
        traced = jax.jit(lambda f: [f(0), f(7), f(40)])(form)
        np.testing.assert_allclose(traced, [float(form(t)) for t in (0, 7, 40)], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(form(torch.tensor(STEPS)).numpy(), one_by_one, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(form(jnp.asarray(STEPS)), one_by_one, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("form", CASES)
def test_stacked_numbers_under_vmap_are_a_loop_over_schedules(form):
    with jax.enable_x64(True):
        lanes = [jax.tree.map(lambda h, f=f: jnp.asarray(h * f, float), form) for f in (1.0, 0.8, 0.5)]
        together = jax.jit(jax.vmap(lambda f: f(STEPS)))(jax.tree.map(lambda *h: jnp.stack(h), *lanes))
        for row, lane in zip(together, lanes, strict=True):
            np.testing.assert_allclose(row, lane(STEPS), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("form", CASES)
def test_as_a_learning_rate_it_leaves_single_precision_alone(form):
    g = np.ones(2, np.float32)
    for grads in (g, jnp.asarray(g), torch.tensor(g)):
        with jax.enable_x64(True):
            change, _ = SGD(form).update_tree(grads, {}, grads, 8)
        assert str(change.dtype).removeprefix("torch.") == "float32"
        np.testing.assert_allclose(np.asarray(change), -float(form(7)), rtol=1e-5)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_around_puts_the_learning_rate_at_the_top_and_takes_numbers_of_any_kind(name):
    values = around(name, LR, LENGTH)(STEPS)
    assert np.max(values) == pytest.approx(LR)
    assert np.min(values) >= 0
    lanes = around(name, np.array([LR, 2 * LR]), LENGTH)(7)
    np.testing.assert_allclose(lanes, [values[7], 2 * values[7]], rtol=1e-12)
    traced = jax.jit(lambda lr: around(name, lr, LENGTH)(STEPS))(LR)
    np.testing.assert_allclose(traced, values, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_around_refuses_what_it_does_not_know(name):
    with pytest.raises(UnknownName, match=f"unknown {name} setting 'speed'; .*here are: "):
        around(name, LR, LENGTH, speed=1)
    with pytest.raises(BadValue, match=f"{name}: steps is 0, must be 1 or more"):
        around(name, LR, 0)


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_around_takes_a_setting_as_it_is_given(name):
    for field in dataclasses.fields(SCHEDULES[name]):
        made = around(name, LR, LENGTH)
        if isinstance(getattr(made, field.name), int | float) and not field.metadata.get("static"):
            given = getattr(made, field.name) / 2
            assert getattr(around(name, LR, LENGTH, **{field.name: given}), field.name) == given
            with pytest.raises(BadValue, match=f"{name}: {field.name} is 'x'"):
                around(name, LR, LENGTH, **{field.name: "x"})


def test_the_base_class_is_no_schedule():
    with pytest.raises(NotImplementedError):
        Schedule()(0)
    with pytest.raises(NotImplementedError):
        Schedule.around(LR, LENGTH)
    assert around("constant", LR, LENGTH) == Constant(LR)
