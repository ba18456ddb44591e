import math
from typing import Any

import jax

from descend.core.hyper import Portion
from descend.core.numeric.arrays import cast, full_like, maximum, namespace, one_if_zero, sign

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("cautious")
class Cautious(Wrapper):
    """Drops the components of the rule's step that point up the current gradient, and enlarges the rest to compensate.

    **Update**

        u = the rule's change of w
        m = 1 where u * g < 0, else 0
        w = w + u * m / max(mean(m), least),  the mean over each array

    Numbers whose gradient is 0 are left out too, so that even a plain gradient step grows where many are.

    **Hyperparameters**

    - rule: the rule inside, one with momentum
    - least: [0, 1], default 0.001 (the authors' code): the share kept that the step is at most enlarged for

    **Slots**

    None of its own.

    **Reference**

    Liang, Chen, Liu, Liu, Cautious Optimizers: Improving Training with One Line of Code (2024), algorithm 1. As in the
    authors' code (C-Optim) the divisor is max(mean, 0.001); the paper writes mean + eps. Weight decay is left out of the mask
    there: put DecoupledWeightDecay around Cautious, not inside.
    """

    rule: Rule
    least: Portion = 1e-3

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        change, inner = self.rule.update_tree(g, slots["rule"], w, t)
        return jax.tree.map(self._masked_update, change, g), {"rule": inner}

    def _masked_update(self, u: Any, g: Any) -> Any:
        m = cast(sign(u) * sign(g) < 0, u)
        share = namespace(m).sum(m) / max(1, math.prod(m.shape))
        return u * m / one_if_zero(maximum(share, full_like(share, self.least)))
