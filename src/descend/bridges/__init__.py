"""Rules taken home: each function makes of a rule what a framework's own tools accept as theirs."""

from importlib import import_module
from typing import Any

from descend.rules import Rule

from .rule_state import TrainingWeights
from .to_optax import evaluation

__all__ = ["TrainingWeights", "evaluation", "keras", "optax", "torch"]


def __getattr__(name: str) -> Any:
    """The modules of the frameworks, such as `bridges.to_keras`, each loaded when it is first used."""
    if name in ("to_keras", "to_torch"):
        return import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def optax(rule: Rule | type[Rule] | str) -> Any:
    """The rule as an optax.GradientTransformation: see to_optax.transformation."""
    from .to_optax import transformation

    return transformation(rule)


def torch(rule: Rule | type[Rule] | str) -> Any:
    """A class of torch.optim.Optimizer whose defaults are the rule's hyperparameters: see to_torch.optimizer."""
    from .to_torch import optimizer

    return optimizer(rule)


def keras(rule: Rule | type[Rule] | str) -> Any:
    """A class of keras.optimizers.Optimizer whose defaults are the rule's hyperparameters: see to_keras.optimizer."""
    from .to_keras import optimizer

    return optimizer(rule)
