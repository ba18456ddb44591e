"""Backtracking: shorter trials until the loss has fallen by a share of what the slope promises (Armijo, 1966)."""

from typing import Any

from .line import Line, Trial, Verdict, enough, inside


def judge(line: Line, trial: Trial, decrease: Any, curvature: Any) -> Verdict:
    """A refused trial is followed by the parabola's minimum, between a tenth and a half of its length."""
    a = line.length
    parabola = -trial.slope0 * a * a / (2 * (trial.value - trial.value0 - trial.slope0 * a))
    after = line._replace(length=inside(parabola, 0 * a, 0.6 * a, 1 / 6), trials=line.trials + 1)
    return Verdict(enough(trial, a, decrease), after)
