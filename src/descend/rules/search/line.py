"""What a search along a direction remembers, and the formulas that searches share."""

from typing import Any, NamedTuple

import jax.numpy as jnp

ROUNDING = 10.0  # units in the last place of a loss, within which two are equal


class Line(NamedTuple):
    """A search along a direction: numbers. The interval is from `low`, the best length so far, to `high`, one too long."""

    length: Any  # of the trial to come
    low: Any
    low_value: Any
    low_slope: Any
    high: Any  # inf while none was too long
    high_value: Any
    high_slope: Any
    trials: Any  # made
    last: Any  # 1 where the trial to come is the last, and is taken


class Trial(NamedTuple):
    """The loss and its slope along the direction at the trial point, and at the start of the line."""

    value: Any
    slope: Any
    value0: Any
    slope0: Any
    reference: Any  # the value that a trial must lie below: value0, or the largest of some


class Verdict(NamedTuple):
    """Whether the trial is taken, and the line after it where not."""

    accepted: Any
    line: Line


def start_line(length: Any, value: Any, slope: Any) -> Line:
    """A line whose first trial is of this length."""
    zero = jnp.zeros_like(value)
    return Line(length, zero, value, slope, zero + jnp.inf, zero + jnp.inf, zero, zero, zero)


def tolerance(value: Any) -> Any:
    """How far losses near `value` are apart by rounding alone."""
    return ROUNDING * jnp.finfo(value.dtype).eps * abs(value)


def enough(trial: Trial, length: Any, decrease: Any) -> Any:
    """Armijo's condition; where losses are equal but for rounding, its form by slopes (Hager and Zhang, 2005)."""
    armijo = trial.value <= trial.reference + decrease * length * trial.slope0
    near = trial.value <= trial.reference + tolerance(trial.reference)
    return armijo | (near & (trial.slope <= (2 * decrease - 1) * trial.slope0))


def cubic(a: Any, value_a: Any, slope_a: Any, b: Any, value_b: Any, slope_b: Any) -> Any:
    """The minimum of the cubic through two values and slopes, which may be no number (Nocedal and Wright, 3.59)."""
    d1 = slope_a + slope_b - 3 * (value_a - value_b) / (a - b)
    d2 = jnp.sign(b - a) * jnp.sqrt(d1**2 - slope_a * slope_b)
    return b - (b - a) * (slope_b + d2 - d1) / (slope_b - slope_a + 2 * d2)


def inside(length: Any, low: Any, high: Any, margin: float) -> Any:
    """`length` brought into the interval, a share off its ends; the middle where it is no number."""
    near, far = low + margin * (high - low), high - margin * (high - low)
    kept = jnp.clip(length, jnp.minimum(near, far), jnp.maximum(near, far))
    return jnp.where(jnp.isfinite(length), kept, (low + high) / 2)
