"""What a problem is: a start, a loss, data and what to measure."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import jax

from descend.core.registry import Registry

PROBLEMS: Registry[Any] = Registry("problem")


class Data(NamedTuple):
    """Rows to train on and rows to judge by: pytrees (say (x, y)) of arrays that share their first axis."""

    train: Any
    held_out: Any = None  # None: judged on the training rows

    @property
    def rows(self) -> int:
        """How many training rows there are."""
        return len(jax.tree.leaves(self.train)[0])


class Problem:
    """Something to minimise. Subclasses are frozen dataclasses whose fields are the options a person may set.

    - `data`: a Data, or None where the loss needs none
    - `init(key)`: the parameters (a tree of float arrays) and aux (state that is not trained: averages and the like)
    - `loss(params, aux, batch, key)`: the scalar to descend, and the new aux; batch is some rows of data.train
    - `evaluate(params, aux, batch)`: noise-free scalars by name, "loss" always, "accuracy" where there are classes

    `batch` and `steps` are the defaults of a race ("full": every row at every step). `random_start` says whether init
    uses its key. `optimum` (a point and its value), `bounds` (one (low, high) a coordinate) serve drawing.
    """

    name: ClassVar[str]
    batch: ClassVar[int | str] = "full"
    steps: ClassVar[int] = 100
    random_start: ClassVar[bool] = True

    @cached_property
    def data(self) -> Data | None:
        """The rows, loaded once."""
        return None

    @property
    def title(self) -> str:
        """What it is called in pictures and reports."""
        return self.name

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        """The parameters and aux that a lane of this key starts from."""
        raise NotImplementedError

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        """The loss to descend on a batch, and the new aux."""
        raise NotImplementedError

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        """Scalars that judge the parameters on a batch, without noise."""
        raise NotImplementedError


def problem(name: str) -> Callable[[type], Any]:
    """A class decorator: the class becomes a frozen dataclass (its fields: options) and an entry of PROBLEMS."""

    def make(cls: type) -> Any:
        return PROBLEMS.add(name)(dataclass(frozen=True)(cls))

    return make
