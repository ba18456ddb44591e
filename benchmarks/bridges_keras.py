"""Keras optimizers made of rules beside Keras' own: one update, as `fit` runs it, on each backend in a process of its own.

`python -m benchmarks.bridges_keras times`, `peak ours` and `peak theirs` measure on the backend in KERAS_BACKEND.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZES = [(total, count) for total in (1_000, 1_000_000, 25_000_000) for count in (1, 100)]
LARGEST = (25_000_000, 1)
BACKENDS = ("jax", "tensorflow", "torch")
Step = Callable[[], None]


def report() -> None:
    """Print the times with their ratios, and what an update of the largest tensor adds to the process's memory."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="One update by Adam in Keras")
    for name in ("backend", "numbers", "tensors", "ms", "Keras', ms", "times Keras'", "peak, MB", "Keras', MB"):
        table.add_column(name, justify="right" if name != "backend" else "left")
    for backend in BACKENDS:
        peaks = {LARGEST: [f"{measured(backend, 'peak', kind):.0f}" for kind in ("ours", "theirs")]}
        for (total, count), (mine, theirs) in zip(SIZES, measured(backend, "times"), strict=True):
            row = [f"{1e3 * mine:.2f}", f"{1e3 * theirs:.2f}", f"{mine / theirs:.2f}", *peaks.get((total, count), ["", ""])]
            table.add_row(backend, f"{total:,}", str(count), *row)
    Console().print(table)


def measured(backend: str, *what: str) -> Any:
    """What this module measures on a backend."""
    environment = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
    command = [sys.executable, "-m", "benchmarks.bridges_keras", *what]
    ran = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(ran.stdout.splitlines()[-1])


def optimizer(kind: str) -> Any:
    """Ours in Keras' form, or Keras' own."""
    import keras

    from descend import bridges
    from descend.rules import Adam

    return bridges.keras(Adam.as_in("keras"))(1e-3) if kind == "ours" else keras.optimizers.Adam(1e-3)


def stepping(made: Any, total: int, count: int) -> Step:
    """An update of so many numbers in so many tensors: compiled on JAX and TensorFlow, as `fit` compiles it."""
    import keras
    import numpy as np

    variables = [keras.Variable(np.ones(total // count, "float32"), name=f"v{i}") for i in range(count)]
    grads = [keras.ops.ones(total // count, "float32") for _ in variables]
    made.build(variables)
    backend = keras.config.backend()
    if backend == "jax":
        return _jax(made, variables, grads)
    if backend == "tensorflow":
        import tensorflow as tf

        run = tf.function(lambda: made.apply(grads, variables), jit_compile=True)

        def step() -> None:
            run()
            float(made.iterations)

        return step
    import torch

    return torch.no_grad()(lambda: made.apply(grads, variables))


def _jax(made: Any, variables: list[Any], grads: list[Any]) -> Step:
    """All that changes is one argument, given away and returned in the order of `fit`: in another, XLA copies it first."""
    import jax

    run = jax.jit(lambda state, grads: made.stateless_apply(state[1], grads, state[0]), donate_argnums=0)
    state = [v.value for v in variables], [v.value for v in made.variables]

    def step() -> None:
        nonlocal state
        state = jax.block_until_ready(run(state, grads))

    return step


def times(total: int, count: int) -> list[float]:
    """The median seconds of ours and of theirs, in turns."""
    steps = [stepping(optimizer(kind), total, count) for kind in ("ours", "theirs")]
    taken: list[list[float]] = [[], []]
    for _ in range(103 if total < 10_000_000 else 23):
        for step, each in zip(steps, taken, strict=True):
            begin = time.perf_counter()
            step()
            each.append(time.perf_counter() - begin)
    return [statistics.median(each[3:]) for each in taken]


def peak(kind: str) -> float:
    """The megabytes that a step, compiled before, holds at its highest above what the process held, as Linux counts them."""
    step = stepping(optimizer(kind), *LARGEST)
    for _ in range(3):
        step()
    Path("/proc/self/clear_refs").write_text("5")  # the highest use counts anew
    before = _resident("VmRSS")
    step()
    return (_resident("VmHWM") - before) / 1024


def _resident(name: str) -> int:
    """Kilobytes of the process in memory: now (VmRSS) or at the highest (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        answer: Any = peak(sys.argv[2]) if sys.argv[1] == "peak" else [times(*size) for size in SIZES]
    print(json.dumps(answer))
