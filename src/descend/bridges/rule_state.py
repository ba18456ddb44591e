"""What a bridge keeps for a rule between updates, on whatever arrays the framework has.

A framework takes gradients at its own parameters, so these are the points that the rule probes; where they differ from the
rule's w, as in look-ahead and schedule-free rules, w is kept beside the slots. A person may set the parameters to anything
between two updates. Rules for which these are all there is go on from there, as the framework's own do; what others keep
beside them has to follow, so the bridge keeps what it wrote last, the point, to see what has changed.
"""

from typing import Any

import jax

from descend.core.errors import BadValue
from descend.core.numeric.arrays import where
from descend.rules import Rule, find, move
from descend.rules.frameworks import refusal

RuleState = dict[str, Any]  # "slots"; "w" where the rule probes elsewhere; "point" where other weights are shipped than trained


class TrainingWeights(UserWarning):
    """A model was evaluated or saved with the weights in training, where those to ship are others.

    Silence it with `warnings.simplefilter("ignore", bridges.TrainingWeights)`.
    """


def rule_for(rule: Any, to: str) -> Rule:
    """The rule that a person names for a framework. Raises BadValue for one that asks for what the framework does not give."""
    resolved = find(rule)
    why = refusal(resolved, to)
    if why:
        raise BadValue(why)
    return resolved


def begin(rule: Rule, params: Any) -> RuleState:
    """What is kept before the first update of a tree of parameters, which is both w and the first point."""
    slots = {"slots": rule.init_tree(params)} | ({"w": _copy(params)} if rule.probes and not rule.needs_oracle else {})
    return with_parameters(rule, slots, _copy(params) if switches(rule) else params)


def with_parameters(rule: Rule, state: RuleState, params: Any) -> RuleState:
    """The same once the framework's parameters are `params`."""
    return state | ({"point": params} if switches(rule) else {})


def follow_parameters(rule: Rule, state: RuleState, params: Any, t: Any) -> RuleState:
    """What is kept when update t begins, once it has followed changes that others made to the parameters."""
    if not switches(rule):
        return state
    w, slots = rule.follow_tree(state["w"] if rule.probes else state["point"], state["slots"], state["point"], params, t)
    return {"slots": slots, "point": params} | ({"w": w} if rule.probes else {})


def step(rule: Rule, grads: Any, state: RuleState, params: Any, t: Any) -> tuple[Any, RuleState]:
    """The change to add to the framework's parameters at update t = 1, 2, ..., and what is kept after it, less the point.

    `state` has followed the parameters.
    """
    w, slots, change = move(rule, grads, state.get("w", params), state["slots"], t)
    if not rule.probes:
        return change, {"slots": slots}
    point = rule.probe_tree(w, slots, t + 1)
    return jax.tree.map(lambda new, old: new - old, point, params), {"slots": slots, "w": w}


def readout(rule: Rule, state: RuleState, params: Any, t: Any) -> Any:
    """The weights to evaluate and ship before update t, where the framework's parameters are `params`.

    Parameters that others have moved farther than what would be shipped is from the point are shipped as they are.
    """
    if not switches(rule):
        return params
    if rule.needs_oracle:
        return rule.readout_tree(params, state["slots"], t - 1)
    now = follow_parameters(rule, state, params, t)
    before = rule.readout_tree(state.get("w", state["point"]), state["slots"], t - 1)
    after = rule.readout_tree(now.get("w", params), now["slots"], t - 1)

    def nearer(p: Any, old: Any, ship: Any, new: Any) -> Any:
        return where(abs(p - old) <= abs(old - ship), new, p)

    return jax.tree.map(nearer, params, state["point"], before, after)


def switches(rule: Rule) -> bool:
    """Whether the weights to ship are others than the parameters that the framework trains."""
    return rule.switches


def _copy(tree: Any) -> Any:
    return jax.tree.map(lambda a: a + 0, tree)
