"""A rule as a torch.optim.Optimizer: a class with the rule's hyperparameters, under PyTorch's names, as its defaults."""

from functools import lru_cache
from typing import Any

from descend.core.system.extras import library
from descend.rules import Rule

from ..rule_state import rule_for
from .rule_parts import full_name, nesting, portable


def optimizer(rule: Rule | type[Rule] | str) -> Any:
    """A subclass of torch.optim.Optimizer that moves parameters as the rule does; one class for equal rules.

    `optimizer(Adam(b1=0.8))(model.parameters(), lr=1e-3)`; RuleOptimizer says what the class does. Raises BadValue for a
    rule that PyTorch cannot carry, UnknownName for a name that no rule has, MissingExtra without torch.
    """
    first_order = portable(rule_for(rule, "torch"))
    library("torch", "bridges.torch")
    try:
        return _cached(first_order)
    except TypeError:  # a rule that holds a mapping has no hash
        return _optimizer_class(first_order)


def _optimizer_class(rule: Rule) -> Any:
    if rule.needs_oracle:
        from .closure import ClosureOptimizer as RuleOptimizer
    else:
        from .base import RuleOptimizer

    name = "".join(type(part).__name__ for part in nesting(rule))
    return type(name, (RuleOptimizer,), {"rule": rule, "__doc__": f"{full_name(rule)}.\n\n{RuleOptimizer.__doc__}"})


_cached = lru_cache(maxsize=256)(_optimizer_class)
