"""What a framework's model gives: one file a framework says it for its own."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax


class Forward(NamedTuple):
    """What one pass gives: the model's outputs, what its regularisers add to the loss, and its new aux."""

    outputs: Any
    penalty: Any
    aux: Any


@dataclass(frozen=True)
class Criterion:
    """What outputs are judged by.

    - `loss(outputs, y)`: the scalar, a mean over the rows, that training descends and that judges
    - `scores(outputs, y)`: further scalars by name, "accuracy" where there are classes
    - `curves`: whether the loss is a convex function of the outputs that curves, as Gauss-Newton needs it
    - `said`: the loss in words
    """

    loss: Callable[[Any, Any], Any]
    scores: Callable[[Any, Any], dict[str, Any]]
    curves: bool
    said: str


class Reference(NamedTuple):
    """A batch as the framework itself computes it, without descend's programs: what lanes must agree with.

    `outputs` and `loss` in evaluation mode, penalties included; `training_loss` and its `gradient` in training mode, with the
    chance that `key` (or the aux itself) gives.
    """

    outputs: Any
    loss: Any
    training_loss: Any
    gradient: Any


class Adapter:
    """A model as functions of parameters, a tree of float arrays, and aux, all else that it keeps.

    Subclasses set the attributes and give the methods; whatever they do to a model is undone.

    - `framework`: its name, `title`: the model's
    - `criterion`: what outputs are judged by
    - `takes_batch`: whether a pass sees targets too, (x, y) in place of x
    - `noisy`: whether training mode draws chance, `keyed`: whether `reference` draws the same from the same key, as `forward` does;
      else both leave chance out where there is no key
    - `notes`: what a reader of the race should know, a sentence each
    """

    framework: str
    title: str
    criterion: Criterion
    takes_batch: bool = False
    noisy: bool = False
    keyed: bool = True
    notes: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.tracing = threading.RLock()  # models keep things about a call in themselves, and programs compile side by side

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        """Parameters and aux of a fresh start, by the model's own initialisers: traced, so another key is another start."""
        raise NotImplementedError

    def given(self) -> tuple[Any, Any]:
        """The parameters and aux that the model was given with."""
        raise NotImplementedError

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        """One pass over rows x, traced. Where `key` is None the chance of training mode is that of the aux."""
        raise NotImplementedError

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        """The same by the framework itself, outside any program of ours."""
        raise NotImplementedError

    def check(self, outputs: Any, y: Any) -> None:
        """Raise BadValue where the loss does not fit outputs and targets y of a batch."""

    def differing(self, params: Any, aux: Any, batch: Any) -> str:
        """The first layer whose outputs differ between the framework's pass and ours, in words; "" where that is not known."""
        return ""

    def parts(self) -> Mapping[str, Any]:
        """The model's objects by what a message calls them, whose own attributes a call must leave as they are."""
        return {}

    def layers(self, params: Any) -> dict[str, Any]:
        """Disjoint parts of the parameters by the layer's name."""
        return {"all": params}

    def weights(self, params: Any, aux: Any) -> Any:
        """Trained parameters in the framework's own form."""
        raise NotImplementedError

    def model(self, params: Any, aux: Any) -> Any:
        """A model of the framework with trained parameters; the person's own is left as it is."""
        raise NotImplementedError
