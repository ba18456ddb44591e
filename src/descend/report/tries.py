"""Which trainings a picture shows: each rule at its best learning rate or, where few rates were tried, at each of them."""

from typing import Any

import numpy as np

from descend.core.text import rate
from descend.store import Race


def tries(race: Race) -> list[dict[str, Any]]:
    """The rows to draw, as those of the leaderboard, best first, with `label`, and `chosen`: whether tuning chose that rate."""
    rows = [row | {"label": row["rule"], "chosen": True} for row in race.leaderboard]
    if not race.summary.get("each_rate"):
        return rows
    return [line for row in rows for line in _at_each_rate(row, race.summary["sensitivity"], len(rows) > 1)]


def _at_each_rate(row: dict[str, Any], table: list[dict[str, Any]], named: bool) -> list[dict[str, Any]]:
    """A row for each learning rate that its rule was tried at; the row itself where it has none."""
    rates = [each["learning_rate"] for each in table if each["rule"] == row["rule"]]
    if len(rates) < 2:
        return [row]
    words = f"{row['rule']} at" if named else "learning rate"
    best = row["learning_rate"]
    return [row | {"learning_rate": r, "label": f"{words} {rate(r)}", "chosen": bool(np.isclose(r, best))} for r in rates]
