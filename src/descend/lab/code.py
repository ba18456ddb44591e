"""A picture as Python: a program that makes the same numbers."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from descend.core.scripting import import_lines
from descend.problems import Problem
from descend.rules.code import code as rule_code

from .functions import POINTS, Selection
from .stability import Plane
from .state import Descent


def program(state: Descent) -> str:
    """A program that trains each rule of the picture and prints where it ends; its losses are those of the picture."""
    codes = [rule_code(rule) for rule in state.rules]
    problem, cls = _problem(state.problem)
    problems = {"descend.problems": [cls, *(["noisy"] if state.noise else [])]}
    lines = ["import descend", *import_lines(problems, *(one.imports for one in codes)), ""]
    lines += [f"problem = {f'noisy({problem}, {state.noise!r})' if state.noise else problem}"]
    lines += ["rules = [", *(f"    {one.expression}," for one in codes), "]"]
    lines += ["for rule in rules:"]
    lines += [f"    training = descend.train(problem, rule, steps={state.steps}, seed={state.seed}, keep_params=True)"]
    lines += ['    print(rule, "ends at", training.params[-1], "with loss", training.metrics["loss"][-1])', ""]
    return "\n".join(lines)


def stability_program(plane: Plane) -> str:
    """A program that prints the growth at each probe of a map."""
    one = rule_code(plane.rule)
    lines = ["import descend", *import_lines(one.imports), ""]
    lines += [f"rule = {one.expression}", f"for rate, other in {[*plane.probes]!r}:"]
    lines += [f"    found = descend.stability(rule, curvature={plane.curvature!r}, learning_rate=[rate], {plane.across}=[other])"]
    lines += [f'    print("learning rate", rate, "{plane.across}", other, "growth", found.growth.item())', ""]
    return "\n".join(lines)


def functions_program(selection: Selection) -> str:
    """A program that works out the curves on the same axis, with their slopes but for schedules, and prints them at the cursor."""
    curves = [_curve(selection.group, name, selection.numbers) for name in selection.names]
    (low, high), at, numpy = selection.ends, f"{selection.at!r}", "import numpy as np"
    first = {
        "activations": ["import jax", numpy, "from descend.problems import ACTIVATIONS"],
        "errors": ["import jax", numpy, "from descend.problems.networks import losses"],
        "entropies": ["import jax", "import jax.numpy as jnp", numpy, "from descend.problems.networks import losses"],
        "schedules": [numpy, "from descend.schedules import around"],
    }[selection.group]
    lines = [*first, "", f"x = np.linspace({low!r}, {high!r}, {POINTS}, dtype=np.float32)"]
    lines += ["curves = {", *(f'    "{name}": {one},' for name, one in zip(selection.names, curves, strict=True)), "}"]
    if selection.group == "schedules":
        lines += ["found = {name: np.broadcast_to(curve(x), x.shape) for name, curve in curves.items()}"]
        lines += ["for name, y in found.items():", f'    print(name, "at", {at}, "is", np.interp({at}, x, y))', ""]
    else:
        lines += ["found = {name: jax.jit(jax.vmap(jax.value_and_grad(curve)))(x) for name, curve in curves.items()}"]
        lines += ["for name, (y, slope) in found.items():"]
        lines += [f'    print(name, "at", {at}, "is", np.interp({at}, x, y), "with slope", np.interp({at}, x, slope))', ""]
    return "\n".join(lines)


def _curve(group: str, name: str, numbers: Mapping[str, float]) -> str:
    """The expression of one curve of the view Functions, a function of one number."""
    if group == "activations":
        return f'ACTIVATIONS["{name}"]'
    if group == "schedules":
        return f'around("{name}", {numbers["learning_rate"]!r}, {numbers["steps"]!r})'
    entropy = "lambda logit: losses.softmax_cross_entropy(jnp.stack([logit, 0.0])[None], jnp.array([{}]))"
    return {
        "squared": "lambda error: losses.mse(error, 0.0)",
        "absolute": "lambda error: losses.mae(error, 0.0)",
        "asymmetric": "lambda error: losses.asymmetric(error, 0.0, {profit!r}, {cost!r})",
        "this_class": entropy.format(0),
        "other_class": entropy.format(1),
    }[name].format_map(numbers)


def _problem(problem: Problem) -> tuple[str, str]:
    """The expression that makes a problem, with what is not a default, and its class's name."""
    fields: list[Any] = list(dataclasses.fields(problem))  # type: ignore[arg-type]
    own_fields = [f for f in fields if (f.name == "start" and problem.movable) or getattr(problem, f.name) != f.default]
    inside = ", ".join(f"{f.name}={getattr(problem, f.name)!r}" for f in own_fields)
    return f"{type(problem).__name__}({inside})", type(problem).__name__
