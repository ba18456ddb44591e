from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, zeros_like

from .base import Rule, Slots, rule


@rule("ema_momentum")
class EMAMomentum(Rule):
    """Gradient descent along an exponential moving average of the gradients.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        w_{t+1} = w_t - learning_rate * m_t

    The path is that of `momentum` with momentum = b1 and learning rate learning_rate * (1 - b1), if b1 is constant.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.1: the step of `momentum` at its default 0.01
    - b1: [0, 1), default 0.9 (that of Adam)

    **Slots**

    m, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Cutkosky and Mehta, Momentum Improves Normalized SGD (2020), algorithm 1, without its normalisation.
    """

    learning_rate: NonNegative = 0.1
    b1: Fraction = 0.9
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {"paper": {}}

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        return -self.learning_rate * m, {"m": m}
