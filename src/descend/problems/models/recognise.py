"""Which framework a model is of, told without loading any: only one that is loaded can have made it."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import jax

from descend.core.errors import BadValue, short

from .make import from_equinox, from_flax, from_keras, from_torch
from .model import Model
from .rows import Rows, rows

# framework -> module, classes
KINDS = {
    "Keras": ("keras", ("Model",)),
    "Flax": ("flax.nnx", ("Module",)),
    "Linen": ("flax.linen", ("Module",)),
    "Equinox": ("equinox", ("Module",)),
    "PyTorch": ("torch.nn", ("Module",)),
}

MAKERS: dict[str, Callable[..., Model]] = {
    "Keras": from_keras,
    "Flax": from_flax,
    "Linen": from_flax,
    "Equinox": from_equinox,
    "PyTorch": from_torch,
}


def recognise(model: Any) -> str | None:
    """The framework of a model; None for what is no model of one that is known."""
    for framework, (module, names) in KINDS.items():
        loaded = sys.modules.get(module)
        classes = tuple(getattr(loaded, name) for name in names if hasattr(loaded, name))
        if classes and isinstance(model, classes) and not type(model).__module__.startswith("descend."):
            return framework
    return None


def problem_of(model: Any, given: Rows, loss: Any = None, start: str = "fresh", file: Any = None) -> Model:
    """The problem of a model, or of a function of chance that makes one, on rows; the loss follows from the target by default."""
    framework = recognise(model) or _made_by(model)
    if framework is None:
        raise BadValue(f"{short(model, str, 40)} is no model: give one of Keras, PyTorch, Flax or Equinox")
    return MAKERS[framework](model, given, loss=loss, start=start, file=file)


def _made_by(make: Any) -> str | None:
    """The framework of what a function of chance makes, tried with the chance of each that is loaded."""
    if not callable(make):
        return None
    chances = {"flax.nnx": lambda flax: (flax.Rngs(0),), "equinox": lambda _: (jax.random.key(0),), "torch.nn": lambda _: ()}
    for module, chance in chances.items():
        if module in sys.modules:
            apart = sys.modules["torch"].random.fork_rng(devices=[]) if module == "torch.nn" else contextlib.nullcontext()
            with contextlib.suppress(Exception), apart:
                made = make(*chance(sys.modules[module]))
                framework = recognise(made[0] if isinstance(made, tuple) and made else made)
                if framework:
                    return framework
    return None


def from_pair(given: tuple[Any, ...], **options: Any) -> Model:
    """The problem of (model, x, y) or (model, data), as a race takes it; the options are those of `from_keras` and its kin."""
    model, *data = given
    if recognise(model) is None and _made_by(model) is None:
        raise BadValue(
            f"({short(model, str, 40)}, ...) is no problem: give a model of Keras, PyTorch, Flax or Equinox with its rows, "
            "(model, x, y) or (model, 'FILE:TARGET'), or a table in memory, (DataFrame, 'COLUMN') or arrays (x, y)"
        )
    if len(data) not in (1, 2):
        raise BadValue(f"a model comes with its rows, as (model, x, y) or (model, 'FILE:TARGET'), not with {len(data)} more parts")
    chosen = {name: options.pop(name) for name in ("loss", "start") if name in options}
    return problem_of(model, rows(*data, **options), **chosen)


def refuse_bare(model: Any, framework: str) -> BadValue:
    """What is wrong with a model alone."""
    return BadValue(
        f"{type(model).__name__}, a model of {framework}, has no rows to train on: race (model, x, y) or (model, 'table.csv:price')"
    )
