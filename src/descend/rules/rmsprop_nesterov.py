from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("rmsprop_nesterov")
class RMSPropNesterov(Rule):
    """RMSProp with a velocity, and the gradient taken at the point to which the velocity is about to carry w.

    **Update**

        g_t = gradient at w_t + momentum * v_{t-1}
        r_t = decay * r_{t-1} + (1 - decay) * g_t^2
        v_t = momentum * v_{t-1} - learning_rate * g_t / (sqrt(r_t + eps_root) + eps),  where 0 / 0 is 0
        w_{t+1} = w_t + v_t

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (as for `rmsprop`)
    - decay: [0, 1), default 0.9 (as for `rmsprop`)
    - momentum: [0, 1), default 0.9 (as for `momentum`)
    - eps: [0, inf), default 1e-8 (as for `rmsprop`; the book: none): added to the root
    - eps_root: [0, inf), default 0: added under the root

    **Slots**

    r and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Goodfellow, Bengio, Courville, Deep Learning (2016), algorithm 8.6.
    """

    learning_rate: NonNegative = 1e-3
    decay: Fraction = 0.9
    momentum: Fraction = 0.9
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    elementwise: ClassVar[bool] = True
    meanings: ClassVar = {"v": "velocity"}
    dialects: ClassVar[dict[str, dict[str, Any]]] = {"paper": {"eps": 0.0}}

    def init(self, w: Array) -> Slots:
        return {"r": zeros_like(w), "v": zeros_like(w)}

    def probe(self, w: Array, slots: Slots, t: Any) -> Array:
        return w + self.momentum * slots["v"]

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        r = self.decay * slots["r"] + (1 - self.decay) * g**2
        v = self.momentum * slots["v"] - self.learning_rate * g / one_if_zero(sqrt(r + self.eps_root) + self.eps)
        return v, {"r": r, "v": v}
