"""What rules demand of a problem beyond a gradient, checked before anything is compiled."""

from typing import Any

import jax

from descend.core.errors import BadValue
from descend.core.language.messages import Message
from descend.problems import Problem
from descend.rules import OracleRule, Rule


def check(problem: Problem, rule: Rule) -> None:
    """Raise BadValue where the problem has not what the rule asks for."""
    if not isinstance(rule, OracleRule):
        return
    if rule.needs_outputs and not has_outputs(problem):
        text = (
            "{rule} needs residuals, or a loss that curves at a network's outputs, and {title} has neither: take newton, or lbfgs"
        )
        raise BadValue(Message("needs-residuals", text, rule=rule.name, title=problem.title))
    if rule.needs_quiet and problem.noisy:
        text = (
            "{rule} trusts every slope that it sees, and the loss of {title} draws noise anew at every step: "
            "take sgd, or leave the noise out"
        )
        raise BadValue(Message("needs-quiet", text, rule=rule.name, title=problem.title))


def has_outputs(problem: Problem) -> bool:
    """Whether the loss is a known convex function of residuals or outputs."""
    seen: list[Any] = []
    data = problem.data
    batch = None if data is None else data.train

    def look(key: Any) -> None:
        seen.append(problem.outputs(*problem.init(key), batch, key))

    jax.eval_shape(look, jax.eval_shape(lambda: jax.random.key(0)))
    return seen[0] is not None
