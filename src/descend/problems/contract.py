"""A problem of a person's own, held to what problems give: each method is tried on shapes alone, nothing is computed."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue, short

from .base import Data, Problem


def check_problem(problem: Problem) -> Problem:
    """The problem, where its methods give what Problem says; BadValue names the method, what it gives and what it must."""
    if type(problem).__module__.startswith("descend."):
        return problem
    name = type(problem).__name__
    if not hasattr(type(problem), "name"):
        raise BadValue(f'{name} has no name: write @problem("..."), from descend.problems, above its class')
    key = jax.random.key(0)
    data = _call(problem, "data", lambda: problem.data)
    if not isinstance(data, Data | None):
        raise BadValue(f"{name}.data is {short(data)}, must be a Data(train, validation, test) or None")
    start = _shapes(problem, "init", "(params, aux), aux being () where nothing else is kept", problem.init, key)
    if not isinstance(start, tuple) or len(start) != 2:
        raise BadValue(f"{name}.init gives {_kind(start)}, must give (params, aux), aux being () where nothing else is kept")
    params, aux = start
    if not jax.tree.leaves(params) or not all(jnp.issubdtype(leaf.dtype, jnp.floating) for leaf in jax.tree.leaves(params)):
        raise BadValue(f"{name}.init gives params {_kind(params)}, must give a tree of floating arrays")
    batch = None if data is None else data.train
    _check_loss(problem, params, aux, batch, key)
    _check_measures(problem, params, aux, batch if data is None else data.tuning)
    return problem


def _check_loss(problem: Problem, params: Any, aux: Any, batch: Any, key: Any) -> None:
    name, must = type(problem).__name__, "must give (loss, aux): one number, and the aux that it was given or a new one"
    results = _shapes(problem, "loss", "(loss, aux)", problem.loss, params, aux, batch, key)
    if not isinstance(results, tuple) or len(results) != 2:
        raise BadValue(f"{name}.loss gives {_kind(results)}, {must}")
    value, after = results
    if not _is_number(value):
        raise BadValue(f"{name}.loss gives a loss that is {_kind(value)}, {must}")
    if jax.tree.structure(after) != jax.tree.structure(aux) or [a.shape for a in jax.tree.leaves(after)] != [
        a.shape for a in jax.tree.leaves(aux)
    ]:
        raise BadValue(f"{name}.loss gives an aux that is {_kind(after)}, must give one like that of init, {_kind(aux)}")


def _check_measures(problem: Problem, params: Any, aux: Any, batch: Any) -> None:
    name, must = type(problem).__name__, "must give a dict of single numbers by name, 'loss' among them"
    measures = _shapes(problem, "evaluate", "a dict", problem.evaluate, params, aux, batch)
    if not isinstance(measures, dict):
        raise BadValue(f"{name}.evaluate gives {_kind(measures)}, {must}")
    if "loss" not in measures:
        raise BadValue(f"{name}.evaluate gives {short(list(measures), str)}, {must}")
    for measure, value in measures.items():
        if not _is_number(value):
            raise BadValue(f"{name}.evaluate gives a {short(measure, str, 30)} that is {_kind(value)}, {must}")


def _shapes(problem: Problem, method: str, gives: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """What a method gives, in shapes."""
    return _call(problem, method, lambda: jax.eval_shape(function, *arguments), gives)


def _call(problem: Problem, method: str, function: Callable[[], Any], gives: str = "") -> Any:
    name = type(problem).__name__
    try:
        return function()
    except NotImplementedError as error:
        raise BadValue(f"{name} has no method {method}: it must give {gives}") from error
    except (
        jax.errors.TracerArrayConversionError,
        jax.errors.TracerIntegerConversionError,
        jax.errors.ConcretizationTypeError,
    ) as error:
        raise BadValue(
            f"{name}.{method} cannot be traced by JAX: use jax.numpy for numpy and math, jax.numpy.where for if"
        ) from error
    except Exception as error:
        raise BadValue(f"{name}.{method} raised {type(error).__name__}: {short(error, str)}; its own traceback is above") from error


def _is_number(value: Any) -> bool:
    return getattr(value, "shape", None) == () and jnp.issubdtype(value.dtype, jnp.floating)


def _kind(value: Any) -> str:
    """What a method gave, in a few words."""
    if hasattr(value, "shape"):
        return f"{value.dtype} of shape {value.shape}"
    return short(value, str, 60) if isinstance(value, tuple | list | dict) and len(value) < 4 else f"a {type(value).__name__}"
