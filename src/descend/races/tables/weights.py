"""The trained weights that a race leaves: of each line of the leaderboard those of one lane, as far as they are small."""

from collections.abc import Sequence

import numpy as np

from descend.engine import TEST, Records

from .snapshots import Place

MOST = 2**27  # bytes of all of them; the first of the leaderboard comes first


def weights(places: Sequence[Place]) -> dict[str, np.ndarray]:
    """The arrays that RaceResult.weights tells of, from the best line to the last that fits: those of its median lane."""
    arrays: dict[str, np.ndarray] = {}
    left = MOST
    for line, records, row in places:
        seed = _median_seed(records, row)
        if not records.weights or seed is None:
            continue
        mine = [np.asarray(leaf[row, seed]) for leaf in records.weights]
        left -= sum(leaf.nbytes for leaf in mine)
        if left < 0 and arrays:
            break
        arrays |= {f"{line['setting_id']}.{i}": leaf for i, leaf in enumerate(mine)}
    return arrays


def _median_seed(records: Records, row: int) -> int | None:
    """Which lane of a setting has the median of the judged losses, the lower of two; None where none came to its end."""
    losses = records.metrics.get(f"{TEST}loss", records.metrics["loss"])[row]
    last = np.array([_last(values) for values in losses])
    order = [i for i in np.argsort(last) if np.isfinite(last[i])]
    return int(order[(len(order) - 1) // 2]) if order else None


def _last(values: np.ndarray) -> float:
    """The last loss that a lane was judged by; infinite where it is no number."""
    known = values[~np.isnan(values)]
    return float(known[-1]) if known.size else np.inf
