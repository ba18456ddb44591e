"""What the picture of decision boundaries shows: each entrant's outputs over the plane, and the points that it must tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from descend.store import Line, RaceResult

MOST = 12  # panels


@dataclass(frozen=True)
class Boundary:
    """One entrant's outputs (values, n, m) over x2 (n,) and x1 (m,), and its accuracy, NaN where it was not judged."""

    name: str
    learning_rate: float | None
    field: np.ndarray
    accuracy: float

    @property
    def regions(self) -> np.ndarray:
        """The class of the highest output, or that of one output on the side of 0.5 where it lies: (n, m)."""
        return self.field.argmax(axis=0) if len(self.field) > 1 else (self.field[0] > 0.5).astype(int)


@dataclass(frozen=True)
class Boundaries:
    """The entrants to show, `columns` in a row, of `total`; the axes, and the points (rows, 2) with their class and whether
    they were held out, (rows,) each; the classes' names."""

    entrants: list[Boundary]
    columns: int
    total: int
    x1: np.ndarray
    x2: np.ndarray
    points: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    classes: list[str]


def boundaries(race: RaceResult) -> Boundaries:
    """The boundaries of a race whose snapshots have a field: the best twelve, in the order of a swept value where they have one."""
    snapshots = race.snapshots
    names = [str(name) for name in snapshots["names"]]
    lines = {line.setting_id: line for line in race.leaderboard}
    shown = [lines[int(setting)] for setting in snapshots["settings"][:MOST]]
    order, columns = arrange(shown)
    accuracy = np.asarray(snapshots.get("accuracy", np.full(len(names), np.nan)), dtype=float)
    fields = np.asarray(snapshots["field"], dtype=float)
    labels = np.asarray(snapshots["labels"]).astype(int)
    count = max(2, fields.shape[1], labels.max(initial=0) + 1)
    return Boundaries(
        entrants=[Boundary(names[i], shown[i].learning_rate, fields[i], float(accuracy[i])) for i in order],
        columns=columns,
        total=len(names),
        x1=np.asarray(snapshots["x1"], dtype=float),
        x2=np.asarray(snapshots["x2"], dtype=float),
        points=np.asarray(snapshots["points"], dtype=float),
        labels=labels,
        held_out=np.asarray(snapshots["held_out"]).astype(bool),
        classes=[str(name) for name in snapshots.get("classes", range(count))],
    )


def arrange(lines: Sequence[Line]) -> tuple[list[int], int]:
    """The order in which lines are shown and how many stand in a row.

    Lines that differ in the number that something has, such as l2, are a sweep: in the order of the number, a row for each rule and
    each value of what else is swept. Otherwise as given.
    """
    names = {next(reversed(line.values), None) for line in lines}
    name = names.pop() if len(names) == 1 else None
    if name is None or len(lines) < 2 or not all(_is_number(line.values[name]) for line in lines):
        return list(range(len(lines))), _columns(len(lines))
    apart = len({line.entrant_id for line in lines}) < len(lines)  # of one rule each value is an entrant of its own
    rows = [str((line.entrant_id if apart else "", {k: v for k, v in line.values.items() if k != name})) for line in lines]
    begins = list(dict.fromkeys(rows))
    order = sorted(range(len(lines)), key=lambda i: (begins.index(rows[i]), lines[i].values[name]))
    each = len(lines) // len(begins)
    even = all(rows.count(begin) == each for begin in begins)
    return order, each if even and 1 < each <= 5 else _columns(len(lines))


def _columns(count: int) -> int:
    return 2 if count == 4 else min(count, 3 if count <= 6 or count == 9 else 4)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def describe(data: Boundaries) -> list[str]:
    """How much each entrant gets right, in words; nothing where it was not judged."""
    judged = [entrant for entrant in data.entrants if np.isfinite(entrant.accuracy)]
    return [f"{entrant.name}: {100 * entrant.accuracy:.1f} % of {points_text(data)} correct." for entrant in judged]


def points_text(data: Boundaries) -> str:
    """The points that the accuracy is of, counted in words."""
    count = int(data.held_out.sum())
    return f"{count} held-out points" if count else f"{len(data.points)} training points"
