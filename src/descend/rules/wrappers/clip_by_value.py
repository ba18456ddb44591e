from typing import Any

import jax

from descend.core.hyper import NonNegative
from descend.core.numeric.arrays import clip

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("clip_by_value")
class ClipByValue(Wrapper):
    """Clips every component of the gradient to [-max_value, max_value] before the rule sees it.

    **Update**

        g = min(max(g, -max_value), max_value), then the rule's update

    **Hyperparameters**

    - rule: the rule inside
    - max_value: [0, inf), default 1

    **Slots**

    None of its own.

    **Reference**

    Mikolov, Statistical Language Models Based on Neural Networks (2012), section 3.2.2.
    """

    rule: Rule
    max_value: NonNegative = 1.0

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        held = jax.tree.map(lambda a: clip(a, -self.max_value, self.max_value), g)
        change, inner = self.rule.update_tree(held, slots["rule"], w, t)
        return change, {"rule": inner}
