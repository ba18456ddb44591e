"""What the picture of decision boundaries shows: each rival's outputs over the plane, and the points that it must tell apart."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from descend.store import Race

MOST = 12  # panels

_VALUED = re.compile(r"(?P<rest>.*?)(?P<name>\w+)=(?P<value>[-+\d.e]+)")


@dataclass(frozen=True)
class Boundary:
    """One rival's outputs (values, n, m) over x2 (n,) and x1 (m,), and its accuracy, NaN where it was not judged."""

    rival: str
    learning_rate: float | None
    field: np.ndarray
    accuracy: float

    @property
    def regions(self) -> np.ndarray:
        """The class of the highest output, or that of one output on the side of 0.5 where it lies: (n, m)."""
        return self.field.argmax(axis=0) if len(self.field) > 1 else (self.field[0] > 0.5).astype(int)


@dataclass(frozen=True)
class Boundaries:
    """The rivals to show, `columns` in a row, of `total`; the axes, and the points (rows, 2) with their class and whether
    they were held out, (rows,) each; the classes' names."""

    rivals: list[Boundary]
    columns: int
    total: int
    x1: np.ndarray
    x2: np.ndarray
    points: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    classes: list[str]


def boundaries(race: Race) -> Boundaries:
    """The boundaries of a race whose portraits have a field: the best twelve, in the order of a swept value where they have one."""
    told = race.portraits
    names = [str(name) for name in told["names"]]
    order, columns = arranged(names[:MOST])
    rates = {row["rule"]: row["learning_rate"] for row in race.leaderboard}
    accuracy = np.asarray(told.get("accuracy", np.full(len(names), np.nan)), dtype=float)
    fields = np.asarray(told["field"], dtype=float)
    labels = np.asarray(told["labels"]).astype(int)
    count = max(2, fields.shape[1], labels.max(initial=0) + 1)
    return Boundaries(
        rivals=[Boundary(names[i], rates.get(names[i]), fields[i], float(accuracy[i])) for i in order],
        columns=columns,
        total=len(names),
        x1=np.asarray(told["x1"], dtype=float),
        x2=np.asarray(told["x2"], dtype=float),
        points=np.asarray(told["points"], dtype=float),
        labels=labels,
        held_out=np.asarray(told["held_out"]).astype(bool),
        classes=[str(name) for name in told.get("classes", range(count))],
    )


def arranged(names: list[str]) -> tuple[list[int], int]:
    """The order in which names are shown and how many stand in a row.

    Names that all end in one NAME=VALUE are a sweep: in the order of the value, a row for each beginning. Otherwise as given.
    """
    found = [_VALUED.fullmatch(name) for name in names]
    keys: list[Any] = [(match["rest"], match["name"], _number(match["value"])) for match in found if match]
    if len(keys) < max(2, len(names)) or len({name for _, name, _ in keys}) > 1 or any(value is None for *_, value in keys):
        return list(range(len(names))), _columns(len(names))
    begins = list(dict.fromkeys(rest for rest, *_ in keys))
    order = sorted(range(len(names)), key=lambda i: (begins.index(keys[i][0]), keys[i][2]))
    each = len(names) // len(begins)
    even = all(sum(rest == begin for rest, *_ in keys) == each for begin in begins)
    return order, each if even and 1 < each <= 5 else _columns(len(names))


def _columns(count: int) -> int:
    return 2 if count == 4 else min(count, 3 if count <= 6 or count == 9 else 4)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def said(data: Boundaries) -> list[str]:
    """How much each rival gets right, in words; nothing where it was not judged."""
    judged = [rival for rival in data.rivals if np.isfinite(rival.accuracy)]
    return [f"{rival.rival}: {100 * rival.accuracy:.1f} % of {counted(data)} right." for rival in judged]


def counted(data: Boundaries) -> str:
    """The points that the accuracy is of, counted in words."""
    count = int(data.held_out.sum())
    return f"{count} held-out points" if count else f"{len(data.points)} training points"
