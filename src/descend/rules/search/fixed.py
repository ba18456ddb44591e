"""No search: the first trial is taken, and only one without a value is refused."""

from typing import Any

import jax.numpy as jnp

from .line import Line, Trial, Verdict


def judge(line: Line, trial: Trial, decrease: Any, curvature: Any) -> Verdict:
    """Taken wherever the loss is a number; half as long otherwise."""
    return Verdict(jnp.isfinite(trial.value), line._replace(length=line.length / 2, trials=line.trials + 1))
