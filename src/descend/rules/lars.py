from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, norm, zeros_like

from .base import Rule, Slots, rule
from .trust import trust_ratio


@rule("lars")
class LARS(Rule):
    """Momentum with a learning rate for each array, proportional to the ratio of the array's norm to its gradient's norm.

    **Update**

        lambda_t = trust * |w_t| / (|g_t| + weight_decay * |w_t| + eps),  where |w_t| or the divisor is 0: 1
        v_t = momentum * v_{t-1} + learning_rate * lambda_t * (g_t + weight_decay * w_t)
        w_{t+1} = w_t - v_t
        joint_norm: lambda_t = trust * |w_t| / (|g_t + weight_decay * w_t| + eps)

    |.| is the Euclidean norm over one array (a layer's weights, its biases). The paper adds the two norms, optax takes the
    norm of the sum; without weight decay they are one. The paper names no case for a norm of 0, where 1 is optax's value:
    an array that starts at zero takes its first step at the full learning rate.

    **Hyperparameters**

    - learning_rate: [0, inf), default 1 (with trust, 0.1 % of an array's length a step)
    - momentum: [0, 1), default 0.9 (the paper)
    - trust: [0, inf), default 0.001 (the paper): the trust coefficient
    - weight_decay: [0, inf), default 0 (the paper: 0.0005), part of the gradient
    - eps: [0, inf), default 0 (optax): added to the divisor
    - joint_norm: False (the paper) or True (optax)

    **Slots**

    v, of w's shape: 4 bytes per float32 parameter.

    **Reference**

    You, Gitman, Ginsburg, Large Batch Training of Convolutional Networks (2017), algorithm 1.
    """

    learning_rate: NonNegative = 1.0
    momentum: Fraction = 0.9
    trust: NonNegative = 1e-3
    weight_decay: NonNegative = 0.0
    eps: NonNegative = 0.0
    joint_norm: bool = option(False)
    meanings: ClassVar = {"v": "velocity"}
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "optax": {"joint_norm": True},
        "paper": {"weight_decay": 5e-4},
    }

    def init(self, w: Array) -> Slots:
        return {"v": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        d = g + self.weight_decay * w
        length = norm(d) if self.joint_norm else norm(g) + self.weight_decay * norm(w)
        v = self.momentum * slots["v"] + self.learning_rate * trust_ratio(norm(w), length, self.trust, self.eps) * d
        return -v, {"v": v}
