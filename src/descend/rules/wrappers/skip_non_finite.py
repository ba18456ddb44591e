from typing import Any

import jax

from descend.core.numeric import trees
from descend.core.numeric.arrays import namespace, where

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("skip_non_finite")
class SkipNonFinite(Wrapper):
    """Skips and counts every update with a gradient that is not finite.

    **Update**

        the rule's update where all numbers of g are finite; else w and the rule's slots stay as they are

    The rule's own t counts the updates that were made. Where no gradient is finite any more, w stands still for good;
    `skipped` says so.

    **Hyperparameters**

    - rule: the rule inside

    **Slots**

    skipped, a single number.

    **Reference**

    Micikevicius et al., Mixed Precision Training (2018), section 3.2; optax `apply_if_finite`, which gives in after a
    chosen number of them in a row, as this does not.
    """

    rule: Rule

    def init(self, w: Any) -> dict[str, Any]:
        return {"rule": self.rule.init_tree(w), "skipped": trees.counter(w)}

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return self.rule.probe_tree(w, slots["rule"], trees.update_number(t - slots["skipped"], w))

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        return super().follow(w, slots, old, new, trees.update_number(t - slots["skipped"], w))

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        skipped, finite = slots["skipped"], True
        for a in jax.tree.leaves(g):
            finite = finite & namespace(a).all(namespace(a).isfinite(a))
        calm = trees.select(finite, g, trees.zeros(g))  # so that the update left out has no NaN to warn of
        change, inner = self.rule.update_tree(calm, slots["rule"], w, trees.update_number(t - skipped, w))
        return trees.select(finite, change, trees.zeros(w)), {
            "rule": trees.select(finite, inner, slots["rule"]),
            "skipped": where(finite, skipped, skipped + 1),
        }
