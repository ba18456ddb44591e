from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, norm, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule
from .trust import trust_ratio


@rule("lamb")
class LAMB(Rule):
    """Adam's direction, scaled in each array so that its length is the learning rate times the norm of the array.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        r_t = (m_t / (1 - b1^t)) / (sqrt(v_t / (1 - b2^t)) + eps),  where 0 / 0 is 0
        u_t = r_t + weight_decay * w_t
        w_{t+1} = w_t - learning_rate * |w_t| / |u_t| * u_t,  where |w_t| or |u_t| is 0: a ratio of 1

    |.| is the Euclidean norm over one array (a layer's weights, its biases). The paper passes |w_t| through a function phi
    and then takes it to be the identity, as optax, Keras and this do.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (Keras): the share of an array's length a step
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-6 (the paper): added to the root
    - weight_decay: [0, inf), default 0 (the paper: 0.01)

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    You et al., Large Batch Optimization for Deep Learning: Training BERT in 76 Minutes (2020), algorithm 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-6
    weight_decay: NonNegative = 0.0
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"eps": 1e-7},
        "optax": {},
        "paper": {"weight_decay": 0.01},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "v": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        r = m / (1 - self.b1**t) / one_if_zero(sqrt(v / (1 - self.b2**t)) + self.eps)
        u = r + self.weight_decay * w
        return -self.learning_rate * trust_ratio(norm(w), norm(u)) * u, {"m": m, "v": v}
