"""Losses of outputs (rows, ...) and targets by name, or a person's own, with the scores that go with them."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue, UnknownName, short

from ..networks import losses
from .adapter import Adapter, Criterion

CLASSES, LOGIT = "cross_entropy", "binary_cross_entropy"
NUMBERS = ("mse", "mae", "huber")
NAMES = (CLASSES, LOGIT, *NUMBERS)


def criterion(loss: Any, y: Any) -> Criterion:
    """The criterion that `loss` names for targets like y: one of NAMES, a function, or None: cross_entropy for whole numbers
    and mse for others.

    A function takes (outputs, targets), as optax's losses do, and gives one number, or one a row, whose mean is taken.
    """
    if loss is None:
        loss = CLASSES if _whole(y) else NUMBERS[0]
    if callable(loss):
        name = getattr(loss, "__name__", type(loss).__name__)
        return Criterion(lambda outputs, y: jnp.mean(jnp.asarray(loss(outputs, y))), _own_scores, False, name)
    if loss not in NAMES:
        raise UnknownName("loss", short(loss, str), NAMES)
    if loss == CLASSES:
        return Criterion(_cross_entropy, _class_scores, True, loss)
    if loss == LOGIT:
        return Criterion(lambda o, y: losses.binary_cross_entropy(_like(o, y), y), _logit_scores, True, loss)
    formula: Callable[..., Any] = losses.LOSSES[loss]
    return Criterion(lambda o, y: formula(_like(o, y), y), _number_scores, loss != "mae", loss)


class Named(Adapter):
    """An adapter whose loss is called by name, or is a function."""

    def check(self, outputs: Any, y: Any) -> None:
        check(self.criterion.said, outputs, y)


def check(said: str, outputs: Any, y: Any) -> None:
    """Raise BadValue where a loss by name does not fit the shapes of outputs and targets y, or these are no such classes."""
    if said not in NAMES:
        return
    given, asked = (getattr(a, "shape", None) for a in (outputs, y))
    if given is None or asked is None:
        fits = False
    elif said == CLASSES:
        fits = (_whole(y) and len(given) == len(asked) + 1) or given == asked
    else:
        fits = given in (asked, (*asked, 1))
    if not fits:
        gives = "outputs and targets of one shape" if said != CLASSES else "one output a class, and classes as whole numbers"
        raise BadValue(
            f"loss {said} does not fit outputs of shape {_shape(outputs)} and targets of shape {_shape(y)}: it takes {gives}"
        )
    if said == CLASSES and _whole(y):
        check_classes(y, outputs.shape[-1])


def check_classes(y: Any, classes: int) -> None:
    """Raise BadValue for classes that are no numbers of outputs."""
    low, high = int(np.min(y)), int(np.max(y))
    if low < 0 or high >= classes:
        raise BadValue(f"the targets are classes from {low} to {high}, and the model has {classes} outputs: number them from 0")


def _whole(y: Any) -> bool:
    return hasattr(y, "dtype") and bool(jnp.issubdtype(y.dtype, jnp.integer) or y.dtype == bool)


def _shape(tree: Any) -> Any:
    shapes = jax.tree.map(lambda a: tuple(a.shape), tree)
    return short(shapes, str)


def _like(outputs: Any, y: Any) -> Any:
    """Outputs of the targets' shape: (rows, 1) for (rows,)."""
    return outputs[..., 0] if outputs.ndim == y.ndim + 1 and outputs.shape[-1] == 1 else outputs


def _cross_entropy(outputs: Any, y: Any) -> Any:
    if _whole(y):
        return losses.softmax_cross_entropy(outputs, y)
    return jnp.mean(-jnp.sum(y * jax.nn.log_softmax(outputs), axis=-1))


def _class_scores(outputs: Any, y: Any) -> dict[str, Any]:
    labels = y if _whole(y) else jnp.argmax(y, axis=-1)
    return {"accuracy": losses.accuracy(jnp.argmax(outputs, axis=-1), labels)}


def _logit_scores(outputs: Any, y: Any) -> dict[str, Any]:
    return {"accuracy": losses.accuracy(_like(outputs, y) > 0, y > 0.5)}


def _number_scores(outputs: Any, y: Any) -> dict[str, Any]:
    return {"r2": losses.r2(_like(outputs, y), y)} if y.ndim == 1 else {}


def _own_scores(outputs: Any, y: Any) -> dict[str, Any]:
    """Accuracy where there is one output a class."""
    return _class_scores(outputs, y) if _whole(y) and getattr(outputs, "ndim", 0) == y.ndim + 1 else {}
