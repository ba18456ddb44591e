"""Fresh starts of a PyTorch module: its own initialisers, under a seed for each lane."""

import contextlib
import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch

from descend.core.errors import BadValue, short

from .torch_export import ONE_BY_ONE, numbers

RESETS = ("reset_parameters", "_reset_parameters")  # what PyTorch's layers call their initialiser; attention has the second


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """What draws from the global states of PyTorch, NumPy and Python begins from this seed; afterwards they are as before."""
    with ONE_BY_ONE, torch.random.fork_rng(devices=[]):
        ours, theirs = random.getstate(), np.random.get_state()  # noqa: NPY002 (a person's initialiser may use it)
        try:
            torch.manual_seed(seed)
            random.seed(seed)
            np.random.seed(seed % 2**32)  # noqa: NPY002
            yield
        finally:
            random.setstate(ours)
            np.random.set_state(theirs)  # noqa: NPY002


def initialise(module: torch.nn.Module) -> None:
    """Call the initialiser of every submodule that has one, parts before wholes, in the order in which they were made.

    So a module whose constructor draws nothing else is as it would be made under the same seed.
    """
    for child in module.children():
        initialise(child)
    for name in RESETS:
        if callable(reset := getattr(module, name, None)):
            try:
                with torch.no_grad():
                    reset()
            except Exception as error:
                raise BadValue(
                    f"{type(module).__name__}.{name}() raised {type(error).__name__}: {short(error, str, 120)}"
                ) from error
            return


def without_initialiser(module: torch.nn.Module) -> tuple[str, ...]:
    """The trained parameters that no initialiser sets."""
    trial = copy.deepcopy(module)
    with torch.no_grad():
        for p in trial.parameters():
            p.fill_(float("nan")) if p.is_floating_point() else None
        with seeded(0):
            initialise(trial)
        return tuple(name for name, p in trial.named_parameters() if p.requires_grad and bool(torch.isnan(p).all()))


class Starts:
    """Fresh parameters and buffers by a key, from a module or a function that builds one."""

    def __init__(self, module: torch.nn.Module, build: Callable[[], Any] | None = None):
        self.module, self.build = copy.deepcopy(module), build
        self.kept = () if build else without_initialiser(module)
        self.shapes = jax.tree.map(lambda a: (a.shape, a.dtype.kind), numbers(module))

    def __call__(self, key: jax.Array) -> tuple[Any, Any]:
        """(params, buffers) of a key, traced or not: PyTorch draws them outside the program, once a key.

        Of `jax.random.key(seed)` they are those of `torch.manual_seed(seed)`.
        """
        data = jax.random.key_data(key) if jnp.issubdtype(key.dtype, jax.dtypes.prng_key) else key
        example = jax.tree.map(_shape, numbers(self.module))
        return jax.pure_callback(self._draw_all, example, data, vmap_method="expand_dims")

    def _draw_all(self, data: Any) -> Any:
        data = np.asarray(data)
        drawn = [self.draw(int(words[-2]) << 32 | int(words[-1])) for words in data.reshape(-1, data.shape[-1])]
        return jax.tree.map(lambda *parts: np.stack(parts).reshape(data.shape[:-1] + parts[0].shape), *drawn)

    def draw(self, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Parameters and buffers under a seed."""
        with seeded(seed):
            if self.build is not None:
                made = numbers(self.build())
                if jax.tree.map(lambda a: (a.shape, a.dtype.kind), made) != self.shapes:
                    raise BadValue("the function that builds the module gives another architecture at every call: fix its sizes")
                return made
            initialise(self.module)
            return numbers(self.module)


def _shape(a: np.ndarray) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct(a.shape, a.dtype)
