from typing import Any

import jax

from descend.core.errors import BadValue
from descend.core.hyper import NonNegative, option
from descend.core.numeric.arrays import plain
from descend.core.numeric.paths import Patterns, plain_patterns, select
from descend.schedules import Schedule

from ..base import Rule
from ..tree import Wrapper, wrapper


@wrapper("decoupled_weight_decay")
class DecoupledWeightDecay(Wrapper):
    """Shrinks the weights by a fixed share at every update, separately from the rule's step and its moments.

    **Update**

        the rule's change of w, less learning_rate * decay * w
        times_rate=False: less decay * w

    Around Adam it is AdamW. The learning rate is the rule's, at this wrapper's update t; around Groups it is the default
    rule's, so put the wrapper into the groups where their rates should count.

    **Hyperparameters**

    - rule: the rule inside; it must have a learning rate, unless times_rate is False
    - decay: [0, inf), default 0.01 (PyTorch's AdamW)
    - mask: which parameters decay, by path: a pattern or several, such as "*.weight", or "!*bias" for all others;
      default None: all. Wildcards as in a shell, or "re:" and a regular expression
    - times_rate: True (PyTorch, optax) or False (the paper, whose decay follows a schedule of its own: give decay one)

    **Slots**

    None of its own.

    **Reference**

    Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithms 1 and 2, line 9 and line 12.
    """

    rule: Rule
    decay: NonNegative = 0.01
    mask: Patterns = option(None)
    times_rate: bool = option(True)

    def validate(self) -> None:
        self.__dict__["mask"] = plain_patterns(self.mask, self.name)
        if self.times_rate and self.rule.rate is None:
            raise BadValue(f"{self.name}: {self.rule.name} has no learning rate to take the decay times; give times_rate=False")

    def init(self, w: Any) -> dict[str, Any]:
        select(w, self.mask, self.name)
        return {"rule": self.rule.init_tree(w)}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        change, inner = self.rule.update_tree(g, slots["rule"], w, t)
        share = self.decay * self._rate(t) if self.times_rate else self.decay
        decays = select(w, self.mask, self.name)
        return jax.tree.map(lambda on, c, a: c - share * a if on else c, decays, change, w), {"rule": inner}

    def _rate(self, t: Any) -> Any:
        rate = self.rule.rate
        return plain(rate(t - 1)) if isinstance(rate, Schedule) else rate
