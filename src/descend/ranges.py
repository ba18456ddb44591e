"""The types of hyperparameters, which say the numbers each may take: for the fields of a rule, schedule or problem of your own.

A field `momentum: Fraction = 0.9` refuses numbers outside [0, 1), and can be swept and scheduled. `Range` makes other types:
`Annotated[float, Range(1.0, 10.0)]`.
"""

from descend.core.hyper import Count, Fraction, Inside, NonNegative, Portion, Positive, Range, Real, option

__all__ = ["Count", "Fraction", "Inside", "Portion", "NonNegative", "Positive", "Range", "Real", "option"]
