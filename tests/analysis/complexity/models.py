"""Small models of many kinds, written in plain JAX, as problems that nobody registered."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from descend.problems import Data, Problem


@dataclass(frozen=True, eq=False)
class Model(Problem):
    """`predict(params, x)` with mean squared error on `x`, whose parameters have the shapes `shapes`."""

    name: ClassVar[str] = "model"
    batch: ClassVar[int | str] = 8

    shapes: Any
    predict: Callable[[Any, Any], Any]
    x: Any
    named: Callable[[Any], dict[str, Any]] | None = None

    @cached_property
    def data(self) -> Data:
        return Data((self.x, np.zeros(len(self.x), "float32")))

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return jax.tree.map(jnp.ones, self.shapes, is_leaf=lambda shape: isinstance(shape, tuple)), ()

    def error(self, params: Any, batch: Any) -> Any:
        return jnp.mean((self.predict(params, batch[0]) - batch[1].reshape(-1, 1)) ** 2)

    def loss(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> tuple[jax.Array, Any]:
        return self.error(params, batch), aux

    def evaluate(self, params: Any, aux: Any, batch: Any) -> dict[str, jax.Array]:
        return {"loss": self.error(params, batch)}


class Named(Model):
    def layers(self, params: Any) -> dict[str, Any]:
        assert self.named is not None
        return self.named(params)


def rows(*shape: int, of: str = "float32") -> np.ndarray:
    return np.zeros((16, *shape), of)


def dense(sizes: tuple[int, ...]) -> Model:
    """A dense network with tanh between its layers, which are "1", "2", ..."""
    shapes = {str(i): {"w": pair, "b": pair[1:]} for i, pair in enumerate(pairwise(sizes), 1)}

    def predict(params: Any, x: Any) -> Any:
        for layer in params.values():
            x = jnp.tanh(x @ layer["w"] + layer["b"])
        return x

    return Model(shapes, predict, rows(sizes[0]))


def convolution(x: Any, kernel: Any, **options: Any) -> Any:
    return jax.lax.conv_general_dilated(x, kernel, options.pop("strides", (1, 1)), options.pop("padding", "VALID"), **options)
