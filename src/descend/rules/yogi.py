from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, full_like, one_if_zero, sign, sqrt

from .base import Rule, Slots, rule


@rule("yogi")
class Yogi(Rule):
    """Adam with a second moment that changes by at most the squared gradient, so it falls slowly after a burst.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t,  m_0 = initial_momentum
        v_t = v_{t-1} - (1 - b2) * sign(v_{t-1} - g_t^2) * g_t^2,  v_0 = initial_accumulator
        m_hat = m_t / (1 - b1^t),  v_hat = v_t / (1 - b2^t)
        w_{t+1} = w_t - learning_rate * m_hat / (sqrt(v_hat + eps_root) + eps),  where 0 / 0 is 0
        without bias_correction: m_hat = m_t,  v_hat = v_t
        eps_hat: eps / sqrt(1 - b2^t) in the place of eps; without bias_correction, eps

    A gradient whose square overflows (above 1e19 in float32) makes v infinite, and the next one NaN.

    The paper leaves the bias correction out for simplicity; its authors' TensorFlow code has it, with eps_hat, and
    optax has it too.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (the paper's experiments)
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-3 (the paper): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - initial_accumulator: [0, inf), default 1e-6 (TensorFlow Addons, optax); of a schedule, the value at step 0
    - initial_momentum: [0, inf), default 0 (TensorFlow Addons; optax: 1e-6); of a schedule, the value at step 0
    - bias_correction: True (TensorFlow Addons, optax) or False (the paper)
    - eps_hat: False (optax) or True (TensorFlow Addons)

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Zaheer, Reddi, Sachan, Kale and Kumar, Adaptive Methods for Nonconvex Optimization (2018), algorithm 2.
    """

    learning_rate: NonNegative = 0.01
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-3
    eps_root: NonNegative = 0.0
    initial_accumulator: NonNegative = 1e-6
    initial_momentum: NonNegative = 0.0
    bias_correction: bool = option(True)
    eps_hat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "optax": {"initial_momentum": 1e-6},
        "paper": {"initial_accumulator": 0.0, "bias_correction": False},
    }

    def init(self, w: Array) -> Slots:
        return {"m": full_like(w, self.initial_momentum), "v": full_like(w, self.initial_accumulator)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = slots["v"] - (1 - self.b2) * sign(slots["v"] - g**2) * g**2
        c1, c2 = (1 - self.b1**t, 1 - self.b2**t) if self.bias_correction else (1.0, 1.0)
        eps = self.eps / c2**0.5 if self.eps_hat else self.eps
        return -self.learning_rate * (m / c1) / one_if_zero(sqrt(v / c2 + self.eps_root) + eps), {"m": m, "v": v}
