"""A warning where a model is evaluated with the weights that its rule trains, of which Keras tells an optimizer nothing.

An optimizer does not know its model, and Keras has no hook that every evaluation passes, so methods of keras.Model look first.
They do while an optimizer that may have to warn is built and alive, and are Keras' own before and after.
"""

import functools
import threading
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import keras

from ..rule_state import TrainingWeights
from .callback import ShippedWeights
from .rule_optimizer import rule_optimizer_of

EVALUATIONS = ("evaluate", "predict", "test_on_batch", "predict_on_batch")


def watch(optimizer: Any) -> None:
    """While this optimizer lives, these methods of every Keras model look first whether its optimizer has other weights to ship."""
    end = weakref.finalize(optimizer, _Watch.leave)
    end.atexit = False
    _Watch.join()


class _Watch:
    """How many optimizers are watcher, and what the methods of keras.Model were before the first of them."""

    lock = threading.RLock()  # an optimizer may be collected while another is built
    count = 0
    before: dict[str, Any] = {}

    @classmethod
    def join(cls) -> None:
        """One more."""
        with cls.lock:
            cls.count += 1
            for name in EVALUATIONS:
                method = getattr(keras.Model, name)
                if not hasattr(method, "looks"):
                    cls.before[name] = vars(keras.Model).get(name)
                    setattr(keras.Model, name, _with_check(method))

    @classmethod
    def leave(cls) -> None:
        """One less; after the last the methods are as they were, but for one that somebody has changed in the meantime."""
        with cls.lock:
            cls.count -= 1
            if cls.count:
                return
            for name, own in cls.before.items():
                if getattr(vars(keras.Model).get(name), "looks", None) is not vars(keras.Model).get(name):
                    continue
                if own is None:
                    delattr(keras.Model, name)
                else:
                    setattr(keras.Model, name, own)
            cls.before = {}


def _with_check(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def checked_method(self: Any, *args: Any, **options: Any) -> Any:
        _warn(self, options.get("callbacks"))
        return method(self, *args, **options)

    checked_method.looks = checked_method  # type: ignore[attr-defined]
    return checked_method


def _warn(model: Any, callbacks: Any) -> None:
    """Warn, once for each optimizer."""
    optimizer = rule_optimizer_of(getattr(model, "optimizer", None))
    if optimizer is None or optimizer.warned_of_evaluation or not optimizer.trains_others:
        return
    active = getattr(callbacks, "callbacks", callbacks) or ()  # those of a fit come as a CallbackList
    if any(isinstance(callback, ShippedWeights) for callback in (active if isinstance(active, list | tuple) else (active,))):
        return
    optimizer.warned_of_evaluation = True
    warnings.warn(
        f"{model.name} is evaluated with the weights that {optimizer.rule.name} trains, not those to ship; give fit or evaluate "
        "the callback descend.bridges.to_keras.shipped_weights(), or call the optimizer's ship_variable_values() before and "
        "resume_variable_values() after",
        TrainingWeights,
        stacklevel=3,
    )
