"""The curves from which schedules are made."""

import math

from descend.core.numeric.arrays import Array, clip, cos


def progress(step: Array, steps: Array) -> Array:
    """How much of `steps` is done at `step`: from 0 to 1, and 1 ever after."""
    return clip(step / steps, 0.0, 1.0)


def line(start: Array, end: Array, done: Array) -> Array:
    """The straight way from start (done = 0) to end (done = 1), exact at both."""
    return (1 - done) * start + done * end


def half_cosine(start: Array, end: Array, done: Array) -> Array:
    """The way from start (done = 0) to end (done = 1) along half a cosine: level at both, steepest between."""
    return line(end, start, (1 + cos(math.pi * done)) / 2)
