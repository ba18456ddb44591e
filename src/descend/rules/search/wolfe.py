"""The strong Wolfe conditions by an interval that shrinks around them (Nocedal and Wright, 2006, algorithms 3.5 and 3.6),
its two nested loops written as one: the interval is open above, `high` infinite, until a trial is too long.
"""

from typing import Any

import jax.numpy as jnp

from descend.core.numeric.trees import select

from .line import Line, Trial, Verdict, cubic, enough, inside, tolerance

MARGIN = 0.1
LONGER = 4.0  # times, at most, while none was too long

Point = tuple[Any, Any, Any]  # a length, the value there and the slope


def judge(line: Line, trial: Trial, decrease: Any, curvature: Any) -> Verdict:
    """Taken where the loss has fallen enough and the slope is flat enough."""
    a, value, slope = line.length, trial.value, trial.slope
    good = jnp.isfinite(value) & enough(trial, a, decrease) & (value <= line.low_value + tolerance(line.low_value))
    flat = abs(slope) <= -curvature * trial.slope0
    point = (a, value, slope)
    low, high = (line.low, line.low_value, line.low_slope), (line.high, line.high_value, line.high_slope)
    beyond = good & (slope * (line.high - line.low) >= 0)
    new_high: Point = select(good, select(beyond, low, high), point)
    new_low: Point = select(good, point, low)
    between = inside(cubic(*new_low, *new_high), new_low[0], new_high[0], MARGIN)
    length = jnp.where(jnp.isfinite(new_high[0]), between, _longer(low, new_low))
    return Verdict(good & flat, Line(length, *new_low, *new_high, line.trials + 1, line.last))


def _longer(before: Any, now: Any) -> Any:
    """The length where the slope is zero if it goes on as between the last two, within bounds."""
    step = now[0] - before[0]
    secant = now[0] - now[2] * step / (now[2] - before[2])
    ahead = jnp.where(jnp.isfinite(secant) & (secant > now[0]), secant, jnp.inf)
    return jnp.clip(ahead, now[0] + 0.1 * step, now[0] + LONGER * step)
