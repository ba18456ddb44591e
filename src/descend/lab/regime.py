"""What a path does, in one word and a few numbers, so that a page can say it in a sentence."""

from typing import Any

import numpy as np

SETTLED = 1e-3  # of the height at the start: below it a path has arrived
TURNS = 4  # changes of direction that make a path a zigzag


def regime(points: np.ndarray, losses: np.ndarray, floor: float | None, target: float | None = None) -> dict[str, Any]:
    """What a path (n + 1, P) with its losses (n + 1,) does, above `floor`, the lowest value there is (None: unknown).

    It has arrived where it stays below `target`, or without one below a thousandth of the height at the start.

    `kind` is one of these; the other entries are counts of steps, or shares of the height at the start:

    - diverges: it leaves every bound, or ends higher than it began and still rising; `at`: the first step above the start
    - leaves: no higher than it began it comes to where there is no loss, as at the logarithm of a negative number; `at` a step
    - one_step: all is done after one step
    - rings: the loss rises `rises` times and then stays low from step `settled`
    - restless: the loss rises `rises` times and has not settled
    - zigzags: the loss falls, but the path turns around `turns` times; `settled` or `left`
    - arrives: it comes to rest at step `settled`
    - stuck: it rests, at `left` of the height
    - falls: it goes below every known floor, as on a saddle
    - slow: at `left` of the height it is still on its way; without `left` where nobody knows how deep it goes
    """
    finite = np.isfinite(losses) & np.isfinite(points).all(axis=1)
    if not finite.all():
        at = int(np.argmin(finite))
        left = at > 0 and not losses[at] > losses[0] and losses[at - 1] <= losses[0]
        return {"kind": "leaves" if left else "diverges", "at": at}
    low = floor if floor is not None else float(losses.min())
    height = np.maximum(losses - low, 0.0)
    if height[0] <= 0:
        return {"kind": "arrives", "settled": 0}
    share = height / height[0]
    if share[-1] > 1 and losses[-1] > losses[len(losses) // 2]:
        return {"kind": "diverges", "at": int(np.argmax(share > 1))}
    lasts = floor is None and bool(share[-1] < 1e-6) and _still_moving(points)
    if lasts and share[len(share) // 2] > 0.2:
        return {"kind": "falls"}
    above = np.flatnonzero(share > SETTLED if target is None else losses >= target)
    settled = 0 if not above.size else None if lasts or above[-1] == len(share) - 1 else int(above[-1]) + 1
    if settled == 1 and share[1] < 1e-6:
        return {"kind": "one_step", "settled": 1}
    seen = share[: None if settled is None else settled + 1]
    rises = int(np.sum(np.diff(seen) > 1e-6))
    left = float(share[-1])
    if rises:
        return (
            {"kind": "restless", "rises": rises, "left": left}
            if settled is None
            else {"kind": "rings", "rises": rises, "settled": settled}
        )
    if lasts:
        return {"kind": "slow"}
    turns = _turns(points[: len(seen)])
    if turns >= TURNS:
        return {"kind": "zigzags", "turns": turns, "settled": settled, "left": left}
    if settled is not None:
        return {"kind": "arrives", "settled": settled}
    return {"kind": "slow" if _still_moving(points) else "stuck", "left": left}


def _turns(points: np.ndarray) -> int:
    """How often the most restless coordinate changes its direction, by steps that are not tiny."""
    steps = np.diff(points, axis=0)
    large = np.abs(steps) > 1e-4 * max(float(np.abs(points[0] - points[-1]).max()), 1e-12)
    turned = (steps[1:] * steps[:-1] < 0) & large[1:] & large[:-1]
    return int(turned.sum(axis=0).max(initial=0))


def _still_moving(points: np.ndarray) -> bool:
    """Whether the last tenth of the path is more than a thousandth of its extent."""
    tail = points[-max(len(points) // 10, 2) :]
    return bool(np.abs(tail[-1] - tail[0]).max() > 1e-3 * max(float(np.ptp(points, axis=0).max()), 1e-12))


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
