"""A rule as a class of keras.optimizers.Optimizer, on Keras' JAX, TensorFlow and PyTorch backends."""

from typing import Any

from descend.core.system.extras import library
from descend.rules import Rule

from ..rule_state import rule_for
from . import checks

__all__ = ["optimizer", "shipped_weights"]


def optimizer(rule: Rule | type[Rule] | str) -> Any:
    """A class of keras.optimizers.Optimizer whose defaults are the rule's hyperparameters: see to_keras.optimizer.

    The class is registered with Keras, so that `model.compile("descend>adam")` and the loading of a saved model find it;
    of several classes made of one kind of rule, the last.

    Raises MissingExtra without Keras, BadValue for a rule that the Keras backend in use cannot carry, UnknownName for a
    name that no rule has.
    """
    keras = library("keras", "bridges.keras")
    resolved = rule_for(rule, "keras")
    checks.carries(resolved, keras.config.backend())
    from .optimizer_class import optimizer_class

    return optimizer_class(resolved)


def shipped_weights(swap_on_epoch: bool = False) -> Any:
    """A Keras callback under which a model is evaluated at the weights that its rule ships: see to_keras.callback."""
    library("keras", "bridges.keras")
    from .callback import ShippedWeights

    return ShippedWeights(swap_on_epoch)
