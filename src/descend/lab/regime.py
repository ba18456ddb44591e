"""What a path does, in one word and a few numbers, so that a page can say it in a sentence."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .end_point import EndPoint

SETTLED = 1e-3  # of the height at the start: below it a path has arrived
ONCE = 1e-6  # of the height: what a single step may leave, and what counts as a rise
TURNS = 4  # changes of direction that make a path a zigzag
ROUNDING = 1e-7  # of a loss: what 32 bits do not tell apart
POLE = 100.0  # how far out an infinite value is still that of the surface, and no overflow
GROWS = 4.0  # by which factor a path that is continued must outgrow itself to diverge
STILL = 1e-3  # of a path's extent: what moves less, and less and less, rests
UNSTABLE = ("maximum", "saddle", "level")

Look = Callable[[], EndPoint]
Further = Callable[[], np.ndarray]


def regime(
    points: np.ndarray,
    losses: np.ndarray,
    floor: float | None,
    look: Look,
    target: float | None = None,
    further: Further | None = None,
) -> dict[str, Any]:
    """What a path (n + 1, P) with its losses (n + 1,) does above `floor`, the lowest value there is (None: unknown).

    It has arrived where it stays below `target`, or without one below a thousandth of the height at the start. Where the path
    alone does not tell, `look` surveys the surface at its end, and `further` the losses of the same path continued.

    `kind` is one of these; the other entries are counts of steps, or shares of the height at the start:

    - diverges: it leaves every bound, or ends higher than it began and rises for good; `at`: the first step above the start
    - leaves: it comes to where the surface has no value, as at the logarithm of a negative number; `at` a step
    - falls: it goes below every bound, or where no bottom is known goes down without slowing
    - stands: it does not move, or comes to rest where the slope is 0 and it is no bottom; `on` a "maximum", a "saddle" or a
      "level" place, or a "slope" where its steps are 0
    - begins: it begins on the bottom and stays; climbs: it begins there and ends higher
    - one_step: all is done after one step
    - rings: the loss rises `rises` times and then stays low from step `settled`
    - restless: the loss rises `rises` times and has not settled
    - zigzags: the loss falls, but the path turns around `turns` times; `settled` or `left`
    - arrives: it stays low from step `settled`
    - stuck: it rests, at `left` of the height
    - slow: at `left` of the height it is still on its way; without `left` where no bottom is known
    """
    points, losses = points.astype(float), losses.astype(float)  # whose differences 32 bits might not hold
    finite = np.isfinite(losses) & np.isfinite(points).all(axis=1)
    if not finite.all():
        return _not_finite(losses, int(np.argmin(finite)), points, look())
    if not _extent(points):
        return {"kind": "begins"} if look().on == "bottom" else {"kind": "stands", "on": look().on}
    if _rises_for_good(losses, further):
        return _diverges(losses)
    low = look().low if floor is None else floor
    if np.isinf(low):
        return _bottomless(points, losses, look(), target, further)
    height = np.maximum(losses - low, 0.0)
    if height[0] <= ROUNDING * (1 + abs(losses[0])):
        return {"kind": "begins"} if height[-1] <= ROUNDING * (1 + abs(losses[0])) else {"kind": "climbs"}
    return _bounded(points, losses, height / height[0], look, target)


def _bounded(points: np.ndarray, losses: np.ndarray, share: np.ndarray, look: Look, target: float | None) -> dict[str, Any]:
    """Of a path above a bottom, with its shares (n + 1,) of the height at the start."""
    above = share > SETTLED if target is None else losses >= target
    settled = _settling_step(above, losses)
    left = float(share[-1])
    if settled == 1 and share[1:].max() < ONCE:
        return {"kind": "one_step", "settled": 1}
    if settled is None and above[-1] and _rests(points):
        return {"kind": "stands", "on": look().on} if look().on in UNSTABLE else {"kind": "stuck", "left": left}
    seen = share[: None if settled is None else settled + 1]
    rises = _rises(seen)
    if rises and settled is None:
        return {"kind": "restless", "rises": rises, "left": left}
    if rises:
        return {"kind": "rings", "rises": rises, "settled": settled}
    turns = _turns(points[: len(seen)])
    if turns >= TURNS:
        return {"kind": "zigzags", "turns": turns, "settled": settled, "left": left}
    return {"kind": "slow", "left": left} if settled is None else {"kind": "arrives", "settled": settled}


def _bottomless(
    points: np.ndarray, losses: np.ndarray, end: EndPoint, target: float | None, further: Further | None
) -> dict[str, Any]:
    """Of a path from which the way down has no end."""
    settled = None if target is None else _settling_step(losses >= target, losses)
    if settled is None and _rests(points) and end.on in UNSTABLE:
        return {"kind": "stands", "on": end.on}
    if losses[-1] < losses[0] and losses[-1] <= losses.min() and _sinks_on(losses, further):
        return {"kind": "falls"}
    rises = _rises((losses - losses.min()) / np.ptp(losses)) if np.ptp(losses) else 0
    if settled is not None:
        return {"kind": "rings", "rises": rises, "settled": settled} if rises else {"kind": "arrives", "settled": settled}
    return {"kind": "restless", "rises": rises} if rises else {"kind": "slow"}


def _sinks_on(losses: np.ndarray, further: Further | None) -> bool:
    """Whether a path does not slow down, and where it is continued for as long again goes down at half its pace at least."""
    steps, sunk = len(losses) - 1, losses[0] - losses[-1]
    if losses[steps // 2] - losses[-1] < 0.25 * sunk:
        return False
    on = losses[:0] if further is None else further()[steps : 2 * steps + 1]
    pace = sunk * max(len(on) - 1, 0) / steps
    return not np.isfinite(on).all() or not len(on) or bool(on[-1] <= losses[-1] - 0.5 * pace)


def _not_finite(losses: np.ndarray, at: int, points: np.ndarray, end: EndPoint) -> dict[str, Any]:
    """Of a path that from step `at` on is not finite."""
    here = np.isfinite(points[at]).all()
    if here and (np.isnan(end.value) or (np.isinf(end.value) and np.abs(points[at]).max() <= POLE)):
        return {"kind": "leaves", "at": at}
    before = losses[:at]
    sinks = at > 0 and before[-1] < before[0] and before[-1] <= before.min()
    if losses[at] == -np.inf or (sinks and losses[at] != np.inf and np.isinf(end.low)):
        return {"kind": "falls"}
    if sinks and not here:
        return {"kind": "leaves", "at": at}
    return _diverges(losses)


def _diverges(losses: np.ndarray) -> dict[str, Any]:
    return {"kind": "diverges", "at": int(np.argmin(losses <= losses[0]))}


def _rises_for_good(losses: np.ndarray, further: Further | None) -> bool:
    """Whether a path ends above its start and goes on rising, turn by turn."""
    middle, last = _peaks(losses)
    if not last > losses[0] or not last > middle:
        return False
    if further is None:
        return True
    more = further()
    if not np.isfinite(more).all():
        return True
    middle, peak = _peaks(more)
    grows = 1.0 + 1e-6 if len(more) < GROWS * len(losses) else GROWS
    return bool(peak > middle and peak - losses[0] > grows * (last - losses[0]))


def _peaks(losses: np.ndarray) -> tuple[float, float]:
    """The highest loss of the middle third of a path, and of its last third."""
    third = max(len(losses) // 3, 1)
    return float(losses[-2 * third : -third].max(initial=-np.inf)), float(losses[-third:].max())


def _settling_step(above: np.ndarray, losses: np.ndarray) -> int | None:
    """The step from which a path stays low.

    None where it was low before, for longer than it is now, and rose again: but for a ringing that dies away peak by peak.
    """
    high = np.flatnonzero(above)
    if not high.size:
        return 0
    calm, pauses = len(above) - 1 - int(high[-1]), np.diff(high) - 1
    peaks = [losses[part].max() for part in np.split(high, np.flatnonzero(pauses) + 1)]
    dies_away = len(peaks) > 2 and bool(np.all(np.diff(peaks) < 0))
    return int(high[-1]) + 1 if calm > pauses.max(initial=0) or (calm and dies_away) else None


def _rises(share: np.ndarray) -> int:
    """How many times a loss turns from falling to rising."""
    up = np.diff(share) > ONCE
    return int(np.sum(up & ~np.concatenate([[False], up[:-1]])))


def _extent(points: np.ndarray) -> float:
    """How far a path reaches along its longest axis; 0 where it does not move, but for rounding."""
    extent = float(np.ptp(points, axis=0).max())
    return extent if extent > 1e-6 * float(np.abs(points[0]).max()) and extent > 1e-30 else 0.0


def _turns(points: np.ndarray) -> int:
    """How often the most restless coordinate changes its direction, by steps that are not tiny."""
    steps = np.diff(points, axis=0)
    large = np.abs(steps) > 1e-4 * max(_extent(points), 1e-12)
    turned = (steps[1:] * steps[:-1] < 0) & large[1:] & large[:-1]
    return int(turned.sum(axis=0).max(initial=0))


def _rests(points: np.ndarray) -> bool:
    """Whether a path comes to rest: at its end it hardly moves, and less than before."""
    tenth = max(len(points) // 10, 2)
    if len(points) <= tenth:
        return False
    last, before = (float(np.ptp(part, axis=0).max(initial=0.0)) for part in (points[-tenth:], points[-2 * tenth : -tenth]))
    extent = _extent(points)
    return last <= 1e-6 * extent or (last <= STILL * extent and last <= 0.5 * before)


def marks(losses: np.ndarray, target: float | None) -> dict[str, int | None]:
    """The first step at which the loss (n + 1,) is below a target, and the step from which it stays there; None: never."""
    if target is None:
        return {}
    below = losses < target
    stays = np.logical_and.accumulate(below[::-1])[::-1]
    return {
        "hit": int(np.argmax(below)) if below.any() else None,
        "stays": int(np.argmax(stays)) if stays.any() else None,
    }
