"""Which frameworks give a rule what it asks for, and why others do not."""

from .base import Rule
from .step import OracleRule

FRAMEWORKS = ("keras", "numpy", "optax", "torch")
AT_HOME = "train it with descend.train or descend.race"


def refusal(rule: Rule, to: str) -> str | None:
    """Why the framework cannot carry the rule, in one line; None where it can."""
    if not isinstance(rule, OracleRule):
        return f"{rule} holds a rule that asks for more than a gradient: {AT_HOME}" if rule.needs_oracle else None
    if to == "keras":
        return f"{rule} asks for more than the one gradient that Keras gives an optimizer: take bridges.optax, or {AT_HOME}"
    if to == "numpy":
        return f"{rule} asks for more than the one gradient of a NumPy program: take optax, or {AT_HOME}"
    if rule.needs_outputs:
        return f"{rule} asks for residuals or outputs, and frameworks give an optimizer the loss alone: {AT_HOME}"
    if to == "torch" and rule.needs_curvature:
        return f"{rule} asks for curvature, and a closure of PyTorch gives gradients alone: take lbfgs, or bridges.optax"
    if to == "torch" and rule.ships:
        return f"{rule} ships other weights than it trains, which a closure does not see: take bridges.optax, or {AT_HOME}"
    return None
