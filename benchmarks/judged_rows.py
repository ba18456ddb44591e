"""Whether a verdict holds on rows that a race never touched: half of a small data set races, the other half waits.

Each race is run twice, judged by test rows of its own half and, with the same trainings' seeds, by the rows that waited.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sklearn.datasets import load_iris, load_wine

SPLITS = 12
RULES, RATES, STEPS = "sgd,momentum,rmsprop,adam,lion", "1e-3:1:7", 150

console = Console()


def report() -> None:
    """Print how the figures of a race compare with those on rows it never touched."""
    table = Table(title=f"{SPLITS} halves, {RULES}: test rows of the race against rows it never touched")
    for name in ("data", "leader's loss: test", "untouched", "same leader", "differences found", "of these, found the other way"):
        table.add_column(name, justify="left" if name == "data" else "right")
    for name, load in {"iris": load_iris, "wine": load_wine}.items():
        found = [_halves(load, split) for split in track(range(SPLITS), name, console=console)]
        tested, untouched = (np.mean([each[key] for each in found]) for key in ("test", "untouched"))
        same, pairs, reverse = (sum(each[key] for each in found) for key in ("same", "pairs", "reverse"))
        table.add_row(name, f"{tested:.3f}", f"{untouched:.3f}", f"{same} of {SPLITS}", str(pairs), str(reverse))
    console.print(table)


def _halves(load: Any, split: int) -> dict[str, Any]:
    """One data set cut in half: what a race says of its own test rows, and of the other half."""
    data = load(as_frame=True).frame.sample(frac=1, random_state=split)
    with tempfile.TemporaryDirectory() as folder:
        mine, waiting = Path(folder) / "mine.csv", Path(folder) / "waiting.csv"
        _write(data.iloc[::2], mine)
        _write(data.iloc[1::2], waiting)
        own, other = _race(mine), _race(mine, test_file=waiting)
    leader = own.leaderboard[0].rule
    elsewhere = {line.rule: line.loss.iqm for line in other.leaderboard}
    behind = [line.rule for line in own.leaderboard if line.standing == "behind" and line.diverged_at_best < 1]
    ahead = {line.rule for line in other.leaderboard if line.standing in ("leader", "level")}
    reverse = sum(rule in ahead and leader not in ahead for rule in behind)
    return {
        "test": own.leaderboard[0].loss.iqm,
        "untouched": elsewhere[leader],
        "same": leader == other.leaderboard[0].rule,
        "pairs": len(behind),
        "reverse": reverse,
    }


def _write(rows: pd.DataFrame, path: Path) -> None:
    rows.assign(target=rows["target"].map("class {}".format)).to_csv(path, index=False)


def _race(path: Path, **options: Any) -> Any:
    import descend
    from descend.problems import table

    return descend.race(table(path, "target", **options), RULES, learning_rates=RATES, steps=STEPS)
