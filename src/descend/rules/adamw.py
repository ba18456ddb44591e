from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("adamw")
class AdamW(Rule):
    """Adam with decoupled weight decay: applied beside the gradient step, so the root does not rescale it.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        m_hat = m_t / (1 - b1^t),  v_hat = v_t / (1 - b2^t)
        d_t = m_hat / (sqrt(v_hat + eps_root) + eps),  where 0 / 0 is 0
        w_{t+1} = w_t - learning_rate * (d_t + weight_decay * w_t)
        independent: w_{t+1} = w_t - learning_rate * d_t - weight_decay * w_t
        eps_hat: eps / sqrt(1 - b2^t) in the place of eps

    The paper writes w_t - n_t * (a * d_t + l * w_t) with a schedule n_t that scales both parts. Here, as in PyTorch,
    optax and Keras, the learning rate is a * n_t, so that the decay follows its schedule; their weight_decay is l / a.
    Independent, with schedules of one shape for both, it is the paper's form, whose l is tuned apart from a.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (Adam's paper)
    - b1: [0, 1), default 0.9 (Adam's paper)
    - b2: [0, 1), default 0.999 (Adam's paper)
    - eps: [0, inf), default 1e-8 (Adam's paper; Keras: 1e-7): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - weight_decay: [0, inf), default 0.01 (PyTorch; optax: 0.0001, Keras: 0.004; the paper names none, so its
      dialect has 0 until one is given)
    - independent: False, or True: the decay is not multiplied by the learning rate
    - eps_hat: False (PyTorch, optax) or True (TensorFlow, Keras)

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    weight_decay: NonNegative = 0.01
    independent: bool = option(False)
    eps_hat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"eps": 1e-7, "weight_decay": 0.004, "eps_hat": True},
        "torch": {},
        "optax": {"weight_decay": 1e-4},
        "paper": {"weight_decay": 0.0, "independent": True},  # it leaves the decay to be chosen: give one
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "v": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        m_hat = m / (1 - self.b1**t)
        v_hat = v / (1 - self.b2**t)
        eps = self.eps / (1 - self.b2**t) ** 0.5 if self.eps_hat else self.eps
        step = -self.learning_rate * m_hat / one_if_zero(sqrt(v_hat + self.eps_root) + eps)
        decay = self.weight_decay if self.independent else self.learning_rate * self.weight_decay
        return step - decay * w, {"m": m, "v": v}
