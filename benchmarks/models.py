"""A person's own Keras model in lanes beside its own `fit`, in one run: digits, with the network and steps of the other parts."""

import os
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"  # before Keras is imported, here or elsewhere in this process

from . import task


def report(console: Any) -> None:
    """Print what a training costs in a race of many lanes, and alone in `fit`."""
    from rich.table import Table

    race, lanes = lanes_of(model())
    fit = fit_of(model())
    before = task.seconds(race, 2) / lanes
    alone = task.seconds(fit)
    lane = min(before, task.seconds(race, 2) / lanes)
    table = Table("", "ms a training", "times a lane", "asked", title="A Keras model on digits")
    table.add_row(f"a lane of {lanes:,}", f"{1e3 * lane:.2f}", "1", "")
    table.add_row("its own fit", f"{1e3 * alone:.1f}", f"{alone / lane:.1f}", "20")
    console.print(table)


def model() -> Any:
    """The dense network of the other benchmarks, as people write it in Keras."""
    import keras

    inputs, outputs = keras.Input((64,)), keras.layers.Dense(10)
    made = keras.Sequential([inputs, keras.layers.Dense(task.HIDDEN, activation="relu"), outputs])
    made.compile(
        optimizer=keras.optimizers.Adam(task.RATE),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return made


def lanes_of(made: Any, seeds: int = 4, settings: int = 128) -> tuple[Any, int]:
    """A race of the model in so many lanes, compiled, and how many they are."""
    import numpy as np

    from descend.engine import Entry, Job, Run
    from descend.problems import from_keras
    from descend.rules import Adam

    x, y = task.rows()
    problem = from_keras(made, x, y, split_seed=0)
    rates = np.geomspace(1e-4, 1e-1, settings)
    job = Job(problem, [Entry("adam", tuple(Adam(float(rate)) for rate in rates))], range(seeds), task.STEPS, task.BATCH)
    return Run(job).compile().run, seeds * settings


def fit_of(made: Any) -> Any:
    """A function that trains the model once by its own fit, as long as a lane; it is compiled before."""
    x, y = task.rows()
    rows = task.STEPS * task.BATCH
    epochs = max(1, round(rows / len(x)))
    made.fit(x, y, batch_size=task.BATCH, epochs=1, verbose=0)
    return lambda: made.fit(x, y, batch_size=task.BATCH, epochs=epochs, verbose=0)
