from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, sign, zeros_like

from .base import Rule, Slots, rule


@rule("lion")
class Lion(Rule):
    """The sign of a momentum that gives the current gradient more weight in the step than in its memory.

    **Update**

        c_t = b1 * m_{t-1} + (1 - b1) * g_t
        w_{t+1} = w_t - learning_rate * (sign(c_t) + weight_decay * w_t)
        m_t = b2 * m_{t-1} + (1 - b2) * g_t

    Every parameter moves by the learning rate itself, so that wants to be 3 to 10 times smaller than Adam's, and the
    weight decay as many times larger.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.0001 (a tenth of Adam's)
    - b1: [0, 1), default 0.9 (the paper): for the step
    - b2: [0, 1), default 0.99 (the paper): for the memory
    - weight_decay: [0, inf), default 0 (Keras leaves it out; optax: 0.001), times the learning rate

    **Slots**

    m, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Chen et al., Symbolic Discovery of Optimization Algorithms (2023), algorithm 2.
    """

    learning_rate: NonNegative = 1e-4
    b1: Fraction = 0.9
    b2: Fraction = 0.99
    weight_decay: NonNegative = 0.0
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3},
        "optax": {"weight_decay": 1e-3},
        "paper": {},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        c = self.b1 * slots["m"] + (1 - self.b1) * g
        m = self.b2 * slots["m"] + (1 - self.b2) * g
        return -self.learning_rate * (sign(c) + self.weight_decay * w), {"m": m}
