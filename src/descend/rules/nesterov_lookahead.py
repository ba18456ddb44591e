from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, zeros_like

from .base import Rule, Slots, rule


@rule("nesterov_lookahead")
class NesterovLookahead(Rule):
    """Momentum with the gradient taken at the point to which the velocity is about to carry w.

    **Update**

        g_t = gradient at w_t + momentum * v_{t-1}
        v_t = momentum * v_{t-1} - learning_rate * g_t
        w_{t+1} = w_t + v_t

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (Keras' default for gradient descent)
    - momentum: [0, 1), default 0.9 (as for `momentum`)

    **Slots**

    v, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Sutskever, Martens, Dahl, Hinton, On the importance of initialization and momentum in deep learning (2013),
    equations 3 and 4; after Nesterov (1983).
    """

    learning_rate: NonNegative = 0.01
    momentum: Fraction = 0.9
    elementwise: ClassVar[bool] = True
    meanings: ClassVar = {"v": "velocity"}
    dialects: ClassVar[dict[str, dict[str, Any]]] = {"paper": {}}

    @property
    def velocity_is_step(self) -> bool:
        return True

    def init(self, w: Array) -> Slots:
        return {"v": zeros_like(w)}

    def probe(self, w: Array, slots: Slots, t: Any) -> Array:
        return w + self.momentum * slots["v"]

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        v = self.momentum * slots["v"] - self.learning_rate * g
        return v, {"v": v}
