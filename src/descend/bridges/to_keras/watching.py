"""A warning where a model is evaluated with the weights that its rule trains, of which Keras tells an optimizer nothing."""

import functools
import warnings
from collections.abc import Callable
from typing import Any

import keras

from ..kept import TrainingWeights
from .callback import ShippedWeights
from .rule_optimizer import carried

EVALUATIONS = ("evaluate", "predict", "test_on_batch", "predict_on_batch")


def watch() -> None:
    """From now on these methods of every Keras model look first whether its optimizer has other weights to ship."""
    for name in EVALUATIONS:
        method = getattr(keras.Model, name)
        if not hasattr(method, "looks"):
            setattr(keras.Model, name, _looking(method))


def _looking(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def looking(self: Any, *args: Any, **options: Any) -> Any:
        _look(self, options.get("callbacks"))
        return method(self, *args, **options)

    looking.looks = True  # type: ignore[attr-defined]
    return looking


def _look(model: Any, callbacks: Any) -> None:
    """Warn, once for each optimizer."""
    optimizer = carried(getattr(model, "optimizer", None))
    if optimizer is None or optimizer.warned_of_evaluation or not optimizer.trains_others:
        return
    given = getattr(callbacks, "callbacks", callbacks) or ()  # those of a fit come as a CallbackList
    if any(isinstance(callback, ShippedWeights) for callback in (given if isinstance(given, list | tuple) else (given,))):
        return
    optimizer.warned_of_evaluation = True
    warnings.warn(
        f"{model.name} is evaluated with the weights that {optimizer.rule.name} trains, not those to ship; give fit or evaluate "
        "the callback descend.bridges.to_keras.shipped_weights(), or call the optimizer's ship_variable_values() before and "
        "resume_variable_values() after",
        TrainingWeights,
        stacklevel=3,
    )
