"""What each rule claims about the gradients it is given; a rule is entered here when it is registered."""

import dataclasses
from typing import Any

import numpy as np

from descend.core.hyper import ranges


@dataclasses.dataclass(frozen=True)
class Claim:
    """How a rule's changes answer to its gradients, from its paper.

    scale: the power of c with which all changes grow where all gradients are c times as large, with every eps at 0: 0 for
    rules whose steps know no scale, 1 for gradient descent and its kin, None for what follows no power.
    scope: what a change of one number depends on beside that number's own gradients: "element", its "array", the "tree".
    first: the length of the first step at w = 0 and g = 1, by hand from the defaults; None where no short sum gives it.
    exact: hyperparameters, beside the eps, at which `scale` is exact.
    """

    scale: int | None
    scope: str = "element"
    first: float | None = None
    exact: dict[str, Any] = dataclasses.field(default_factory=dict)


CLAIMS = {
    "sgd": Claim(1, first=0.01),
    "momentum": Claim(1, first=0.01),
    "ema_momentum": Claim(1, first=0.1 * (1 - 0.9)),
    "nesterov": Claim(1, first=0.01 * (1 + 0.9)),
    "nesterov_lookahead": Claim(1, first=0.01),
    "adagrad": Claim(0, first=0.01 / 1.1**0.5, exact={"initial_accumulator": 0.0}),
    "adadelta": Claim(0, first=(1e-6 / (0.05 + 1e-6)) ** 0.5),
    "rmsprop": Claim(0, first=1e-3 / 0.1**0.5),
    "rmsprop_nesterov": Claim(0, first=1e-3 / 0.1**0.5),
    "adam": Claim(0, first=1e-3),
    "adafactor": Claim(0, "array"),
    "adan": Claim(0, first=1e-3),
    "lamb": Claim(0, "array"),
    "lars": Claim(0, "array"),
    "lion": Claim(0, first=1e-4),
    "muon": Claim(0, "array"),
    "shampoo": Claim(0, "array"),
    "signum": Claim(0, first=1e-3),
    "soap": Claim(0, "array"),
    "adamw": Claim(0, first=1e-3, exact={"weight_decay": 0.0}),
    "amsgrad": Claim(0, first=1e-3),
    "adamax": Claim(0, first=0.002),
    "nadam": Claim(0, first=0.002 * (0.9 * 0.1 / (1 - 0.9**2) + 1)),
    "radam": Claim(None, first=1e-3),
    "adabelief": Claim(0, first=1e-3 / (1 - 0.1)),
    "yogi": Claim(0, first=0.01 / ((1 + 1e-6 / 1e-3) ** 0.5 + 1e-3), exact={"initial_accumulator": 0.0}),
    "prodigy": Claim(0, "tree", first=1e-6 * 0.1 / 0.001**0.5),
    "schedule_free_sgd": Claim(1, first=1.0),
    "schedule_free_adamw": Claim(0, first=0.0025),
}


def claim(rule):
    """The rule's row of the table; fails with what to do where it has none."""
    assert rule.name in CLAIMS, f"{rule.name} has no row in CLAIMS of tests/contracts/rule_claims.py: say how it scales"
    return CLAIMS[rule.name]


def without_eps(rule):
    """The rule with each eps at 0, or where 0 is not allowed, at next to nothing, and with the claim's exact values."""
    names = {name: allowed for name, allowed in ranges(type(rule)).items() if name.startswith("eps")}
    none = {name: 0.0 if allowed.holds(np.zeros(())) else 1e-60 for name, allowed in names.items()}
    return dataclasses.replace(rule, **none | claim(rule).exact)
