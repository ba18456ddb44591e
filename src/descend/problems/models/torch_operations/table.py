"""The table that each file of operations adds to, and what these have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp


@dataclass(frozen=True)
class Operation:
    """A function with PyTorch's arguments, on JAX arrays; one that `draws` takes a key before them.

    Its key is None where chance is left out: then what is drawn is its mean, and dropout drops nothing.
    """

    function: Callable[..., Any]
    draws: bool = False


OPERATIONS: dict[str, Operation] = {}


def operation(*names: str, draws: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: the function is what these operations do, such as "add.Tensor"."""

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            OPERATIONS[name] = Operation(function, draws)
        return function

    return enter


@dataclass(frozen=True)
class Dtype:
    """A dtype of PyTorch by its name. Floats of 32 and 64 bits, and whole numbers of 64, are as wide as the race's numbers."""

    name: str

    def here(self) -> Any:
        """The JAX dtype."""
        wide = {"float32": float, "float64": float, "int64": int, "float": float, "double": float, "long": int}
        return jnp.result_type(wide.get(self.name, self.name))


def cast(x: Any, dtype: Dtype | None) -> Any:
    """The array in a dtype, as it is where there is none."""
    return x if dtype is None else jnp.asarray(x).astype(dtype.here())


def axes(dims: Any, x: Any) -> tuple[int, ...]:
    """The axes that a reduction goes over: all of them where none is named."""
    if isinstance(dims, int):
        dims = [dims]
    return tuple(d % max(x.ndim, 1) for d in dims) if dims else tuple(range(x.ndim))
