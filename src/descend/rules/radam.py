from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, scalar_like, sqrt, where, zeros_like

from .base import Rule, Slots, rule


@rule("radam")
class RAdam(Rule):
    """Adam that starts with momentum steps, then small ones, until the average of the squared gradient is reliable.

    **Update**

        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2
        m_hat = m_t / (1 - b1^t),  v_hat = v_t / (1 - b2^t)
        a_t = b2 * a_{t-1} + 1,  c_t = b2 * c_{t-1} + a_t
        rho_t = 2 * c_t / a_t - 1,  rho_inf = 2 / (1 - b2) - 1
        r_t = sqrt((rho_t - 4) * (rho_t - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho_t))
        w_{t+1} = w_t - learning_rate * r_t * m_hat / (sqrt(v_hat + eps_root) + eps)  where rho_t > threshold and > 4
        w_{t+1} = w_t - learning_rate * m_hat                                         elsewhere;  0 / 0 is 0
        eps_hat: eps / sqrt(1 - b2^t) in the place of eps

    rho_t, the length of the average, is the paper's rho_inf - 2 * t * b2^t / (1 - b2^t), gathered as the sums that this
    comes from: subtracted so, single precision errs by up to 0.1, enough to change the step at which Adam sets in.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001 (PyTorch)
    - b1: [0, 1), default 0.9 (Adam's paper)
    - b2: [0, 1), default 0.999 (Adam's paper)
    - eps: [0, inf), default 1e-8 (PyTorch, optax; the paper: 0): added to the root
    - eps_root: [0, inf), default 0: added under the root
    - threshold: [0, inf), default 5 (the authors' code, PyTorch, optax; the paper: 4)
    - eps_hat: False (optax) or True (PyTorch, the authors' code)

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter; a and c, one number each.

    **Reference**

    Liu et al., On the Variance of the Adaptive Learning Rate and Beyond (2020), algorithm 2 and section 4.1.
    """

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    eps_root: NonNegative = 0.0
    threshold: NonNegative = 5.0
    eps_hat: bool = option(False)
    elementwise: ClassVar[bool] = True
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "torch": {"eps_hat": True},
        "optax": {},
        "paper": {"eps": 0.0, "threshold": 4.0},
    }

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w), "v": zeros_like(w), "a": scalar_like(w, 0.0), "c": scalar_like(w, 0.0)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * g**2
        m_hat = m / (1 - self.b1**t)
        v_hat = v / (1 - self.b2**t)
        a = self.b2 * slots["a"] + 1
        c = self.b2 * slots["c"] + a
        rho, rho_inf = 2 * c / a - 1, 2 / (1 - self.b2) - 1
        known = (rho > self.threshold) & (rho > 4)  # below, the variance of the adaptive rate has no value
        bound = one_if_zero((rho_inf - 4) * (rho_inf - 2))
        r = sqrt(where(known, (rho - 4) * (rho - 2) * rho_inf / (bound * rho), 1.0))
        eps = self.eps / (1 - self.b2**t) ** 0.5 if self.eps_hat else self.eps
        d = where(known, r * m_hat / one_if_zero(sqrt(v_hat + self.eps_root) + eps), m_hat)
        return -self.learning_rate * d, {"m": m, "v": v, "a": a, "c": c}
