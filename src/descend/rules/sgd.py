from typing import Any, ClassVar

from descend.core.hyper import NonNegative
from descend.core.numeric.arrays import Array

from .base import Rule, Slots, rule


@rule("sgd")
class SGD(Rule):
    """Gradient descent: a step against the gradient, as long as the learning rate times the gradient.

    **Update**

        m_t = g_t,  V_t = 1
        w_{t+1} = w_t - learning_rate * g_t

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (Keras' default)

    **Slots**

    None: 0 bytes per parameter.

    **Reference**

    Robbins and Monro, A Stochastic Approximation Method (1951), equation 5.
    """

    learning_rate: NonNegative = 0.01
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {},
        "torch": {"learning_rate": 1e-3},
        "optax": {},
        "tf1": {},
        "paper": {},
    }

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        return -self.learning_rate * g, slots
