"""What a bridge keeps for a rule between updates, on whatever arrays the framework has.

A framework takes gradients at its own parameters, so these are the points that the rule probes; where they differ from the
rule's w, as in look-ahead and schedule-free rules, w is kept beside the slots.
"""

from typing import Any

import jax

from descend.rules import Rule

Kept = dict[str, Any]  # "slots", and "w" where the rule probes elsewhere


class TrainingWeights(UserWarning):
    """A model was evaluated or saved with the weights in training, where those to ship are others.

    Silence it with `warnings.simplefilter("ignore", bridges.TrainingWeights)`.
    """


def begin(rule: Rule, params: Any) -> Kept:
    """What is kept before the first update of a tree of parameters, which is both w and the first point."""
    slots = {"slots": rule.init_tree(params)}
    return slots | ({"w": jax.tree.map(lambda a: a + 0, params)} if rule.probes else {})


def moved(rule: Rule, grads: Any, kept: Kept, params: Any, t: Any) -> tuple[Any, Kept]:
    """The change to add to the framework's parameters at update t = 1, 2, ..., and what is kept after it."""
    w = kept.get("w", params)
    change, slots = rule.update_tree(grads, kept["slots"], w, t)
    if not rule.probes:
        return change, {"slots": slots}
    w = jax.tree.map(lambda a, c: a + c, w, change)
    point = rule.probe_tree(w, slots, t + 1)
    return jax.tree.map(lambda new, old: new - old, point, params), {"slots": slots, "w": w}


def shipped(rule: Rule, kept: Kept, params: Any) -> Any:
    """The weights to evaluate and ship where the framework's parameters are `params`."""
    return rule.readout_tree(kept.get("w", params), kept["slots"])


def switches(rule: Rule) -> bool:
    """Whether the weights to ship are others than the parameters that the framework trains."""
    return rule.probes or rule.ships
