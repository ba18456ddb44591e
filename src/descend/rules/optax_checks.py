"""What from_optax refuses, before any race: each refusal says what is wrong and how to mend it."""

import inspect
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core import hyper
from descend.core.errors import BadValue, UnknownName


def check_arguments(factory: Any, name: str, given: dict[str, Any], taken: type) -> None:
    """Raise for an argument that the factory lacks, or whose name the class `taken` uses itself."""
    parameters = inspect.signature(factory).parameters.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    if not any(p.kind is p.VAR_KEYWORD for p in parameters):
        for key in given:
            if key not in names:
                raise UnknownName(f"argument of {name}", key, names)
    for key in given:
        if hasattr(taken, key):
            raise BadValue(f"{name}: the argument {key} has a name that rules use themselves; wrap the factory to rename it")


def hashable(name: str, key: str, value: Any) -> None:
    """Raise for structure that could not tell one program from another."""
    try:
        hash(value)
    except TypeError:
        raise BadValue(f"{name}: {key} is a {type(value).__name__}, must be hashable; give a tuple or a function instead") from None


def suits(rule: Any, kind: type, numbers: tuple[str, ...]) -> None:
    """Raise unless a race can run it: make it with its numbers as they are, then take an abstract update with each unknown."""
    first = jax.tree.map(lambda leaf: np.ravel(leaf)[0] if np.ndim(leaf) else leaf, rule.at(1))
    try:
        transformation = first.transformation()
    except Exception as error:
        raise BadValue(f"{rule.name} refuses {_arguments_text(first)}: {' '.join(str(error).split())}") from error
    if not isinstance(transformation, kind):
        raise BadValue(f"{rule.name} gives a {type(transformation).__name__}, must give an optax.GradientTransformation")
    problem = _trial(first, ())
    if isinstance(problem, TypeError) and re.search(r"missing \d+ required", str(problem)):
        raise BadValue(f"{rule.name} needs more than gradients, which a race does not give: {problem}") from problem
    if problem is not None:
        return  # it suits other parameters than these: the race will tell
    for key in numbers:
        error = _trial(first, (key,))
        if error is not None:
            value = getattr(first, key)
            raise BadValue(
                f"{rule.name} asks for the value of {key}, which a race keeps open so that it can differ between lanes; "
                f"pass it as static={{'{key}': {value}}}"
            ) from error


def _trial(rule: Any, unknown: tuple[str, ...]) -> Exception | None:
    """What goes wrong in one abstract update with some hyperparameters unknown."""

    def step(values: dict[str, Any], w: Any) -> Any:
        open_rule = hyper.replace(rule, **values)
        return open_rule.update(w, open_rule.init(w), w, 1)

    arrays = {"a": jnp.ones((2, 2)), "b": jnp.ones(2)}
    try:
        jax.eval_shape(step, {key: jnp.asarray(getattr(rule, key), float) for key in unknown}, arrays)
    except Exception as error:  # whatever a factory raises
        return error
    return None


def _arguments_text(rule: Any) -> str:
    return ", ".join(f"{key}={value}" for key, value in vars(rule).items()) or "no arguments"
