from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, zeros_like

from .base import Rule, Slots, rule


@rule("momentum")
class Momentum(Rule):
    """Gradient descent with a velocity that accumulates past gradients, like a heavy ball rolling downhill.

    **Update**

        v_t = momentum * v_{t-1} + g_t
        w_{t+1} = w_t - learning_rate * v_t
        lr_inside: v_t = momentum * v_{t-1} - learning_rate * g_t,  w_{t+1} = w_t + v_t

    The two forms trace one path while the learning rate is constant. Once it changes, the first rescales the whole
    velocity at once, the second only what is still to come. Under a constant gradient g, v tends to g / (1 - momentum).

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (Keras' default for gradient descent)
    - momentum: [0, 1), default 0.9 (Goodfellow et al., section 8.3.2)
    - lr_inside: False (PyTorch, optax, TensorFlow 1) or True (Keras, Goodfellow et al.)

    **Slots**

    v, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    Polyak, Some methods of speeding up the convergence of iteration methods (1964); with lr_inside: Goodfellow,
    Bengio, Courville, Deep Learning (2016), algorithm 8.2.
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
            return v, {"v": v}
        v = self.momentum * slots["v"] + g
        return -self.learning_rate * v, {"v": v}
