from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, maximum, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("amsgrad")
class AMSGrad(Rule):
    """Adam divided by the largest averaged squared gradient so far, so the effective learning rate never grows again.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        s_t = max(s_{t-1}, v_t)
        m_hat = m_t / (1 - b1^t),  v_hat = s_t / (1 - b2^t)
        w_{t+1} = w_t - learning_rate * m_hat / (sqrt(v_hat + eps_root) + eps),  where 0 / 0 is 0
        correct_first: s_t = max(s_{t-1}, v_t / (1 - b2^t)),  v_hat = s_t
        without bias_correction: m_hat = m_t,  v_hat = s_t = max(s_{t-1}, v_t)
        eps_hat: eps / sqrt(1 - b2^t) in the place of eps; without bias_correction, eps

    The default is PyTorch's and Keras' form, which is Adam wherever v_t never falls. The paper corrects no bias and has
    no eps; optax corrects before it takes the maximum, which then keeps a large first gradient at its full size.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (PyTorch, Keras)
    - b1: [0, 1), default 0.9 (the paper's experiments)
    - b2: [0, 1), default 0.999 (PyTorch, Keras, optax; the paper's experiments: 0.99 or 0.999)
    - eps: [0, inf), default 1e-8 (PyTorch, optax; Keras: 1e-7): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - bias_correction: True (PyTorch, Keras, optax) or False (the paper)
    - correct_first: False (PyTorch, Keras) or True (optax); no matter without bias_correction
    - eps_hat: False (PyTorch, optax) or True (Keras)

    **Slots**

    m, v and s, each of w's shape: 12 bytes per float32 parameter.

    **Reference**

    Reddi, Kale and Kumar, On the Convergence of Adam and Beyond (2018), algorithm 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    bias_correction: bool = option(True)
    correct_first: bool = option(False)
    eps_hat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"eps": 1e-7, "eps_hat": True},
        "torch": {},
        "optax": {"correct_first": True},
        "paper": {"eps": 0.0, "bias_correction": False},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "v": zeros_like(w), "s": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        c1, c2 = (1 - self.b1**t, 1 - self.b2**t) if self.bias_correction else (1.0, 1.0)
        s = maximum(slots["s"], v / c2 if self.correct_first else v)
        v_hat = s if self.correct_first else s / c2
        eps = self.eps / c2**0.5 if self.eps_hat else self.eps
        change = -self.learning_rate * (m / c1) / one_if_zero(sqrt(v_hat + self.eps_root) + eps)
        return change, {"m": m, "v": v, "s": s}
