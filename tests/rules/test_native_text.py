"""The text of a framework's own optimizer, run, makes the same updates as the rule."""

import dataclasses
import zlib

import jax
import keras
import numpy as np
import optax
import pytest
import torch
from native import ours

from descend.core.errors import UnknownName
from descend.rules import RULES, SGD, Adam, AdamW, Average, Lion, Rule
from descend.rules.native import NATIVE, native
from descend.schedules import Cosine

CASES = [(framework, name) for framework in NATIVE for name in NATIVE[framework]]
STEPS = 12


def drawn(cls: type[Rule], framework: str) -> Rule:
    """The rule in the framework's form, with fresh numbers in the place of those that an argument carries."""
    random = np.random.default_rng(zlib.crc32(f"{cls.name} {framework}".encode()))
    numbers = {"learning_rate": 0.02, "b1": 0.7, "b2": 0.9, "eps": 1e-3, "weight_decay": 0.1, "momentum": 0.6, "decay": 0.8}
    numbers |= {"initial_accumulator": 0.2, "momentum_decay": 0.01, "threshold": 4.0, "eps_root": 1e-4}
    mapped = {part for names in NATIVE[framework][cls.name].arguments.values() for part in names.split()}
    fresh = {name: float(value * random.uniform(0.8, 1.1)) for name, value in numbers.items() if name in mapped}
    return dataclasses.replace(cls.as_in(framework), **fresh)


def end(text: str, framework: str, start: np.ndarray, grads: np.ndarray) -> np.ndarray:
    """Where the lines lead from `start` by gradients (steps, n), in double precision."""
    names = {"torch": torch, "optax": optax, "keras": keras}
    if framework == "torch":
        weight = torch.nn.Parameter(torch.tensor(start))
        names["model"] = torch.nn.ParameterList([weight])
        exec(text, names)
        for g in grads:
            weight.grad = torch.tensor(g)
            names["optimizer"].step()
            if "scheduler" in names:
                names["scheduler"].step()
        return weight.detach().numpy()
    exec(text, names)
    if framework == "optax":
        w, state = start, names["optimizer"].init(start)
        for g in grads:
            change, state = names["optimizer"].update(g, state, w)
            w = optax.apply_updates(w, change)
        return np.asarray(w)
    variable = keras.Variable(start, dtype="float64")
    names["optimizer"].build([variable])
    for g in grads:
        names["optimizer"].apply([keras.ops.convert_to_tensor(g)])
    return np.asarray(variable)


def numbers(shape=(6,)):
    random = np.random.default_rng(4)
    return random.normal(size=shape), random.normal(size=(STEPS, *shape))


@pytest.fixture
def double():
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    with jax.enable_x64(True):
        yield
    torch.set_default_dtype(default)


@pytest.mark.parametrize(("framework", "name"), CASES)
def test_the_lines_train_as_the_rule_does(framework, name, double):
    rule, (start, grads) = drawn(RULES[name], framework), numbers()
    text = native(rule, framework)
    assert text is not None
    by_rule = ours(rule, {"w": start}, {"w": grads})["w"]
    np.testing.assert_allclose(end(text, framework, start, grads), by_rule, rtol=3e-6 if framework == "keras" else 1e-8, atol=1e-12)


@pytest.mark.parametrize("framework", ["torch", "optax"])
def test_a_schedule_goes_along(framework, double):
    rule, (start, grads) = Adam(Cosine(0.1, STEPS)), numbers()
    text = native(rule, framework)
    assert text.startswith("from descend.schedules import Cosine\n")
    np.testing.assert_allclose(end(text, framework, start, grads), ours(rule, {"w": start}, {"w": grads})["w"], rtol=1e-7)


@pytest.mark.parametrize(
    ("rule", "framework"),
    [
        (Adam(), "keras"),  # whose eps stands elsewhere
        (AdamW(independent=True), "torch"),
        (Adam(eps_root=1e-3), "torch"),
        (Lion(), "torch"),
        (Average(SGD()), "torch"),
        (Adam(Cosine(0.1, 10)), "keras"),
        (Adam(b1=Cosine(0.9, 10)), "optax"),
    ],
)
def test_what_a_framework_computes_in_another_way_has_no_lines(rule, framework):
    assert native(rule, framework) is None


def test_another_framework_is_refused():
    with pytest.raises(UnknownName, match="torch"):
        native(SGD(), "pytorch")
