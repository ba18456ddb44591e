"""What a network's outputs (outputs, rows) mean for targets (rows,).

Each head has `outputs` (how many a row), `classes` (of the target; None: a number), `loss` (the scalar that training descends,
penalties aside), `scores` (further scalars by name), `answers` (what to draw: (values, rows)) and, where there are classes,
`decide` (the class of each row).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from . import losses

Criterion = Callable[..., Any]  # (prediction, target) -> scalar


@dataclass(frozen=True)
class Head:
    """The parts that heads share."""

    outputs: int

    @property
    def classes(self) -> int | None:
        """How many classes the target has; None where it is a number."""
        return None

    def loss(self, outputs: Any, target: Any) -> Any:
        """The loss of outputs (outputs, rows) on targets (rows,)."""
        raise NotImplementedError

    def decide(self, outputs: Any) -> Any:
        """The class (rows,) that the outputs mean."""
        raise NotImplementedError

    def answers(self, outputs: Any) -> Any:
        """What a picture shows of the outputs: (values, rows)."""
        return outputs

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        """Scalars beside the loss that judge the outputs."""
        if self.classes is None:
            return {"r2": losses.r2(outputs[0], target)}
        chosen, labels = self.decide(outputs), jnp.asarray(target, "int32")
        balanced = losses.balanced_accuracy(chosen, labels, self.classes)
        return {"accuracy": losses.accuracy(chosen, labels), "balanced_accuracy": balanced}


@dataclass(frozen=True)
class Classes(Head):
    """One logit a class; targets are whole numbers in [0, outputs). Softmax cross entropy, or one's own of (rows, classes)."""

    own: Criterion | None = None

    @property
    def classes(self) -> int:
        return self.outputs

    def loss(self, outputs: Any, target: Any) -> Any:
        if self.own:
            return self.own(outputs.T, target)
        return losses.softmax_cross_entropy(outputs, jnp.asarray(target, "int32"), axis=0)

    def decide(self, outputs: Any) -> Any:
        return jnp.argmax(outputs, axis=0)

    def answers(self, outputs: Any) -> Any:
        """The probability of each class, of two that of the second."""
        shares = jax.nn.softmax(outputs, axis=0)
        return shares[1:] if self.outputs == 2 else shares


@dataclass(frozen=True)
class Number(Head):
    """One output, the number itself. Mean squared error, or another criterion of (rows,), and r2."""

    outputs: int = 1
    criterion: Criterion = losses.mse

    def loss(self, outputs: Any, target: Any) -> Any:
        return self.criterion(outputs[0], target)


@dataclass(frozen=True)
class Decision(Number):
    """One output for the targets 0 and 1. Mean squared error, or another criterion; `output > 0.5` decides."""

    @property
    def classes(self) -> int:
        return 2

    def decide(self, outputs: Any) -> Any:
        return jnp.asarray(outputs[0] > 0.5, "int32")


@dataclass(frozen=True)
class Logit(Decision):
    """One logit for the targets 0 and 1. Binary cross entropy; `logit > 0` decides."""

    criterion: Criterion = losses.binary_cross_entropy

    def decide(self, outputs: Any) -> Any:
        return jnp.asarray(outputs[0] > 0, "int32")

    def answers(self, outputs: Any) -> Any:
        """The probability of class 1."""
        return jax.nn.sigmoid(outputs)
