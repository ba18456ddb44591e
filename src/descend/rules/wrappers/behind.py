"""Weights that stay behind those in training, when those are set from outside."""

from typing import Any

from descend.core.numeric.arrays import where

FAR = 2  # times as far as the rule itself took the weights


def catch_up(behind: Any, corrected: Any, before: Any, after: Any) -> Any:
    """`corrected`, or `after` where the weights in training, set from `before` to it, are far from `behind` for the first time.

    A correction, such as a projection after every update, is near; weights that are loaded are far, and so is any number
    from one that is not a number.
    """
    return where(abs(after - behind) <= FAR * abs(before - behind), corrected, after)
