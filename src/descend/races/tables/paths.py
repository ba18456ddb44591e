"""What the picture of a problem of one or two numbers shows: the landscape, and every rule's way over it."""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa
from jax.flatten_util import ravel_pytree

from descend.core.numeric import paths as places
from descend.engine import Records
from descend.problems import Problem

FINE = {1: 801, 2: 161}  # points along each axis


def numbers(problem: Problem) -> int:
    """How many parameters a problem has."""
    params = jax.eval_shape(lambda: problem.init(jax.random.key(0))[0])
    return sum(a.size for a in jax.tree.leaves(params))


def paths(records: Records, settings: Sequence[Any]) -> pa.Table:
    """The paths with the first seed of settings (parts.Place): the table that RaceResult.paths tells of."""
    tables = []
    for setting, name, known, row in settings:
        count = np.searchsorted(records.steps, records.done[row, 0])
        walked = records.curves["params"][row, 0][:count]
        way = np.concatenate([walked, records.metrics["params"][row, 0, -1:]]).astype(float)
        losses = np.append(records.curves["loss"][row, 0][:count], records.metrics["loss"][row, 0, -1])
        steps = np.append(records.steps[:count], records.done[row, 0])
        second = way[:, 1] if way.shape[1] > 1 else np.full(len(way), np.nan)
        rate = np.nan if known is None else known
        tables.append(pa.table({
            "setting_id": np.full(len(way), setting, np.int32),
            "rule": [name] * len(way),
            "learning_rate": pa.array(np.full(len(way), rate), from_pandas=True),
            "step": steps.astype(np.int64),
            "x1": way[:, 0],
            "x2": pa.array(second, from_pandas=True),
            "loss": losses.astype(float),
        }))  # fmt: skip
    return pa.concat_tables(tables)


def landscape(problem: Problem, judged: Any, walked: pa.Table, seed: int = 0) -> dict[str, np.ndarray]:
    """The judged loss on a grid over the problem's bounds, or over where the paths went; the seed's start and the optimum."""
    params, aux = problem.init(jax.random.key(seed))
    start, unravel = ravel_pytree(params)
    view = getattr(problem, "bounds", None) or _around(walked, np.asarray(start))
    axes = [np.linspace(low, high, FINE[len(start)]) for low, high in view]
    points = np.stack(np.meshgrid(*axes), axis=-1)
    height = jax.jit(lambda x: jax.vmap(lambda p: problem.evaluate(unravel(p), aux, judged)["loss"])(x))
    values = np.asarray(height(jnp.asarray(points.reshape(-1, len(start)), start.dtype))).reshape(points.shape[:-1])
    arrays = {f"x{i + 1}": axis for i, axis in enumerate(axes)} | {"f": values, "start": np.asarray(start)}
    arrays["names"] = np.array(names(params))
    optimum = getattr(problem, "optimum", None)
    return arrays | ({"optimum": np.asarray(optimum[0], float)} if optimum else {})


def names(params: Any) -> list[str]:
    """What each number of a tree is called: x1 and x2 of a plain array, else by the place of its array, as w1, w2 and b."""
    found = []
    for path, leaf in zip(places.paths(params), jax.tree.leaves(params), strict=True):
        alone = path and jnp.size(leaf) == 1
        found += [path] if alone else [f"{path or 'x'}{i}" for i in range(1, jnp.size(leaf) + 1)]
    return found


def _around(walked: pa.Table, start: np.ndarray) -> Sequence[tuple[float, float]]:
    """The middle 95 % of where the paths went, and the start, with a margin."""
    view = []
    for name, begin in zip(("x1", "x2"), start.tolist(), strict=False):
        values = walked[name].to_numpy()
        low, high = np.quantile(values[np.isfinite(values)], [0.025, 0.975])
        low, high = min(low, begin), max(high, begin)
        margin = 0.25 * max(high - low, 1e-3)
        view.append((low - margin, high + margin))
    return view
