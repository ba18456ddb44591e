"""What a network's outputs (outputs, rows) mean for targets (rows,).

Each head has `outputs` (how many a row), `loss` (the scalar that training descends, penalties aside) and `scores`
(further scalars by name).
"""

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from . import losses


@dataclass(frozen=True)
class Classes:
    """One logit a class; targets are whole numbers in [0, outputs). Softmax cross entropy and accuracy."""

    outputs: int

    def loss(self, outputs: Any, target: Any) -> Any:
        return losses.softmax_cross_entropy(outputs, target, axis=0)

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        return {"accuracy": losses.accuracy(outputs, target, axis=0)}


@dataclass(frozen=True)
class Number:
    """One output, the number itself. Mean squared error and r2."""

    outputs: int = 1

    def loss(self, outputs: Any, target: Any) -> Any:
        return losses.mse(outputs[0], target)

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        return {"r2": losses.r2(outputs[0], target)}


@dataclass(frozen=True)
class Decision:
    """One output for the targets 0.0 and 1.0. Mean squared error, and accuracy of the decision `output > 0.5`."""

    outputs: int = 1

    def loss(self, outputs: Any, target: Any) -> Any:
        return losses.mse(outputs[0], target)

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        return {"accuracy": jnp.mean((outputs[0] > 0.5) == (target > 0.5))}


Head = Classes | Number | Decision
