"""A picture as Python: a program that makes the same numbers."""

import dataclasses
from typing import Any

from descend.problems import Problem, Surface
from descend.rules.code import code as rule_code

from .stability import Plane
from .state import Descent


def program(state: Descent) -> str:
    """A program that trains each rule of the picture and prints where it ends; its losses are those of the picture."""
    codes = [rule_code(rule) for rule in state.rules]
    problem, cls = _problem(state.problem)
    names: dict[str, set[str]] = {"descend.problems": {cls, *(["noisy"] if state.noise else [])}}
    for one in codes:
        for module, found in one.imports.items():
            names.setdefault(module, set()).update(found)
    lines = ["import descend", *(f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())), ""]
    lines += [f"problem = {f'noisy({problem}, {state.noise!r})' if state.noise else problem}"]
    lines += ["rules = [", *(f"    {one.expression}," for one in codes), "]"]
    lines += ["for rule in rules:"]
    lines += [f"    training = descend.train(problem, rule, steps={state.steps}, seed={state.seed}, keep_params=True)"]
    lines += ['    print(rule, "ends at", training.params[-1], "with loss", training.metrics["loss"][-1])', ""]
    return "\n".join(lines)


def stability_program(plane: Plane) -> str:
    """A program that prints the growth at each probe of a map."""
    one = rule_code(plane.rule)
    lines = ["import descend", *(f"from {module} import {', '.join(found)}" for module, found in one.imports.items()), ""]
    lines += [f"rule = {one.expression}", f"for rate, other in {[*plane.probes]!r}:"]
    lines += [f"    found = descend.stability(rule, curvature={plane.curvature!r}, learning_rate=[rate], {plane.across}=[other])"]
    lines += [f'    print("learning rate", rate, "{plane.across}", other, "growth", found.growth.item())', ""]
    return "\n".join(lines)


def _problem(problem: Problem) -> tuple[str, str]:
    """The expression that makes a problem, with what is not a default, and its class's name."""
    fields: list[Any] = list(dataclasses.fields(problem))  # type: ignore[arg-type]
    told = [f for f in fields if (f.name == "start" and isinstance(problem, Surface)) or getattr(problem, f.name) != f.default]
    inside = ", ".join(f"{f.name}={getattr(problem, f.name)!r}" for f in told)
    return f"{type(problem).__name__}({inside})", type(problem).__name__
