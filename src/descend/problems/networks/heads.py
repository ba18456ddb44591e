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

    def training_loss(self, outputs: Any, target: Any) -> Any:
        """What training descends: the loss, but for what only training is to see, such as smoothed labels."""
        return self.loss(outputs, target)

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
    """One logit a class; targets are whole numbers in [0, outputs). Softmax cross entropy, or one's own of (rows, classes).

    `weights`, one a class, multiply the losses of its rows, in training and in judging. Training sees a target of 1 - smoothing
    for the true class and shares `smoothing` among all. With `rare`, scores say how the rarest classes fare.
    """

    own: Criterion | None = None
    weights: tuple[float, ...] | None = None
    smoothing: float = 0.0
    rare: bool = False

    @property
    def classes(self) -> int:
        return self.outputs

    def loss(self, outputs: Any, target: Any) -> Any:
        if self.own:
            return self.own(outputs.T, target)
        return losses.softmax_cross_entropy(outputs, jnp.asarray(target, "int32"), axis=0, weights=self.weights)

    def training_loss(self, outputs: Any, target: Any) -> Any:
        """The loss with smoothed labels."""
        loss = self.loss(outputs, target)
        if self.own or not self.smoothing:
            return loss
        labels = jnp.asarray(target, "int32")
        return (1 - self.smoothing) * loss + self.smoothing * losses.uniform_cross_entropy(outputs, labels, 0, self.weights)

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        """Accuracy and balanced accuracy; of rare classes f1 too, and, of two classes, auc."""
        found = super().scores(outputs, target)
        if not self.rare:
            return found
        labels = jnp.asarray(target, "int32")
        found["f1"] = losses.f1(self.decide(outputs), labels, self.outputs)
        return {**found, "auc": losses.auc(outputs[1] - outputs[0], labels)} if self.outputs == 2 else found

    def decide(self, outputs: Any) -> Any:
        return jnp.argmax(outputs, axis=0)

    def answers(self, outputs: Any) -> Any:
        """The probability of each class, of two that of the second."""
        shares = jax.nn.softmax(outputs, axis=0)
        return shares[1:] if self.outputs == 2 else shares


@dataclass(frozen=True)
class Number(Head):
    """One output, the number itself. Mean squared error, or another criterion of (rows,), and r2.

    Where targets are scaled, `unit` is how large 1 is in their own unit; rmse and mae are in that unit then.
    """

    outputs: int = 1
    criterion: Criterion = losses.mse
    unit: float | None = None

    def loss(self, outputs: Any, target: Any) -> Any:
        return self.criterion(outputs[0], target)

    def scores(self, outputs: Any, target: Any) -> dict[str, Any]:
        """As of every head, and rmse and mae in the target's own unit where that is known."""
        found = super().scores(outputs, target)
        if self.unit is None or self.classes is not None:
            return found
        errors = {"rmse": jnp.sqrt(losses.mse(outputs[0], target)), "mae": losses.mae(outputs[0], target)}
        return {**found, **{name: self.unit * error for name, error in errors.items()}}


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
