"""What the picture of paths shows: each rule's way over the surface, up to where it leaves the picture."""

from dataclasses import dataclass

import numpy as np

from descend.store import RaceResult

from .tries import Try, tries


@dataclass(frozen=True)
class Path:
    """One rule's points (n, d) over the updates, in 1 or 2 dimensions, and its final loss (None: not finite).

    A path that ends outside the view is cut where it leaves it for good: `gone`, and its last point lies on the border.
    """

    rule: str
    learning_rate: float | None
    points: np.ndarray
    loss: float | None
    gone: bool


@dataclass(frozen=True)
class Paths:
    """Every rule's path in rank order, over f on a grid: axes (n,) each, f (m, n) or (n,), the points (d,) to mark where they
    lie within it, and what the axes are called."""

    paths: list[Path]
    axes: list[np.ndarray]
    f: np.ndarray
    start: np.ndarray | None
    optimum: np.ndarray | None
    names: list[str]

    @property
    def view(self) -> np.ndarray:
        """The extents (d, 2): low and high of each axis."""
        return np.array([[axis.min(), axis.max()] for axis in self.axes], dtype=float)


def paths(race: RaceResult) -> Paths:
    """The paths of a race on a problem of one or two numbers."""
    assert race.paths is not None
    axes = [np.asarray(race.landscape[name], dtype=float) for name in ("x1", "x2") if name in race.landscape]
    view = np.array([[axis.min(), axis.max()] for axis in axes])
    rows = race.paths.sort_by("step").to_pydict()
    table = {name: np.array(rows[name], dtype=float) for name in ("setting_id", "x1", "x2", "loss")}
    candidates = [_path(shown, table, view) for shown in tries(race)]
    marks = {name: np.ravel(race.landscape[name]).astype(float) for name in ("start", "optimum") if name in race.landscape}
    marks = {name: point for name, point in marks.items() if np.all((view[:, 0] <= point) & (point <= view[:, 1]))}
    names = [str(name) for name in race.landscape.get("names", ("x1", "x2"))]
    f = np.asarray(race.landscape["f"], dtype=float)
    return Paths([path for path in candidates if len(path.points)], axes, f, marks.get("start"), marks.get("optimum"), names)


def says(data: Paths) -> str:
    """How to read the picture: its marks, as far as they are drawn."""
    start = "" if data.start is None else ", from the start (square)"
    end = "; the star is the minimum" if data.optimum is not None else ""
    return f"The points each rule visits{start} to its end (dot){end}."


def levels(f: np.ndarray, count: int = 14) -> np.ndarray:
    """Rising contour levels at quantiles of f, closer together low down, so that valleys and their floors are seen."""
    finite = f[np.isfinite(f)]
    return np.unique(np.quantile(finite, np.linspace(0, 1, count + 1) ** 1.6)) if finite.size else np.empty(0)


def _path(shown: Try, table: dict[str, np.ndarray], view: np.ndarray) -> Path:
    mine = table["setting_id"] == shown.setting_id
    points = np.stack([table[name][mine] for name in ("x1", "x2")[: len(view)]], axis=1)
    points, gone = _cut(points, view)
    losses = table["loss"][mine]
    loss = float(losses[-1]) if losses.size and np.isfinite(losses[-1]) else None
    return Path(shown.label, shown.learning_rate if shown.alone else None, points, loss, gone)


def _cut(points: np.ndarray, view: np.ndarray) -> tuple[np.ndarray, bool]:
    """The points up to where they leave the view for good, the last of them on its border; and whether they do."""
    low, high = view.T
    finite = np.logical_and.reduce(np.isfinite(points), axis=1)
    inside = np.logical_and.reduce((points >= low) & (points <= high), axis=1)  # no comparison holds for NaN
    if not inside.any() or inside[-1]:  # never seen, or seen to the end
        return points[np.logical_and.accumulate(finite)], False
    last = int(np.flatnonzero(inside)[-1])
    if not finite[last + 1]:
        return points[: last + 1], True
    step = points[last + 1] - points[last]
    with np.errstate(divide="ignore", invalid="ignore"):  # a coordinate that stands still never crosses
        shares = np.where(step > 0, (high - points[last]) / step, np.where(step < 0, (low - points[last]) / step, np.inf))
    return np.vstack([points[: last + 1], points[last] + shares.min() * step]), True
