"""Losses by PyTorch's own object, function or name."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
import torch.nn.functional as F

from descend.core.errors import BadValue, UnknownName, short

from ..networks import losses
from .adapter import Criterion
from .criteria import check_classes
from .torch_export import Exported

CLASSES = ("cross_entropy", "nll_loss", "multi_margin_loss")  # by their names in torch.nn.functional
LOGITS = ("binary_cross_entropy_with_logits", "soft_margin_loss")
NUMBERS = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
OTHERS = ("binary_cross_entropy", "kl_div", "poisson_nll_loss")
NAMES = (*CLASSES, *LOGITS, *NUMBERS, *OTHERS)
CURVED = ("cross_entropy", *LOGITS, "mse_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy", "poisson_nll_loss")
SHORT = {"mse": "mse_loss", "mae": "l1_loss", "l1": "l1_loss", "huber": "huber_loss", "smooth_l1": "smooth_l1_loss"}
SHORT |= {"nll": "nll_loss", "bce": "binary_cross_entropy", "bce_with_logits": "binary_cross_entropy_with_logits"}
OBJECTS = {
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "MultiMarginLoss": "multi_margin_loss", "MSELoss": "mse_loss",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "SoftMarginLoss": "soft_margin_loss", "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss", "HuberLoss": "huber_loss", "BCELoss": "binary_cross_entropy", "KLDivLoss": "kl_div",
    "PoissonNLLLoss": "poisson_nll_loss",
}  # fmt: skip


class _Module(torch.nn.Module):
    """A loss as a module of the leaves of (outputs, y)."""

    def __init__(self, loss: Callable[..., Any], structure: Any):
        super().__init__()
        self.loss, self.structure = loss, structure

    def forward(self, *leaves: Any) -> Any:
        return self.loss(*jax.tree.unflatten(self.structure, leaves))


class Loss:
    """A loss of PyTorch: itself, as `torch(outputs, y)`, and in JAX, called.

    `loss` is a torch.nn loss, a function of (outputs, y) on tensors, or a name of torch.nn.functional; None is cross_entropy for
    whole numbers and mse_loss for others. For the losses of NAMES, targets are given the shape and kind that these take: one
    column for (rows, 1) outputs, floats for losses of numbers. UnknownName for a name that is none.
    """

    def __init__(self, loss: Any, y: Any):
        if loss is None:
            loss = "cross_entropy" if getattr(y, "dtype", np.dtype(float)).kind in "iub" else "mse_loss"
        if isinstance(loss, str):
            name = SHORT.get(loss, OBJECTS.get(loss, loss))
            if name not in NAMES:
                raise UnknownName("loss", short(loss, str), NAMES)
            loss = getattr(F, name)
        if not callable(loss):
            raise BadValue(f"loss is {short(loss)}, must be a torch.nn loss, a function of (outputs, targets), or a name")
        self.torch_loss = loss
        self.name = self._own_name()
        self._exported: dict[Any, Exported] = {}

    def _own_name(self) -> str:
        """Its name in torch.nn.functional; "" of a person's own."""
        if isinstance(self.torch_loss, torch.nn.Module):
            return OBJECTS.get(type(self.torch_loss).__name__, "") if type(self.torch_loss).__module__.startswith("torch.") else ""
        name = getattr(self.torch_loss, "__name__", "")
        return name if name in NAMES and getattr(F, name) is self.torch_loss else ""

    @property
    def said(self) -> str:
        """What it is called in sentences."""
        return self.name or getattr(self.torch_loss, "__name__", type(self.torch_loss).__name__)

    def torch(self, outputs: Any, y: Any) -> Any:
        """PyTorch's own value."""
        return self.torch_loss(outputs, self._fit(outputs, y, lambda y: y.to(outputs.dtype)))

    def __call__(self, outputs: Any, y: Any) -> Any:
        """The value in JAX; the mean, of one that gives a value a row."""
        y = self._fit(outputs, y, lambda y: y.astype(outputs.dtype))
        leaves, structure = jax.tree.flatten((outputs, y))
        if structure not in self._exported:
            self._exported[structure] = Exported(_Module(self.torch_loss, structure), f"loss {self.said}")
        examples = tuple(np.zeros(leaf.shape, leaf.dtype) for leaf in leaves)
        exported = self._exported[structure]
        graph = exported.graph(examples, True)
        _, buffers = exported.numbers()
        value, _ = graph({}, {name: jnp.asarray(b) for name, b in buffers.items()}, leaves, None)
        return jnp.mean(value)

    def _fit(self, outputs: Any, y: Any, as_float: Callable[[Any], Any]) -> Any:
        """Targets as a loss of NAMES takes them; a person's own gets them as they are."""
        if not self.name or not hasattr(outputs, "shape") or self.name in CLASSES:
            return y
        shaped = y.reshape(outputs.shape) if tuple(outputs.shape) == (*y.shape, 1) else y
        return as_float(shaped)

    def check(self, outputs: Any, y: Any) -> None:
        """Raise BadValue where outputs and targets y, arrays, do not fit."""
        if not self.name:
            return
        if not (hasattr(outputs, "shape") and hasattr(y, "shape")):
            raise BadValue(f"loss {self.said} takes one output and one target: write a function of (outputs, targets) for several")
        shapes, whole = (
            f"outputs of shape {tuple(outputs.shape)} and targets of shape {tuple(y.shape)}",
            np.asarray(y).dtype.kind in "iub",
        )
        if self.name in CLASSES and whole:
            if tuple(y.shape) != (outputs.shape[0], *outputs.shape[2:]) or outputs.ndim < 2:
                raise BadValue(
                    f"loss {self.said} does not fit {shapes}: it takes outputs (rows, classes, ...) and classes (rows, ...)"
                )
            counted = np.asarray(y)[np.asarray(y) != getattr(self.torch_loss, "ignore_index", -100)]
            if counted.size:
                check_classes(counted, outputs.shape[1])
        elif tuple(outputs.shape) not in (tuple(y.shape), (*y.shape, 1)):
            raise BadValue(f"loss {self.said} does not fit {shapes}: it takes both of one shape")

    def criterion(self) -> Criterion:
        """The criterion, with accuracy where outputs are one a class or the logit of one, r2 where they are numbers."""
        return Criterion(self, self._scores, self.name in CURVED, self.said)

    def _scores(self, outputs: Any, y: Any) -> dict[str, Any]:
        if not (hasattr(outputs, "ndim") and hasattr(y, "ndim")):
            return {}
        whole = jnp.issubdtype(y.dtype, jnp.integer) or y.dtype == bool
        if self.name not in NUMBERS and whole and outputs.ndim == y.ndim + 1 and outputs.shape[1] > 1:
            return {"accuracy": losses.accuracy(jnp.argmax(outputs, 1), y)}
        if self.name in (*LOGITS, "binary_cross_entropy"):
            cut = 0.0 if self.name in LOGITS else 0.5
            return {"accuracy": losses.accuracy(jnp.reshape(outputs, y.shape) > cut, y > 0.5)}
        if self.name in NUMBERS and y.ndim == 1:
            return {"r2": losses.r2(jnp.reshape(outputs, y.shape), y)}
        return {}
