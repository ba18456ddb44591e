"""A dense network on labelled rows: everything but where the rows come from."""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import jax

from descend.core.errors import BadValue
from descend.core.machine import memory

from .base import Data, Problem
from .common_options import described
from .heads import Head
from .networks import ACTIVATIONS, INITIALISATIONS, Dense, parameters
from .options import OneOf, Seed, Share, Strength, Widths, settle

Activation = Annotated[str, OneOf(tuple(ACTIVATIONS))]
Initialisation = Annotated[str, OneOf(tuple(INITIALISATIONS))]

TRAINING = 5 * 4  # bytes a parameter takes in training: itself, its gradient, its change and two slots, in float32
SHARE = 0.5  # of the memory that the networks trained at once, one a core, may take


def most_parameters() -> int:
    """How many parameters one network may have, so that the machine can train one on each core at a time."""
    return int(SHARE * memory()) // (TRAINING * (os.cpu_count() or 1))


@dataclass(frozen=True, kw_only=True)
class Network(Problem):
    """A dense network on rows (x, y): x (rows, features), y (rows,).

    Subclasses give `prepare`, and list their own options in their docstring: those of every network are appended.
    The training loss adds the penalty l2 * sum(w^2) / 2 over the weights, not the biases;
    the loss of `evaluate` is that of the data alone. Options outside their range raise BadValue, and so do, once the data
    are there, hidden layers too wide for the machine's memory.
    """

    batch: ClassVar[int | str] = 64

    hidden: Widths = (32,)
    activation: Activation = "relu"
    initialisation: Initialisation = "he"
    l2: Strength = 0.0
    validation: Share = 0.2
    split_seed: Seed = 0

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.__doc__ = described(cls)

    def __post_init__(self) -> None:
        settle(self)

    def prepare(self) -> tuple[Data, Head]:
        """The rows as float32 features and targets, and what the outputs mean."""
        raise NotImplementedError

    @cached_property
    def _prepared(self) -> tuple[Data, Head]:
        data, head = self.prepare()
        count, most = parameters(self._sizes(data, head)), most_parameters()
        if count > most:
            raise BadValue(
                f"{self.name}: hidden is {self.hidden}, a network of {count:,} parameters where this machine's memory holds "
                f"{most:,}: take fewer or narrower layers"
            )
        return data, head

    def _sizes(self, data: Data, head: Head) -> tuple[int, ...]:
        return (data.train[0].shape[1], *self.hidden, head.outputs)

    @cached_property
    def data(self) -> Data:
        return self._prepared[0]

    @property
    def head(self) -> Head:
        """What the outputs mean."""
        return self._prepared[1]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of the network: features, hidden layers, outputs."""
        return self._sizes(*self._prepared)

    def init(self, key: jax.Array) -> tuple[Dense, Any]:
        return Dense(self.sizes, self.activation, self.initialisation, key), ()

    def loss(self, params: Dense, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        x, y = batch
        value = self.head.loss(params(x), y)
        return (value + self.l2 / 2 * params.squared_weights() if self.l2 else value), aux

    def evaluate(self, params: Dense, aux: Any, batch: Any) -> dict[str, jax.Array]:
        x, y = batch
        outputs = params(x)
        return {"loss": self.head.loss(outputs, y), **self.head.scores(outputs, y)}
