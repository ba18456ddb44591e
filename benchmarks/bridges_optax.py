"""A step of Adam bridged to optax beside optax's own, jitted and donated, in turns."""

from typing import Any

import jax
import jax.numpy as jnp
import optax
from rich.console import Console
from rich.table import Table

from descend import bridges
from descend.rules import Adam

from .updates import side_by_side, theirs

SIZES = (1_000, 1_000_000, 25_000_000)
SPLITS = (1, 100)
LR = 1e-3


def arrays(size: int, tensors: int, value: float) -> list[Any]:
    return [jnp.full(size // tensors, value) for _ in range(tensors)]


def extra(optimizer: Any, params: Any, grads: Any) -> float:
    """The megabytes that a compiled step holds beside parameters, gradients and state."""

    def move(params: Any, state: Any, grads: Any) -> Any:
        updates, state = optimizer.update(grads, state, params)
        return optax.apply_updates(params, updates), state

    compiled = jax.jit(move, donate_argnums=(0, 1)).lower(params, optimizer.init(params), grads).compile()
    return compiled.memory_analysis().temp_size_in_bytes / 1e6


def report() -> None:
    """Print times, ratios and memory for every size and split."""
    table = Table(title="One step of Adam in optax, float32")
    for name in ("numbers", "tensors", "ms", "optax, ms", "times optax's", "extra MB", "optax, extra MB"):
        table.add_column(name, justify="right")
    for size in SIZES:
        for tensors in SPLITS:
            params, grads = arrays(size, tensors, 1.0), arrays(size, tensors, 0.1)
            pair = bridges.optax(Adam(LR)), optax.adam(LR)
            mine, other, ratio = side_by_side(*(theirs(each, params, grads) for each in pair), rounds=15 if size > 10**7 else 201)
            held = [f"{extra(each, params, grads):.1f}" for each in pair]
            table.add_row(f"{size:,}", str(tensors), f"{1e3 * mine:.3f}", f"{1e3 * other:.3f}", f"{ratio:.2f}", *held)
    Console().print(table)
