"""What a race on a network knows besides its losses, made up: training losses, snapshots and health."""

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from descend.store import RaceResult


def with_risk(race: RaceResult, rise: float = 0.4, best_step: float | None = None) -> RaceResult:
    """With a training loss that goes on falling where the held-out loss comes to rise again, and the gaps of that."""
    table = race.curves.to_pydict()
    done = np.array(table["step"]) / max(table["step"])
    judged = [None if v is None else v * (1 + rise * d) for v, d in zip(table["judged_loss"], done, strict=True)]
    training = [None if v is None else v * (1 - rise * d) for v, d in zip(table["judged_loss"], done, strict=True)]
    curves = pa.table(table | {"judged_loss": judged, "training_loss": training})
    lines = [
        line | {"gap": None if line["loss"]["iqm"] is None else 2 * rise * line["loss"]["iqm"], "best_step": best_step}
        for line in race.summary["leaderboard"]
    ]
    return replace(race, curves=curves, summary=race.summary | {"leaderboard": lines})


def with_boundaries(race: RaceResult, classes: int = 2) -> RaceResult:
    """With a field for each entrant: a disc of one class (two classes), or sectors of the plane, and 80 points, 20 held out."""
    rng = np.random.default_rng(0)
    names, points, axis = [line["rule"] for line in race.leaderboard], rng.normal(size=(80, 2)), np.linspace(-3, 3, 21)
    x1, x2 = np.meshgrid(axis, axis)
    fields = [_disc(x1, x2, n) if classes == 2 else _sectors(x1, x2, classes, 1 + n) for n in range(len(names))]
    labels = _disc(*points.T, 0)[0] > 0.5 if classes == 2 else _sectors(*points.T, classes, 1).argmax(axis=0)
    return _with_snapshots(
        with_confusion(race, [str(n) for n in range(classes)]),
        field=np.stack(fields),
        x1=axis,
        x2=axis,
        points=points,
        labels=labels.astype(int),
        held_out=np.arange(80) % 4 == 0,
        accuracy=np.linspace(1, 0.5, len(names)),
    )


def with_confusion(race: RaceResult, classes: list[str]) -> RaceResult:
    """With counts for each entrant: nine of ten rows right, the others taken for the next class."""
    each = 9 * np.eye(len(classes), dtype=int) + np.roll(np.eye(len(classes), dtype=int), 1, axis=1)
    return _with_snapshots(race, confusion=np.stack([each * 10] * len(race.leaderboard)), classes=np.array(classes))


def _with_snapshots(race: RaceResult, **arrays: Any) -> RaceResult:
    names, settings = (np.array([line[key] for line in race.leaderboard]) for key in ("rule", "setting_id"))
    return replace(race, snapshots=race.snapshots | {"names": names, "settings": settings} | arrays)


def _disc(x1: np.ndarray, x2: np.ndarray, n: int) -> np.ndarray:
    return 1 / (1 + np.exp(3 * (x1**2 + x2**2 - 2 + 0.2 * n)))[None]


def _sectors(x1: np.ndarray, x2: np.ndarray, classes: int, sharp: float) -> np.ndarray:
    angles = 2 * np.pi * np.arange(classes) / classes
    heights = np.exp(sharp * np.stack([np.cos(a) * x1 + np.sin(a) * x2 for a in angles]))
    return heights / heights.sum(axis=0)


HEALTHY = {"weight_norm": 10.0, "gradient_norm": 1.0, "update_norm": 0.01, "dead": 0.0, "saturated": None}


def rows(
    rule: str = "sgd", rate: float | None = 0.3, layers: int = 3, steps: int = 200, chosen: bool = True, **told: Any
) -> list[dict[str, Any]]:
    """Rows of a table of health: of healthy layers but for what is told, each a value or a function of layer (from 1) and step."""
    return [
        {
            "setting_id": zlib.crc32(f"{rule} {rate}".encode()) >> 1,
            "rule": rule,
            "learning_rate": rate,
            "chosen": chosen,
            "step": step,
            "layer": f"layer {layer}",
        }
        | {name: value(layer, step) if callable(value) else value for name, value in (HEALTHY | told).items()}
        for step in range(0, steps + 1, steps // 20)
        for layer in range(1, layers + 1)
    ]


def table(*parts: list[dict[str, Any]]) -> pa.Table:
    """A table of health from such rows."""
    floats = [pa.field(name, pa.float64()) for name in HEALTHY]
    keys = [("setting_id", pa.int32()), ("rule", pa.string()), ("learning_rate", pa.float64()), ("chosen", pa.bool_())]
    keys += [("step", pa.int64()), ("layer", pa.string())]
    return pa.Table.from_pylist([row for part in parts for row in part], pa.schema([*(pa.field(*k) for k in keys), *floats]))
