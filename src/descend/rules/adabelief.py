from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from .base import Rule, Slots, rule


@rule("adabelief")
class AdaBelief(Rule):
    """Adam divided by how far gradients deviate from their average: long steps where the gradient is as expected.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        s_t = b2 * s_{t-1} + (1 - b2) * (g_t - m_t)^2 + eps_root
        m_hat = m_t / (1 - b1^t),  s_hat = s_t / (1 - b2^t)
        w_{t+1} = w_t - learning_rate * m_hat / (sqrt(s_hat) + eps),  where 0 / 0 is 0

    eps_root is added at every update and so gathers, to eps_root / (1 - b2) in the end, as in the paper's algorithm 2,
    its authors' code and optax. The paper and the code use one number for eps and eps_root.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (the paper)
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-16 (the authors' code, optax; the paper: 1e-8): added to the root
    - eps_root: [0, inf), default 1e-16 (likewise): added to s

    **Slots**

    m and s, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Zhuang et al., AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients (2020), algorithm 2.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-16
    eps_root: NonNegative = 1e-16
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "optax": {},
        "paper": {"eps": 1e-8, "eps_root": 1e-8},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "s": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        s = self.b2 * slots["s"] + (1 - self.b2) * (g - m) ** 2 + self.eps_root
        m_hat = m / (1 - self.b1**t)
        s_hat = s / (1 - self.b2**t)
        return -self.learning_rate * m_hat / one_if_zero(sqrt(s_hat) + self.eps), {"m": m, "s": s}
