from typing import Any, ClassVar

from descend.core.hyper import NonNegative
from descend.core.numeric.arrays import Array, full_like, one_if_zero, sqrt

from .base import Rule, Slots, rule


@rule("adagrad")
class AdaGrad(Rule):
    """Gradient descent with each parameter's step divided by the root of the sum of its squared gradients so far.

    **Update**

        s_t = s_{t-1} + g_t^2,  s_0 = initial_accumulator
        w_{t+1} = w_t - learning_rate * g_t / (sqrt(s_t + eps_root) + eps),  where 0 / 0 is 0

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (PyTorch)
    - initial_accumulator: [0, inf), default 0.1 (Keras, optax; the paper: 0); of a schedule, the value at step 0
    - eps: [0, inf), default 1e-7 (Keras' value): added to the root
    - eps_root: [0, inf), default 0: added under the root

    **Slots**

    s, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Duchi, Hazan, Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization (2011), figure 1,
    diagonal matrices.
    """

    learning_rate: NonNegative = 0.01
    initial_accumulator: NonNegative = 0.1
    eps: NonNegative = 1e-7
    eps_root: NonNegative = 0.0
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3, "eps": 0.0, "eps_root": 1e-7},
        "torch": {"initial_accumulator": 0.0, "eps": 1e-10},
        "optax": {"eps": 0.0, "eps_root": 1e-7},
        "tf1": {"eps": 0.0},
        "paper": {"initial_accumulator": 0.0, "eps": 0.0},
    }

    def init(self, w: Array) -> Slots:
        return {"s": full_like(w, self.initial_accumulator)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        s = slots["s"] + g**2
        return -self.learning_rate * g / one_if_zero(sqrt(s + self.eps_root) + self.eps), {"s": s}
