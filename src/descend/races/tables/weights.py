"""The trained weights that a race leaves: of each line of the leaderboard those of one lane, as far as they are small."""

from collections.abc import Sequence

import numpy as np

from descend.engine import TEST, Records

from ..judging.outcome import final
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
    losses = final(records, f"{TEST}loss" if f"{TEST}loss" in records.metrics else "loss")[row]
    order = [i for i in np.argsort(losses) if np.isfinite(losses[i])]
    return int(order[(len(order) - 1) // 2]) if order else None
