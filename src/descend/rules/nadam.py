from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, scalar_like, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("nadam")
class Nadam(Rule):
    """Adam with Nesterov momentum: the step combines the current gradient with the average as discounted in the next update.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        m_hat = b1 * m_t / (1 - b1^{t+1}) + (1 - b1) * g_t / (1 - b1^t)
        v_hat = v_t / (1 - b2^t)
        w_{t+1} = w_t - learning_rate * m_hat / (sqrt(v_hat + eps_root) + eps),  where 0 / 0 is 0
        dozat: mu_t = b1 * (1 - 0.96^(t * momentum_decay) / 2),  p_t = mu_1 * ... * mu_t
               m_hat = mu_{t+1} * m_t / (1 - p_t * mu_{t+1}) + (1 - mu_t) * g_t / (1 - p_t)

    The paper multiplies v_hat by b2 and averages m with mu_t; PyTorch, Keras and optax do neither, and are followed.
    A momentum_decay without bound gives the plain form.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.002 (PyTorch; Keras: 0.001)
    - b1: [0, 1), default 0.9 (Adam's paper)
    - b2: [0, 1), default 0.999 (Adam's paper)
    - eps: [0, inf), default 1e-8 (Adam's paper; Keras: 1e-7): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - momentum_decay: [0, inf), default 0.004 (the paper, PyTorch; Keras: 1); per update, used by dozat alone
    - dozat: False (optax) or True (PyTorch, Keras): momentum warms up from about b1 / 2 to b1

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter; with dozat also p, one number.

    **Reference**

    Dozat, Incorporating Nesterov Momentum into Adam (2016), algorithm 2; the schedule: Sutskever, Martens, Dahl and
    Hinton, On the importance of initialization and momentum in deep learning (2013), as Dozat adapts it.
    """

    learning_rate: NonNegative = 0.002
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    momentum_decay: NonNegative = 0.004
    dozat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3, "eps": 1e-7, "momentum_decay": 1.0, "dozat": True},
        "torch": {"dozat": True},
        "optax": {},
    }

    def init(self, w: Array) -> Slots:
        p = {"p": scalar_like(w, 1.0)} if self.dozat else {}
        return {"m": zeros_like(w), "v": zeros_like(w), **p}

    def mu(self, t: Any) -> Any:
        """Dozat's momentum at update t."""
        return self.b1 * (1 - 0.5 * 0.96 ** (t * self.momentum_decay))

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        new = {"m": m, "v": v}
        if self.dozat:
            new["p"] = p = slots["p"] * self.mu(t)
            now, ahead, p_ahead = self.mu(t), self.mu(t + 1), p * self.mu(t + 1)
        else:
            now, ahead, p, p_ahead = self.b1, self.b1, self.b1**t, self.b1 ** (t + 1)
        m_hat = ahead * m / (1 - p_ahead) + (1 - now) * g / (1 - p)
        v_hat = v / (1 - self.b2**t)
        return -self.learning_rate * m_hat / one_if_zero(sqrt(v_hat + self.eps_root) + self.eps), new
