"""Rules taken home: each function makes of a rule what a framework's own tools accept as theirs."""

from typing import Any

from descend.rules import Rule

from .kept import TrainingWeights
from .to_optax import evaluation

__all__ = ["TrainingWeights", "evaluation", "keras", "optax", "torch"]


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
