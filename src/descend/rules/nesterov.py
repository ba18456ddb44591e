from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, zeros_like

from .base import Rule, Slots, rule


@rule("nesterov")
class Nesterov(Rule):
    """Nesterov's accelerated gradient, rewritten so that the gradient is taken at w itself.

    **Update**

        v_t = momentum * v_{t-1} + g_t
        w_{t+1} = w_t - learning_rate * (g_t + momentum * v_t)
        lr_inside: v_t = momentum * v_{t-1} - learning_rate * g_t,  w_{t+1} = w_t + momentum * v_t - learning_rate * g_t

    This w is the look-ahead point of `nesterov_lookahead`: with constant hyperparameters the gradients are the same.
    The two forms differ, as those of `momentum` do, once the learning rate changes.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (Keras' default for gradient descent)
    - momentum: [0, 1), default 0.9 (as for `momentum`)
    - lr_inside: False (PyTorch, optax, TensorFlow 1) or True (Keras, the reference)

    **Slots**

    v, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Bengio, Boulanger-Lewandowski, Pascanu, Advances in Optimizing Recurrent Networks (2013), section 3.5, with
    lr_inside.
    """

    learning_rate: NonNegative = 0.01
    momentum: Fraction = 0.9
    lr_inside: bool = option(False)
    elementwise: ClassVar[bool] = True
    meanings: ClassVar = {"v": "velocity"}
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"lr_inside": True},
        "torch": {"learning_rate": 1e-3},
        "optax": {},
        "tf1": {},
        "paper": {"lr_inside": True},
    }

    @property
    def velocity_is_step(self) -> bool:
        return self.lr_inside

    def init(self, w: Array) -> Slots:
        return {"v": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        if self.lr_inside:
            v = self.momentum * slots["v"] - self.learning_rate * g
            return self.momentum * v - self.learning_rate * g, {"v": v}
        v = self.momentum * slots["v"] + g
        return -self.learning_rate * (g + self.momentum * v), {"v": v}
