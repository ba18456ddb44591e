from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, sign, zeros_like

from .base import Rule, Slots, rule


@rule("signum")
class Signum(Rule):
    """The sign of the averaged gradient: every parameter moves up or down by the learning rate.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        w_{t+1} = w_t - learning_rate * sign(m_t)

    With b1 = 0 it is signSGD, algorithm 1 of the paper.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (Adam's, whose steps are as large at first)
    - b1: [0, 1), default 0.9 (the paper)

    **Slots**

    m, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Bernstein, Wang, Azizzadenesheli, Anandkumar, signSGD: Compressed Optimisation for Non-Convex Problems (2018),
    algorithm 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "optax": {},
        "paper": {},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        return -self.learning_rate * sign(m), {"m": m}
