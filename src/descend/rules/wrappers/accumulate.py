from typing import Any

import jax

from descend.core.hyper import Count
from descend.core.numeric import trees
from descend.core.numeric.arrays import cast, where

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("accumulate")
class Accumulate(Wrapper):
    """Averages the gradients of k batches before each step, like one batch k times as large.

    **Update**

        mean_n = mean_{n-1} + (g_t - mean_{n-1}) / n,  for the n-th gradient since the last step
        after k of them the rule's update with mean_k; until then w stands still

    The rule's own t counts its steps, so that its schedules and bias corrections are those of the large batch.

    **Hyperparameters**

    - rule: the rule inside
    - k: {1, 2, ...}, default 4; as a schedule it is read at every batch, and a step is made once k have come

    **Slots**

    mean, of w's shape: 4 bytes per float32 parameter; gathered (gradients since the last step) and steps, single numbers.

    **Reference**

    Ott, Edunov, Grangier, Auli, Scaling Neural Machine Translation (2018), section 3.1; optax `MultiSteps`.
    """

    rule: Rule
    k: Count = 4

    def init(self, w: Any) -> dict[str, Any]:
        return {"rule": self.rule.init_tree(w), "mean": trees.zeros(w), "gathered": trees.counter(w), "steps": trees.counter(w)}

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return self.rule.probe_tree(w, slots["rule"], trees.update_number(slots["steps"] + 1, w))

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        return super().follow(w, slots, old, new, trees.update_number(slots["steps"] + 1, w))

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        gathered, steps = slots["gathered"] + 1, slots["steps"]
        mean = jax.tree.map(lambda m, a: m + (a - m) / cast(gathered, m), slots["mean"], g)
        change, inner = self.rule.update_tree(mean, slots["rule"], w, trees.update_number(steps + 1, w))
        full, zero = gathered >= self.k, trees.zeros(w)
        return trees.select(full, change, zero), {
            "rule": trees.select(full, inner, slots["rule"]),
            "mean": trees.select(full, zero, mean),
            "gathered": where(full, gathered * 0, gathered),
            "steps": where(full, steps + 1, steps),
        }
