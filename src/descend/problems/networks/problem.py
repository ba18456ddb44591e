"""A network on labelled rows: everything but where the rows come from."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue
from descend.core.hyper import Range
from descend.core.system.machine import memory

from ..base import Data, Problem, absent
from ..kinks import absolute
from ..options import OneOf, Seed, Share, Strength, Widths, settle
from ..splits import Split, split
from . import criteria, snapshots
from . import diagnostics as health
from .activations import ACTIVATIONS
from .class_checks import check_classes
from .dense import Dense
from .heads import Head
from .initializers import INITIALISATIONS, doubts
from .option_docs import full_doc

Activation = Annotated[str, OneOf(tuple(ACTIVATIONS))]
Initialisation = Annotated[str, OneOf(tuple(INITIALISATIONS))]
Size = Annotated[float, Range(0.0, 1e30, open_low=True)]

TRAINING = 5 * 4  # bytes a parameter takes in training: itself, its gradient, its change and two slots, in float32
SHARE = 0.5  # of the memory that the networks trained at once, one a core, may take


TEST = 0.2  # share of the rows that give the verdict, at most, unless asked otherwise
FEW = 2**21  # numbers in all rows up to which every seed parts them anew
FLAT = ("mae", "asymmetric")  # losses that are straight lines on either side of the target


def most_parameters() -> int:
    """How many parameters one network may have, so that the machine can train one on each core at a time."""
    return int(SHARE * memory()) // (TRAINING * (os.cpu_count() or 1))


@dataclass(frozen=True, kw_only=True)
class Network(Problem):
    """A network on rows (x, y): x (rows, features), y (rows,).

    Subclasses give `prepare`, and list their own options in their docstring: those of every network are appended. Where
    features have places, `shape` says which (as many numbers as features), and convolutions may come first.

    The training loss adds l1 * sum(|w|) + l2 / 2 * sum(w^2) over the weights, not the biases nor what batch normalisation
    learns; the loss of `evaluate` is that of the data alone. Others write l2 without the half: lambda * sum(w^2), as
    Keras does, is l2 = 2 * lambda; tf.nn.l2_loss and PyTorch's weight_decay in SGD are l2 itself.

    Options outside their range raise BadValue, and so do, once the data are there, layers too wide for the machine's
    memory and a criterion that does not fit the target; BadData says that a class has no row to train on.
    """

    batch: ClassVar[int | str] = 64
    known_names: ClassVar[tuple[str, ...]] = ()  # of the classes
    shape: ClassVar[tuple[int, ...] | None] = None
    numbers: ClassVar[tuple[str, ...]] = ("l1", "l2", "dropout", "input_dropout")

    hidden: Widths = (32,)
    convolution: Widths = ()
    activation: Activation = "relu"
    initialisation: Initialisation = "he"
    criterion: criteria.Criterion = None
    delta: Size = 1.0
    profit: Strength = 1.0
    cost: Strength = 1.0
    batch_norm: bool = False
    dropout: Share = 0.0
    input_dropout: Share = 0.0
    l1: Strength = 0.0
    l2: Strength = 0.0
    validation: Share = 0.2
    test: Share | None = None
    split_seed: Seed | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        cls.__doc__ = full_doc(cls)

    def __post_init__(self) -> None:
        settle(self)
        criteria.check_options(self)
        if self.convolution and self.shape is None:
            raise BadValue(f"{self.name}: convolution is {self.convolution}, and its features have no places: leave it out")

    def prepare(self, seed: int) -> tuple[Data, Head]:
        """The rows as float32 features and targets, parted by this seed, and what the outputs mean.

        Shapes must not depend on the seed: trainings of different seeds share one program.
        """
        raise NotImplementedError

    def split(self, rows: int, seed: int, labels: Any = None) -> Split:
        """So many rows in three parts, by the shares asked for; with `labels` (rows,) by class."""
        test = min(self.validation, TEST) if self.test is None else self.test
        return split(rows, self.validation, test, seed, labels)

    @property
    def resplits(self) -> bool:
        few = sum(map(_size, self.data)) <= FEW
        return self.split_seed is None and self.data.judging is not self.data.train and few

    def resplit(self, seed: int) -> Data:
        return self.prepare(seed)[0] if self.resplits else self.data

    @cached_property
    def _data_and_head(self) -> tuple[Data, Head]:
        data, target = self.prepare(self.split_seed or 0)
        names = self._names(target)
        head = criteria.head_for(self._where, target, self.criterion, criteria.options(self), names)
        check_classes(self._where, names, data.train, self._sampled_parts(data), self._complete)
        network = eqx.filter_eval_shape(lambda: self._network(self._sizes(data, head), jax.random.key(0)))
        count, most = sum(leaf.size for leaf in jax.tree.leaves(network)), most_parameters()
        if count > most:
            raise BadValue(
                f"{self.name}: hidden is {self.hidden}, a network of {count:,} parameters where this machine's memory holds "
                f"{most:,}: take fewer or narrower layers"
            )
        return data, head

    def _sizes(self, data: Data, head: Head) -> tuple[int, ...]:
        return (data.train[0].shape[1], *self.hidden, head.outputs)

    def _network(self, sizes: tuple[int, ...], key: jax.Array) -> Dense:
        channels, shape, norm = self.convolution, self.shape, self.batch_norm
        return Dense(sizes, self.activation, self.initialisation, key, channels=channels, shape=shape, batch_norm=norm)

    @cached_property
    def data(self) -> Data:
        return self._data_and_head[0]

    @property
    def head(self) -> Head:
        """What the outputs mean."""
        return self._data_and_head[1]

    @property
    def class_names(self) -> tuple[str, ...]:
        return self._names(self.head)

    def _names(self, head: Head) -> tuple[str, ...]:
        return self.known_names or tuple(map(str, range(head.classes or 0)))

    @property
    def _where(self) -> str:
        """What complaints about the rows call them."""
        return self.name

    def _sampled_parts(self, data: Data) -> tuple[Any, ...]:
        """The parts that were drawn from the same rows as the training part."""
        return data.validation, data.test

    @property
    def _complete(self) -> str:
        """How to mend rows of which a class is missing altogether."""
        return "number the classes from 0, without a gap"

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of the dense part: features, hidden layers, outputs."""
        return self._sizes(*self._data_and_head)

    @property
    def noisy(self) -> bool:
        return not (absent(self.dropout) and absent(self.input_dropout))

    @property
    def notes(self) -> list[str]:
        """What speaks against this choice of activation and initialisation, a sentence each."""
        return doubts(self.initialisation, self.activation, len(self.convolution) + len(self.hidden), self.batch_norm)

    def init(self, key: jax.Array) -> tuple[Dense, Any]:
        network = self._network(self.sizes, key)
        return network, network.averages

    def loss(self, params: Dense, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        outputs, aux = self._train(params, aux, batch, key)
        return self._objective(outputs, params.weights(), batch[1]), aux

    def outputs(self, params: Dense, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        """The network's outputs, and its weights, which penalties see. None for losses of slopes that nowhere change."""
        if self.criterion in FLAT:
            return None
        outputs, _ = self._train(params, aux, batch, key)
        weights = [] if absent(self.l1) and absent(self.ridge) else params.weights()
        return (outputs, weights), lambda both: self._objective(both[0], both[1], batch[1])

    def _train(self, params: Dense, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Any]:
        return params.train(batch[0], aux, key, self.dropout, self.input_dropout)

    def _objective(self, outputs: Any, weights: list[Any], target: Any) -> Any:
        return self._with_penalty(self.head.training_loss(outputs, target), weights)

    @property
    def ridge(self) -> Any:
        """The strength of the penalty l2."""
        return self.l2

    def _with_penalty(self, value: Any, weights: list[Any]) -> Any:
        if not absent(self.ridge):
            value = value + self.ridge / 2 * sum(jnp.sum(w**2) for w in weights)
        return value if absent(self.l1) else value + self.l1 * sum(jnp.sum(absolute(w)) for w in weights)

    def evaluate(self, params: Dense, aux: Any, batch: Any) -> dict[str, jax.Array]:
        x, y = batch
        outputs = params(x, aux)
        return {"loss": self.head.loss(outputs, y), **self.head.scores(outputs, y)}

    def layers(self, params: Dense) -> dict[str, Any]:
        return health.layers(params)

    def watch(self, params: Dense, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return health.watch(params, aux, batch[0])

    def snapshot(self, params: Dense, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return snapshots.snapshot(self, params, aux, batch)


def _size(part: Any) -> int:
    """How many numbers a part of the rows has."""
    return sum(np.size(a) for a in jax.tree.leaves(part))
