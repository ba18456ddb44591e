"""A person's own model as a problem: an adapter's functions on rows in three parts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.errors import BadValue, short
from descend.core.system.machine import check_memory

from ..base import Data, Problem
from ..networks.problem import TRAINING
from .adapter import Adapter
from .rows import Rows

STARTS = ("fresh", "given")


class Model(Problem):
    """A person's own model, made by `from_keras` and its kin.

    Lanes start from fresh initialisations by the model's own initialisers, or, with start="given", from its weights. The
    training loss includes the model's regularisers; the loss that judges is that of the data alone. `file` says where the model
    and its rows can be made again from, as text, if they can.
    """

    name: ClassVar[str] = "model"
    steps: ClassVar[int] = 500

    def __init__(self, adapter: Adapter, rows: Rows | None, start: str = "fresh", file: dict[str, Any] | None = None):
        if start not in STARTS:
            raise BadValue(f"start is {short(start)}, must be 'fresh' (the model's own initialisers) or 'given' (its weights)")
        self.adapter, self.rows, self.begin, self.file, self.agreement = adapter, rows, start, file, ""
        with jax.ensure_compile_time_eval():
            self._start = adapter.given() if start == "given" else None
        shapes = jax.eval_shape(self.init, jax.eval_shape(lambda: jax.random.key(0)))[0]
        self.parameters = sum(a.size for a in jax.tree.leaves(shapes))
        if not self.parameters:
            raise BadValue(f"{self.title} has no parameters to train: build it on rows first, or set trainable=True")
        remedy = "not one lane fits: take a smaller model"
        check_memory(f"training {self.title}, of {self.parameters:,} parameters,", TRAINING * self.parameters, remedy)

    @property
    def title(self) -> str:
        return self.adapter.title if self.file is None else Path(self.file["file"]).name

    @property
    def data(self) -> Data | None:  # type: ignore[override]
        return None if self.rows is None else self.rows.data

    @property
    def batch(self) -> int | str:  # pyright: ignore[reportIncompatibleVariableOverride] (here it depends on the data)
        """64 rows, or all where there are fewer; "full" of a model without rows."""
        return "full" if self.data is None else min(64, self.data.rows)

    @property
    def random_start(self) -> bool:  # type: ignore[override]
        return self._start is None

    @property
    def noisy(self) -> bool:
        return self.adapter.noisy

    @property
    def resplits(self) -> bool:
        return self.rows is not None and self.rows.resplits

    def resplit(self, seed: int) -> Data | None:
        return None if self.rows is None else self.rows.parts(seed)

    @property
    def notes(self) -> list[str]:
        """How the model was read, checked and fed, a sentence each."""
        start = "Every lane starts from the weights given." if self.begin == "given" else ""
        said = [self.agreement, start, *self.adapter.notes, *(self.rows.notes if self.rows else ())]
        return [sentence for sentence in said if sentence]

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        if self._start is not None:
            return jax.tree.map(jnp.asarray, self._start)
        with self.adapter.tracing:
            return self.adapter.init(key)

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        return self.total(params, aux, batch, key, True)

    def total(self, params: Any, aux: Any, batch: Any, key: jax.Array | None, training: bool) -> tuple[jax.Array, Any]:
        """The loss on a batch with the model's regularisers, in training or evaluation mode, and the new aux."""
        x, y = self.split(batch)
        with self.adapter.tracing:
            done = self.adapter.forward(params, aux, x, key, training)
            return self.adapter.criterion.loss(done.outputs, y) + done.penalty, done.aux

    def outputs(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[Any, Callable[[Any], Any]] | None:
        """The model's outputs in training, where the loss is a convex function of them and the model has no regularisers."""
        if not self.adapter.criterion.curves:
            return None
        x, y = self.split(batch)
        with self.adapter.tracing:
            done = self.adapter.forward(params, aux, x, key, True)
        if not (isinstance(done.penalty, int | float) and done.penalty == 0):
            return None
        return done.outputs, lambda outputs: self.adapter.criterion.loss(outputs, y)

    def predict(self, params: Any, aux: Any, x: Any) -> Any:
        """The model's outputs on rows x in evaluation mode."""
        with self.adapter.tracing:
            return self.adapter.forward(params, aux, x, None, False).outputs

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        x, y = self.split(batch)
        outputs = self.predict(params, aux, x)
        with self.adapter.tracing:
            return {"loss": self.adapter.criterion.loss(outputs, y)} | self.adapter.criterion.scores(outputs, y)

    def split(self, batch: Any) -> tuple[Any, Any]:
        """What the model sees of a batch, and the targets."""
        return (batch, None) if batch is None or self.adapter.takes_batch else batch

    def layers(self, params: Any) -> dict[str, Any]:
        return self.adapter.layers(params)

    def weights(self, params: Any, aux: Any) -> Any:
        return self.adapter.weights(params, aux)

    def model(self, params: Any, aux: Any) -> Any:
        return self.adapter.model(params, aux)

    @property
    def elsewhere(self) -> Any:
        """What another process needs to make the model again, where it cannot be trained in this one; else None."""
        return getattr(self.adapter, "sends", None)

    @property
    def unwritable(self) -> str | None:
        """Why no file can say how to make this problem again; None where `file` does."""
        if self.file is not None:
            return None
        what = f"{self.title}, a model of {self.adapter.framework} in memory"
        return f"problem is {what}: only a model in a file, FILE.py:NAME, on a table, FILE:TARGET, can be made again from a file"
