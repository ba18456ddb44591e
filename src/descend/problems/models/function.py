"""A loss of one's own over parameters and rows, as an adapter."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue, short

from . import calls
from .adapter import Adapter, Criterion, Forward, Reference


class FunctionAdapter(Adapter):
    """`loss(params, batch)` or, where it draws chance, `loss(params, batch, key)`: one number, in JAX.

    `start` are the parameters, or a function of a key that draws them.
    """

    framework = "JAX"
    takes_batch = True

    def __init__(self, loss: Callable[..., Any], start: Any, takes_key: bool):
        super().__init__()
        self.function, self.start, self.noisy = loss, start, takes_key
        self.title = getattr(loss, "__name__", type(loss).__name__)
        self.criterion = Criterion(lambda outputs, y: outputs, lambda outputs, y: {}, False, self.title)

    def init(self, key: jax.Array) -> tuple[Any, Any]:
        return self._floats(self.start(key) if callable(self.start) else self.start), ()

    def given(self) -> tuple[Any, Any]:
        return self.init(jax.random.key(0))

    def _floats(self, tree: Any) -> Any:
        try:
            return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), tree)
        except (TypeError, ValueError):
            raise BadValue(f"params is {short(tree)}, must be a tree of arrays of numbers") from None

    def forward(self, params: Any, aux: Any, x: Any, key: jax.Array | None, training: bool) -> Forward:
        if self.noisy and not training:
            key = jax.random.key(0)  # so that judging is without noise
        return Forward(self._value(params, x, key), 0.0, aux)

    def _value(self, params: Any, x: Any, key: jax.Array | None) -> Any:
        value = self.function(params, x, key) if self.noisy else self.function(params, x)
        if jnp.shape(value) != () or not jnp.issubdtype(jnp.result_type(value), jnp.floating):
            said = f"{jnp.result_type(value)} of shape {jnp.shape(value)}" if hasattr(value, "shape") else short(value)
            raise BadValue(f"{self.title} gives {said}, must give one real number: the mean over the rows of a batch")
        return value

    def reference(self, params: Any, aux: Any, batch: Any, key: jax.Array) -> Reference:
        def alone(params: Any, batch: Any, key: jax.Array) -> Any:
            quiet = self._value(params, batch, jax.random.key(0) if self.noisy else None)
            return Reference(quiet, quiet, *jax.value_and_grad(lambda w: self._value(w, batch, key))(params))

        return calls.quick(alone)(params, batch, key)

    def weights(self, params: Any, aux: Any) -> Any:
        """The tree of parameters."""
        return jax.tree.map(np.asarray, params)

    def model(self, params: Any, aux: Any) -> Any:
        raise BadValue(f"{self.title} is a function of parameters, no model: race.best().weights() are its parameters")
