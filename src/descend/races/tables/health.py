"""The health of layers over a race: a table of norms and shares, of one seed of every entrant at every learning rate tried."""

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
import pyarrow as pa

from descend.core.numeric.curves import evenly
from descend.engine import Records
from descend.problems import Problem

from ..jobs import Part, Parts, Place

POINTS, FEWER = 100, 25  # records a layer, beside the judgements: at the chosen learning rate, and at each of the others
NORMS = {"weight_norm": "weight_norms", "gradient_norm": "gradient_norms", "update_norm": "update_norms"}
SHARES = ("dead", "saturated")


def health(parts: Parts, board: list[dict[str, Any]]) -> pa.Table:
    """The table RaceResult.health describes: entrants in rank order, each at its chosen learning rate, then at the others."""
    return pa.concat_tables([table for line in board for table in _entrant(parts.homes[line["rule"]], line["rule"])])


def _entrant(home: Part, rule: str) -> Iterator[pa.Table]:
    layers = _layers(home.job.problem)
    yield _table(layers, home.last.records, home.place(rule), POINTS, chosen=True)
    for other in home.others(rule):
        yield _table(layers, home.completed[0].records, other, FEWER, chosen=False)


def _layers(problem: Problem) -> list[str]:
    return list(problem.layers(jax.eval_shape(problem.init, jax.random.key(0))[0]))


def _table(layers: list[str], records: Records, setting: Place, points: int, chosen: bool) -> pa.Table:
    """The layers of a setting with its first seed, at about so many steps; `chosen`: whether tuning chose it."""
    row = setting.row
    steps = np.union1d(records.steps[evenly(len(records.steps), points)], records.judged_steps)
    steps = steps[steps <= records.done[row, 0]]

    def column(values: np.ndarray | None, at: np.ndarray) -> pa.Array:
        """Values (times, layers) taken after `at` updates, spread over all steps of the table."""
        spread = np.full((len(steps), len(layers)), np.nan)
        if values is not None:
            _, here, there = np.intersect1d(steps, at, return_indices=True)
            spread[here] = values[there]
        return pa.array(spread.ravel(), from_pandas=True)

    count = len(steps) * len(layers)
    constants = {"setting_id": setting.setting_id, "rule": setting.rule, "learning_rate": setting.rate, "chosen": chosen}
    types = {"setting_id": pa.int32(), "rule": pa.string(), "learning_rate": pa.float64(), "chosen": pa.bool_()}
    return pa.table({
        **{name: pa.array([value] * count, types[name]) for name, value in constants.items()},
        "step": np.repeat(steps.astype(np.int64), len(layers)),
        "layer": pa.array(layers * len(steps), pa.string()),
        **{name: column(_norms(records, source, row), records.steps) for name, source in NORMS.items()},
        **{name: column(_first(records, name, row), records.judged_steps) for name in SHARES},
    })  # fmt: skip


def _norms(records: Records, name: str, row: int) -> np.ndarray:
    """Norms (points, layers), infinite where they are no number: nothing else than not recorded is null."""
    values = records.curves[name][row, 0]
    return np.where(np.isnan(values), np.inf, values)


def _first(records: Records, name: str, row: int) -> np.ndarray | None:
    return records.metrics[name][row, 0] if name in records.metrics else None
