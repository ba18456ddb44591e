from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("adam")
class Adam(Rule):
    """Momentum divided by the root of the averaged squared gradient, with bias correction for both averages.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        m_hat = m_t / (1 - b1^t),  v_hat = v_t / (1 - b2^t)
        w_{t+1} = w_t - learning_rate * m_hat / (sqrt(v_hat + eps_root) + eps),  where 0 / 0 is 0
        eps_hat: eps / sqrt(1 - b2^t) in the place of eps

    With eps_hat and without eps_root this is w_{t+1} = w_t - lr_t * m_t / (sqrt(v_t) + eps), where
    lr_t = learning_rate * sqrt(1 - b2^t) / (1 - b1^t): eps meets the root that is not corrected.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (the paper)
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-8 (the paper; Keras: 1e-7): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - eps_hat: False (the paper's algorithm, PyTorch, optax) or True (TensorFlow, Keras)

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Kingma and Ba, Adam: A Method for Stochastic Optimization (2015), algorithm 1; eps_hat: the end of section 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    eps_hat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"eps": 1e-7, "eps_hat": True},
        "torch": {},
        "optax": {},
        "tf1": {"eps_hat": True},
        "paper": {},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "v": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        m_hat = m / (1 - self.b1**t)
        v_hat = v / (1 - self.b2**t)
        eps = self.eps / (1 - self.b2**t) ** 0.5 if self.eps_hat else self.eps
        return -self.learning_rate * m_hat / one_if_zero(sqrt(v_hat + self.eps_root) + eps), {"m": m, "v": v}
