from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("adan")
class Adan(Rule):
    """Adam with Nesterov's look-ahead, estimated from differences of successive gradients instead of a second point.

    **Update**

        d_t = g_t - g_{t-1},  d_1 = 0
        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * d_t
        n_t = b3 * n_{t-1} + (1 - b3) * (g_t + b2 * d_t)^2
        u_t = (m_hat + b2 * v_hat) / (sqrt(n_hat + eps_root) + eps),  where 0 / 0 is 0
        w_{t+1} = (w_t - learning_rate * u_t) / (1 + learning_rate * weight_decay)
        no_prox: w_{t+1} = w_t - learning_rate * (u_t + weight_decay * w_t)

    m_hat = m_t / (1 - b1^t), and so on. The paper's betas are 1 minus these, and its averages start at the first gradient;
    its authors' code starts them at 0 with Adam's corrections, which is followed here. Both weigh the differences by b2 in
    n_t and u_t, and so does this; optax (0.2.8) by 1 - b2.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (the authors' code)
    - b1: [0, 1), default 0.98 (the paper: 1 - 0.02): for the gradients
    - b2: [0, 1), default 0.92 (the paper: 1 - 0.08): for their differences
    - b3: [0, 1), default 0.99 (the paper: 1 - 0.01): for the squares
    - eps: [0, inf), default 1e-8 (the authors' code): added to the root
    - eps_root: [0, inf), default 0 (optax: 1e-8): added under the root
    - weight_decay: [0, inf), default 0 (the authors' code)
    - no_prox: False (the paper: a proximal step) or True (as in AdamW; optax)

    **Slots**

    m, v, n and the last gradient g, each of w's shape: 16 bytes per float32 parameter.

    **Reference**

    Xie, Zhou, Li, Lin, Yan, Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models (2022),
    algorithm 1.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.98
    b2: Fraction = 0.92
    b3: Fraction = 0.99
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    weight_decay: NonNegative = 0.0
    no_prox: bool = option(False)
    meanings: ClassVar = {"n": "second moment"}
    elementwise: ClassVar[bool] = True

    def init(self, w: Array) -> Slots:
        return {name: zeros_like(w) for name in ("m", "v", "n", "g")}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        d = (g - slots["g"]) * (t > 1)
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * d
        n = self.b3 * slots["n"] + (1 - self.b3) * (g + self.b2 * d) ** 2
        m_hat, v_hat, n_hat = m / (1 - self.b1**t), v / (1 - self.b2**t), n / (1 - self.b3**t)
        u = (m_hat + self.b2 * v_hat) / one_if_zero(sqrt(n_hat + self.eps_root) + self.eps)
        change = -self.learning_rate * (u + self.weight_decay * w)
        if not self.no_prox:
            change = change / (1 + self.learning_rate * self.weight_decay)
        return change, {"m": m, "v": v, "n": n, "g": g}
