from typing import Any

from descend.core.hyper import NonNegative
from descend.core.numeric import trees
from descend.core.numeric.arrays import one_if_zero, where

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("clip_by_global_norm")
class ClipByGlobalNorm(Wrapper):
    """Scales the gradient down to length max_norm if it is longer, measured over all parameters together.

    **Update**

        n = ||g||, over all parameters
        g = g * max_norm / n where n > max_norm, then the rule's update

    **Hyperparameters**

    - rule: the rule inside
    - max_norm: [0, inf), default 1

    **Slots**

    None of its own.

    **Reference**

    Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks (2013), algorithm 1. PyTorch's
    `clip_grad_norm_` divides by n + 1e-6 instead; optax is as here.
    """

    rule: Rule
    max_norm: NonNegative = 1.0

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        n = trees.norm(g)
        shorter = where(n > self.max_norm, self.max_norm / one_if_zero(n), 1.0)
        change, inner = self.rule.update_tree(trees.scale(shorter, g), slots["rule"], w, t)
        return change, {"rule": inner}
