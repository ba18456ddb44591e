from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, maximum, one_if_zero, zeros_like

from .base import Rule, Slots, rule


@rule("adamax")
class AdaMax(Rule):
    """Adam with a decaying maximum of recent gradients in place of the root mean square.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        u_t = max(b2 * u_{t-1}, |g_t| + eps)
        w_{t+1} = w_t - learning_rate / (1 - b1^t) * m_t / u_t,  where 0 / 0 is 0
        eps_outside: u_t = max(b2 * u_{t-1}, |g_t|),  u_t + eps in the place of u_t

    The paper has no eps, which is 0 here; PyTorch and optax hold it inside the maximum, Keras adds it outside.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.002 (the paper, PyTorch; Keras: 0.001)
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-8 (PyTorch, optax; Keras: 1e-7)
    - eps_outside: False (PyTorch, optax) or True (Keras)

    **Slots**

    m and u, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 2.
    """

    learning_rate: NonNegative = 0.002
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_outside: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3, "eps": 1e-7, "eps_outside": True},
        "torch": {},
        "optax": {},
        "paper": {"eps": 0.0},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "u": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        inside, outside = (0.0, self.eps) if self.eps_outside else (self.eps, 0.0)
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        u = maximum(self.b2 * slots["u"], abs(g) + inside)
        return -self.learning_rate / (1 - self.b1**t) * m / one_if_zero(u + outside), {"m": m, "u": u}
