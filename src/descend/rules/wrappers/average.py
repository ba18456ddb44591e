from typing import Any

import jax

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric import trees
from descend.core.numeric.arrays import cast, one_if_zero, where

from ..base import Rule
from ..tree import Wrapper, wrapper
from .behind import catch_up


@wrapper("average")
class Average(Wrapper):
    """Trains like the inner rule, but evaluates and ships an average of the weights.

    **Update**

        the rule's update of w, then, with the rule's weights to ship after it in the place of w,
        n_t = decay * n_{t-1} + (1 - decay),  n_0 = 0
        a_t = a_{t-1} + (1 - decay) / n_t * (w - a_{t-1}): the moving average, corrected for starting from nothing
        debias=False: n = 1 throughout, so that a starts from the first w
        uniform: n_t = n_{t-1} + 1,  a_t = a_{t-1} + (w - a_{t-1}) / n_t: the mean of all of them

    The weights to evaluate and ship are a; up to update `start`, which goes into no average, those of the rule. Weights that
    are set from outside take the place of the newest in a; where they are more than twice as far from a, a begins anew there.

    **Hyperparameters**

    - rule: the rule inside
    - decay: [0, 1), default 0.999; not used where uniform
    - start: [0, inf), default 0: updates made before the average begins
    - debias: True or False
    - uniform: False or True

    **Slots**

    a, of w's shape: 4 bytes per float32 parameter; n, a single number.

    **Reference**

    Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging (1992), equation 2, for the mean; Kingma and
    Ba, Adam (2015), section 7.2, for the moving average.
    """

    rule: Rule
    decay: Fraction = 0.999
    start: NonNegative = 0.0
    debias: bool = option(True)
    uniform: bool = option(False)

    def init(self, w: Any) -> dict[str, Any]:
        inner = self.rule.init_tree(w)
        n = 0.0 if self.debias or self.uniform else 1.0
        return {"rule": inner, "a": jax.tree.map(lambda a: a + 0, self.rule.readout_tree(w, inner)), "n": trees.scalar(w, n)}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        change, inner = self.rule.update_tree(g, slots["rule"], w, t)
        shipped = self.rule.readout_tree(jax.tree.map(lambda a, c: a + c, w, change), inner, t)
        keep, new = (1.0, 1.0) if self.uniform else (self.decay, 1 - self.decay)
        n = cast(keep * slots["n"] + new, slots["n"])
        toward = new / one_if_zero(n)
        a = jax.tree.map(lambda a, w: a + cast(toward, a) * (w - a), slots["a"], shipped)
        begun = t > self.start
        return change, {
            "rule": inner,
            "a": trees.select(begun, a, shipped),
            "n": where(begun, n, slots["n"]),
        }

    def readout(self, w: Any, slots: Any) -> Any:
        return slots["a"]

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        after, later = super().follow(w, slots, old, new, t)
        ships = self.rule.readout_tree(w, slots["rule"]), self.rule.readout_tree(after, later["rule"])
        toward = (1.0 if self.uniform else 1 - self.decay) / one_if_zero(slots["n"])
        newest = jax.tree.map(lambda a, s, b: a + cast(toward, a) * (b - s), slots["a"], *ships)
        return after, {**later, "a": jax.tree.map(catch_up, slots["a"], newest, *ships)}
