"""A rule as a framework's own optimizer, where that makes the same updates: what a person types who does without descend."""

import dataclasses
from typing import Any, NamedTuple

from descend.core.errors import UnknownName
from descend.core.scripting import import_lines
from descend.schedules import Schedule

from .base import RULES, Rule
from .code import code, expression
from .signature import same


class Native(NamedTuple):
    """An optimizer's name; which of its arguments is which hyperparameter, or two of them; and arguments that make it this rule."""

    name: str
    arguments: dict[str, str]
    fixed: dict[str, Any] = {}


_TORCH = {"lr": "learning_rate", "eps": "eps"}
_TORCH_ADAM = {"lr": "learning_rate", "betas": "b1 b2", "eps": "eps"}
_OPTAX_ADAM = {name: name for name in ("learning_rate", "b1", "b2", "eps")}
_OPTAX_ROOT = {**_OPTAX_ADAM, "eps_root": "eps_root"}
_KERAS = {"learning_rate": "learning_rate"}
_KERAS_ADAM = {**_KERAS, "beta_1": "b1", "beta_2": "b2", "epsilon": "eps"}
_DECAY = {"weight_decay": "weight_decay"}
_MOMENTUM = {"momentum": "momentum"}
NATIVE: dict[str, dict[str, Native]] = {
    "torch": {
        "sgd": Native("SGD", {"lr": "learning_rate"}),
        "momentum": Native("SGD", {"lr": "learning_rate", **_MOMENTUM}),
        "nesterov": Native("SGD", {"lr": "learning_rate", **_MOMENTUM}, {"nesterov": True}),
        "adagrad": Native("Adagrad", {**_TORCH, "initial_accumulator_value": "initial_accumulator"}),
        "adadelta": Native("Adadelta", {**_TORCH, "rho": "decay"}),
        "rmsprop": Native("RMSprop", {**_TORCH, "alpha": "decay"}),
        "adam": Native("Adam", _TORCH_ADAM),
        "adamw": Native("AdamW", {**_TORCH_ADAM, **_DECAY}),
        "adamax": Native("Adamax", _TORCH_ADAM),
        "nadam": Native("NAdam", {**_TORCH_ADAM, "momentum_decay": "momentum_decay"}),
        "radam": Native("RAdam", _TORCH_ADAM),
        "amsgrad": Native("Adam", _TORCH_ADAM, {"amsgrad": True}),
    },
    "optax": {
        "sgd": Native("sgd", {"learning_rate": "learning_rate"}),
        "momentum": Native("sgd", {"learning_rate": "learning_rate", **_MOMENTUM}),
        "nesterov": Native("sgd", {"learning_rate": "learning_rate", **_MOMENTUM}, {"nesterov": True}),
        "adam": Native("adam", _OPTAX_ROOT),
        "adamw": Native("adamw", {**_OPTAX_ROOT, **_DECAY}),
        "adamax": Native("adamax", _OPTAX_ADAM),
        "radam": Native("radam", {**_OPTAX_ROOT, "threshold": "threshold"}),
        "amsgrad": Native("amsgrad", _OPTAX_ROOT),
        "adabelief": Native("adabelief", _OPTAX_ROOT),
        "lion": Native("lion", {"learning_rate": "learning_rate", "b1": "b1", "b2": "b2", **_DECAY}),
        "lamb": Native("lamb", {**_OPTAX_ADAM, **_DECAY}),
    },
    "keras": {
        "sgd": Native("SGD", _KERAS),
        "momentum": Native("SGD", {**_KERAS, **_MOMENTUM}),
        "nesterov": Native("SGD", {**_KERAS, **_MOMENTUM}, {"nesterov": True}),
        "adadelta": Native("Adadelta", {**_KERAS, "rho": "decay", "epsilon": "eps"}),
        "adam": Native("Adam", _KERAS_ADAM),
        "adamax": Native("Adamax", _KERAS_ADAM),
        "amsgrad": Native("Adam", _KERAS_ADAM, {"amsgrad": True}),
        "lion": Native("Lion", {**_KERAS, "beta_1": "b1", "beta_2": "b2"}),
    },
}  # rules whose form depends on more than numbers, and those that a framework computes in another way, have none


def native(rule: Rule, framework: str) -> str | None:
    """The lines that make "keras", "optax" or "torch" train as this rule does, in names `model` and `optimizer`; None where it has
    no such optimizer.

    A schedule stays descend's own: PyTorch multiplies a rate of 1 by it, optax calls it; Keras has no such place. Raises
    UnknownName for another framework, BadValue for a schedule that no import reaches.

    >>> from descend.rules import Adam
    >>> native(Adam(0.003), "torch")
    'optimizer = torch.optim.Adam(model.parameters(), lr=0.003, betas=(0.9, 0.999), eps=1e-08)'
    """
    if framework not in NATIVE:
        raise UnknownName("framework", framework, NATIVE)
    found = NATIVE[framework].get(rule.name)
    if found is None or RULES[rule.name] is not type(rule) or not _same_form(rule, found, framework):
        return None
    scheduled = isinstance(rule.rate, Schedule)
    if (scheduled and framework == "keras") or any(isinstance(v, Schedule) for n, v in vars(rule).items() if n != "learning_rate"):
        return None
    schedules = {name: used for name, used in code(rule).imports.items() if name == "descend.schedules"}
    imports = "".join(f"{line}\n" for line in import_lines(schedules))
    words = [f"{name}={_value(rule, names, framework)}" for name, names in found.arguments.items()]
    words += [f"{name}={value!r}" for name, value in found.fixed.items()]
    if framework == "optax":
        return f"{imports}optimizer = optax.{found.name}({', '.join(words)})"
    if framework == "keras":
        return f"optimizer = keras.optimizers.{found.name}({', '.join(words)})"
    line = f"{imports}optimizer = torch.optim.{found.name}({', '.join(['model.parameters()', *words])})"
    return f"{line}\nscheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, {expression(rule.rate)})" if scheduled else line


def _same_form(rule: Rule, found: Native, framework: str) -> bool:
    """Whether what the optimizer has no argument for is as the framework has it."""
    mapped = {name for names in found.arguments.values() for name in names.split()}
    form = type(rule).as_in(framework)
    if not isinstance(rule.rate, Schedule):
        mapped.add("lr_inside")  # makes no difference to a rate that stays
    return all(same(getattr(rule, f.name), getattr(form, f.name)) for f in dataclasses.fields(rule) if f.name not in mapped)  # type: ignore[arg-type]


def _value(rule: Rule, names: str, framework: str) -> str:
    """An argument's value as Python writes it."""
    values = [getattr(rule, name) for name in names.split()]
    if len(values) > 1:
        return repr(tuple(float(value) for value in values))
    if isinstance(values[0], Schedule):
        return "1.0" if framework == "torch" else expression(values[0])
    return repr(float(values[0]))
