from typing import Any

import jax

from descend.core.hyper import NonNegative, option
from descend.core.numeric.paths import Patterns, plain_patterns, select

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("coupled_weight_decay")
class CoupledWeightDecay(Wrapper):
    """Adds the gradient of decay / 2 * ||w||^2 to the gradient before the rule sees it: L2 regularisation.

    **Update**

        g = g + decay * p, then the rule's update
        p is where the gradient was taken: w, unless the rule looks ahead

    **Hyperparameters**

    - rule: the rule inside
    - decay: [0, inf), default 0.01
    - mask: which parameters decay, by path: a pattern or several, such as "*.weight", or "!*bias" for all others;
      default None: all. Wildcards as in a shell, or "re:" and a regular expression

    **Slots**

    None of its own.

    **Reference**

    Krogh and Hertz, A Simple Weight Decay Can Improve Generalization (1992), equation 2; Loshchilov and Hutter, Decoupled
    Weight Decay Regularization (2019), algorithms 1 and 2, line 6.
    """

    rule: Rule
    decay: NonNegative = 0.01
    mask: Patterns = option(None)

    def validate(self) -> None:
        self.__dict__["mask"] = plain_patterns(self.mask, self.name)

    def init(self, w: Any) -> dict[str, Any]:
        select(w, self.mask, self.name)
        return {"rule": self.rule.init_tree(w)}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        p = self.probe(w, slots, t)
        decays = select(w, self.mask, self.name)
        steeper = jax.tree.map(lambda on, a, b: a + self.decay * b if on else a, decays, g, p)
        change, inner = self.rule.update_tree(steeper, slots["rule"], w, t)
        return change, {"rule": inner}
