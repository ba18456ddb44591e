from typing import Any

import jax

from descend.core.hyper import Count, Portion
from descend.core.numeric import trees
from descend.core.numeric.arrays import where

from ..base import Rule
from ..tree import Wrapper, wrapper
from .behind import catch_up


@wrapper("lookahead")
class Lookahead(Wrapper):
    """Lets the rule explore with fast weights, and every k updates moves slow weights part of the way towards them.

    **Update**

        w_{t+1} = w_t + the rule's change: the fast weights
        every k updates: slow = slow + slow_step * (w_{t+1} - slow), and w_{t+1} = slow

    The weights to evaluate and ship are the slow ones, as in the paper. The rule keeps its slots and its t when the fast
    weights are set back (the paper's experiments). Where the fast weights are set from outside to more than twice as far from
    the slow ones as the rule took them, the slow ones go along.

    **Hyperparameters**

    - rule: the rule inside
    - k: {1, 2, ...}, default 5 (the paper)
    - slow_step: [0, 1], default 0.5 (the paper: alpha)

    **Slots**

    slow, of w's shape: 4 bytes per float32 parameter; since (updates since the last one of the slow weights), a number.

    **Reference**

    Zhang, Lucas, Hinton, Ba, Lookahead Optimizer: k steps forward, 1 step back (2019), algorithm 1.
    """

    rule: Rule
    k: Count = 5
    slow_step: Portion = 0.5

    def init(self, w: Any) -> dict[str, Any]:
        return {"rule": self.rule.init_tree(w), "slow": jax.tree.map(lambda a: a + 0, w), "since": trees.counter(w)}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        change, inner = self.rule.update_tree(g, slots["rule"], w, t)
        since = slots["since"] + 1
        back = since >= self.k
        moved = jax.tree.map(lambda s, a, c: s + self.slow_step * (a + c - s), slots["slow"], w, change)
        return trees.select(back, jax.tree.map(lambda s, a: s - a, moved, w), change), {
            "rule": inner,
            "slow": trees.select(back, moved, slots["slow"]),
            "since": where(back, since * 0, since),
        }

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        after, slots = super().follow(w, slots, old, new, t)
        return after, {**slots, "slow": jax.tree.map(catch_up, slots["slow"], slots["slow"], w, after)}

    def readout(self, w: Any, slots: Any) -> Any:
        return self.rule.readout_tree(slots["slow"], slots["rule"])
