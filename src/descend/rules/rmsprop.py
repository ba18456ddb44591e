from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, clip, full_like, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("rmsprop")
class RMSProp(Rule):
    """Gradient descent with each parameter's step divided by the root of a moving average of its squared gradients.

    **Update**

        r_t = decay * r_{t-1} + (1 - decay) * g_t^2,  r_0 = initial_accumulator
        d_t = g_t / (sqrt(r_t + eps_root) + eps),  where 0 / 0 is 0
        w_{t+1} = w_t - learning_rate * d_t
        momentum: b_t = momentum * b_{t-1} + d_t,  w_{t+1} = w_t - learning_rate * b_t
        lr_inside: b_t = momentum * b_{t-1} + learning_rate * d_t,  w_{t+1} = w_t - b_t
        centered: m_t = decay * m_{t-1} + (1 - decay) * g_t,  r_t - m_t^2 in the place of r_t under the root

    Centered, under a gradient that hardly changes, the root goes to 0 and the steps grow: give eps_root then. Centered, a
    gradient whose square overflows (above 1e19 in float32) gives NaN.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (the lecture, Keras)
    - decay: [0, 1), default 0.9 (the lecture)
    - eps: [0, inf), default 1e-8 (PyTorch's value): added to the root
    - eps_root: [0, inf), default 0: added under the root (Graves: 1e-4)
    - momentum: [0, 1) or None, default None: no slot b
    - centered: False or True
    - lr_inside: False (PyTorch) or True (Keras, optax, TensorFlow 1); with momentum, they differ once the rate changes
    - initial_accumulator: [0, inf), default 0 (TensorFlow 1: 1); of a schedule, the value at step 0

    **Slots**

    r, with momentum b, centered m, each of w's shape: 4, 8 or 12 bytes per float32 parameter.

    **Reference**

    Tieleman and Hinton, Neural Networks for Machine Learning (2012), lecture 6.5; centered: Graves, Generating Sequences
    With Recurrent Neural Networks (2013), equations 38 to 41, whose learning rate stands inside the momentum.
    """

    learning_rate: NonNegative = 1e-3
    decay: Fraction = 0.9
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    momentum: Fraction | None = None
    centered: bool = option(False)
    lr_inside: bool = option(False)
    initial_accumulator: NonNegative = 0.0
    elementwise: ClassVar[bool] = True
    meanings: ClassVar = {"b": "velocity"}
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"eps": 0.0, "eps_root": 1e-7, "lr_inside": True},
        "torch": {"learning_rate": 0.01, "decay": 0.99},
        "optax": {"eps": 0.0, "eps_root": 1e-8, "lr_inside": True},
        "tf1": {"eps": 0.0, "eps_root": 1e-10, "lr_inside": True, "initial_accumulator": 1.0},
        "paper": {"eps": 0.0},
    }

    @property
    def velocity_is_step(self) -> bool:
        return self.lr_inside

    def init(self, w: Array) -> Slots:
        names = ["b"] * (self.momentum is not None) + ["m"] * self.centered
        return {"r": full_like(w, self.initial_accumulator)} | {name: zeros_like(w) for name in names}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        r = variance = self.decay * slots["r"] + (1 - self.decay) * g**2
        new = {"r": r}
        if self.centered:
            new["m"] = m = self.decay * slots["m"] + (1 - self.decay) * g
            variance = clip(r - m**2, 0.0, None)  # rounding can take it below zero
        d = g / one_if_zero(sqrt(variance + self.eps_root) + self.eps)
        before, after = (self.learning_rate, 1.0) if self.lr_inside else (1.0, self.learning_rate)
        d = before * d
        if self.momentum is not None:
            new["b"] = d = self.momentum * slots["b"] + d
        return -after * d, new
