"""The health of networks by entrant and learning rate: the norms of each layer over the updates, and its idle units."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Health:
    """One entrant's layers over the updates: `steps` (n,), everything else (layers, n), NaN where it was not recorded.

    `chosen`: at the learning rate of the leaderboard; else at another one that was tried.

    `weights`, `gradients` and `updates` are norms, infinite where they were not finite; `dead` and `saturated` shares in [0, 1],
    which mean nothing, and are NaN, once a weight is not finite.
    """

    rule: str
    learning_rate: float | None
    chosen: bool
    layers: list[str]
    steps: np.ndarray
    weights: np.ndarray
    gradients: np.ndarray
    updates: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """The norm of an update over that of the weights it changes (layers, n); NaN where either is missing or infinite."""
        fine = np.isfinite(self.weights) & np.isfinite(self.updates) & (self.weights > 0)
        return np.divide(self.updates, self.weights, out=np.full(self.weights.shape, np.nan), where=fine)


_NORMS = {"weights": "weight_norm", "gradients": "gradient_norm", "updates": "update_norm"}
_SHARES = {"dead": "dead", "saturated": "saturated"}


def health_by_entrant(table: pa.Table) -> list[Health]:
    """Every setting of a table of health (see store.RaceResult), in the order in which they appear, layers likewise."""
    settings = table["setting_id"].to_pylist()
    mine = {setting: [] for setting in dict.fromkeys(settings)}
    for row, setting in enumerate(settings):
        mine[setting].append(row)
    return [_entrant(table.take(rows)) for rows in mine.values()]


def _entrant(table: pa.Table) -> Health:
    name, rate, chosen = (table[column][0].as_py() for column in ("rule", "learning_rate", "chosen"))
    layers = list(dict.fromkeys(map(str, table["layer"].to_pylist())))
    row = np.array([layers.index(str(layer)) for layer in table["layer"].to_pylist()])
    steps, column = np.unique(table["step"].to_numpy(), return_inverse=True)

    def matrix(source: str, norm: bool) -> np.ndarray:
        there = table[source].is_valid().to_numpy(zero_copy_only=False)
        value = np.array([np.nan if each is None else each for each in table[source].to_pylist()], dtype=float)
        array = np.full((len(layers), len(steps)), np.nan)
        array[row, column] = np.where(there & ~np.isfinite(value), np.inf, value) if norm else value
        return array

    parts = {key: matrix(source, norm=True) for key, source in _NORMS.items()}
    lost = np.logical_or.accumulate(np.isinf(parts["weights"]).any(axis=0))
    parts |= {key: np.where(lost, np.nan, matrix(source, norm=False)) for key, source in _SHARES.items()}
    return Health(name, rate, chosen, layers, steps, **parts)
