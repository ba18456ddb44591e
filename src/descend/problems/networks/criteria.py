"""Which loss a network descends: by name or a person's own, where it fits the target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue

from ..options import OneOf
from . import losses
from .class_checks import join_names
from .heads import Classes, Decision, Head, Logit, Number

Criterion = Annotated[str, OneOf(tuple(losses.LOSSES))] | Callable[..., Any] | None
OPTIONS = {"huber": ("delta",), "asymmetric": ("profit", "cost")}  # of a loss, beside prediction and target
ONE_OUTPUT = ("mse", "mae", "huber", "asymmetric")


@dataclass(frozen=True)
class Earning(Number):
    """A number judged by what is lost on either side of it, and by what is earned."""

    profit: float = 1.0
    cost: float = 1.0

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        return {**super().scores(outputs, target), "profit": losses.earnings(outputs[0], target, self.profit, self.cost)}


def options(problem: Any) -> dict[str, float]:
    """The options of the problem's criterion, by the names that its formula has for them."""
    return {name: getattr(problem, name) for name in _option_names(problem.criterion)}


def _option_names(criterion: Any) -> tuple[str, ...]:
    return OPTIONS.get(criterion, ()) if isinstance(criterion, str) else ()


def check_options(problem: Any) -> None:
    """BadValue for an option of one criterion that is given where another, or none, is chosen."""
    for criterion, names in OPTIONS.items():
        for name in names:
            value = getattr(problem, name)
            if value != getattr(type(problem), name) and name not in _option_names(problem.criterion):
                raise BadValue(
                    f"{problem.name}: {name} is {value}, and criterion is {problem.criterion}, which has none: "
                    f"take criterion={criterion}"
                )


def head_for(name: str, target: Head, criterion: Any, options: dict[str, float], classes: Sequence[str] = ()) -> Head:
    """The head for a target (the head it suggests) under a criterion; `options` are those of the criterion.

    BadValue, naming the problem `name` and the `classes`, for a criterion that does not fit the target.
    """
    if criterion is None:
        return target
    if callable(criterion):
        return _own(name, target, criterion)
    if criterion == "cross_entropy" and target.classes:
        return target if isinstance(target, Classes) else Classes(target.classes)
    if criterion == "binary_cross_entropy" and target.classes == 2:
        return Logit()
    if criterion in ONE_OUTPUT and target.classes in (None, 2):
        formula = partial(losses.LOSSES[criterion], **options) if options else losses.LOSSES[criterion]
        if target.classes == 2:
            return Decision(criterion=formula)
        unit = target.unit if isinstance(target, Number) else None
        if criterion == "asymmetric":
            return Earning(1, formula, unit, options["profit"], options["cost"])
        return Number(criterion=formula, unit=unit)
    needs, has = _needs(criterion), _describe(target, classes)
    raise BadValue(f"{name}: criterion is {criterion}, which needs {needs}, and {has}: take {_fit(target)}")


def _needs(criterion: str) -> str:
    if criterion == "cross_entropy":
        return "classes (whole numbers)"
    return "two classes" if criterion == "binary_cross_entropy" else "a number or two classes"


def _describe(target: Head, classes: Sequence[str]) -> str:
    named = f" ({join_names(classes)})" if classes else ""
    return f"the target has {target.classes} classes{named}" if target.classes else "the target is a number, (rows,)"


def _fit(target: Head) -> str:
    return "cross_entropy" if target.classes else f"one of {', '.join(ONE_OUTPUT)}"


def _own(name: str, target: Head, criterion: Callable[..., Any]) -> Head:
    """A head with a person's own (prediction, target) -> scalar, tried on two rows."""
    rows = 2
    shape = (rows, target.outputs) if isinstance(target, Classes) else (rows,)
    kind = "float32" if isinstance(target, Number) else "int32"
    text = getattr(criterion, "__name__", repr(criterion))
    try:
        result = jax.eval_shape(criterion, jax.ShapeDtypeStruct(shape, "float32"), jax.ShapeDtypeStruct((rows,), kind))
        good = result.shape == () and jnp.issubdtype(result.dtype, jnp.floating)
    except Exception as error:
        why = str(error).partition("\n")[0]
        raise BadValue(f"{name}: criterion {text} fails on prediction {shape} and target ({rows},): {why}") from error
    if not good:
        raise BadValue(
            f"{name}: criterion {text} gives {result.dtype} of shape {result.shape}, must be one float: return a mean over the rows"
        )
    return replace(target, own=criterion) if isinstance(target, Classes) else replace(target, criterion=criterion)
