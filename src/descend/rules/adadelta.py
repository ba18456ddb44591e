from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, Positive
from descend.core.numeric.arrays import Array, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("adadelta")
class Adadelta(Rule):
    """Steps in the units of the parameters: the gradient times the ratio of past step sizes to past gradient sizes.

    **Update**

        v_t = decay * v_{t-1} + (1 - decay) * g_t^2
        d_t = -sqrt(u_{t-1} + eps) / sqrt(v_t + eps) * g_t
        u_t = decay * u_{t-1} + (1 - decay) * d_t^2
        w_{t+1} = w_t + learning_rate * d_t

    **Hyperparameters**

    - learning_rate: [0, inf), default 1 (the paper has none)
    - decay: [0, 1), default 0.95 (the paper's rho)
    - eps: (0, inf), default 1e-6 (the paper): under both roots, unlike the eps of other rules; it sets the first steps'
      size, so it must not be 0

    **Slots**

    v and u, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Zeiler, ADADELTA: An Adaptive Learning Rate Method (2012), algorithm 1.
    """

    learning_rate: NonNegative = 1.0
    decay: Fraction = 0.95
    eps: Positive = 1e-6
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3, "eps": 1e-7},
        "torch": {"decay": 0.9},
        "optax": {"decay": 0.9},
        "tf1": {"learning_rate": 1e-3, "eps": 1e-8},
        "paper": {},
    }

    def init(self, w: Array) -> Slots:
        return {"v": zeros_like(w), "u": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        v = self.decay * slots["v"] + (1 - self.decay) * g**2
        d = -sqrt(slots["u"] + self.eps) / sqrt(v + self.eps) * g
        u = self.decay * slots["u"] + (1 - self.decay) * d**2
        return self.learning_rate * d, {"v": v, "u": u}
