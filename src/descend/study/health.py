"""The health of layers over a race: a table of norms and shares, of the first seed of every rival."""

from collections.abc import Sequence

import jax
import numpy as np
import pyarrow as pa

from descend.engine import Records
from descend.problems import Problem

from .portraits import Place

POINTS = 100  # records a layer, beside the judgements
NORMS = {"weight_norm": "weight_norms", "gradient_norm": "gradient_norms", "update_norm": "update_norms"}
SHARES = ("dead", "saturated")


def health(problem: Problem, places: Sequence[Place]) -> pa.Table:
    """The table that Race.health tells of, rivals in the order of `places`."""
    layers = list(problem.layers(jax.eval_shape(problem.init, jax.random.key(0))[0]))
    return pa.concat_tables([_rival(layers, line["rule"], line["learning_rate"], records, row) for line, records, row in places])


def _rival(layers: list[str], rule: str, rate: float | None, records: Records, row: int) -> pa.Table:
    kept = np.unique(np.linspace(0, len(records.steps) - 1, min(POINTS, len(records.steps))).round().astype(int))
    steps = np.union1d(records.steps[kept], records.judged_steps)
    steps = steps[steps <= records.done[row, 0]]

    def column(values: np.ndarray | None, at: np.ndarray) -> pa.Array:
        """Values (times, layers) taken after `at` updates, spread over all steps of the table."""
        spread = np.full((len(steps), len(layers)), np.nan)
        if values is not None:
            _, here, there = np.intersect1d(steps, at, return_indices=True)
            spread[here] = values[there]
        return pa.array(spread.ravel(), from_pandas=True)

    count = len(steps) * len(layers)
    return pa.table({
        "rule": [rule] * count,
        "learning_rate": pa.array(np.full(count, np.nan if rate is None else rate), from_pandas=True),
        "step": np.repeat(steps.astype(np.int64), len(layers)),
        "layer": layers * len(steps),
        **{name: column(records.curves[source][row, 0], records.steps) for name, source in NORMS.items()},
        **{name: column(_first(records, name, row), records.judged_steps) for name in SHARES},
    })  # fmt: skip


def _first(records: Records, name: str, row: int) -> np.ndarray | None:
    return records.metrics[name][row, 0] if name in records.metrics else None
