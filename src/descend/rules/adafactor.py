from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, Positive, option
from descend.core.numeric.arrays import Array, clip, full_like, maximum, namespace, one_if_zero, sqrt, where, zeros_like

from .base import Rule, Slots, rule


def mean(x: Array, axis: int) -> Array:
    """The mean along one axis, which stays, with length 1."""
    return namespace(x).mean(x, axis=axis, keepdims=True)


def rms(x: Array) -> Array:
    """The root of the mean square over all entries; 0 of none."""
    return sqrt(namespace(x).sum(x * x) / max(1, x.size if isinstance(x.size, int) else x.numel()))


@rule("adafactor")
class Adafactor(Rule):
    """Adam without momentum that stores only row and column means of a matrix's squared gradients.

    **Update**

        beta_t = 1 - t^-decay_rate
        S_t = g_t^2 + eps
        matrices: R_t = beta_t * R_{t-1} + (1 - beta_t) * row means of S_t,  C_t of its column means alike
                  V_t = R_t C_t / mean(R_t)
        others: V_t = beta_t * V_{t-1} + (1 - beta_t) * S_t
        U_t = g_t / sqrt(V_t),  where 0 / 0 is 0
        U_t = U_t / max(1, RMS(U_t) / clip_threshold)
        a_t = max(eps_scale, RMS(w_t)) * min(learning_rate, 1 / sqrt(t))
        w_{t+1} = w_t - a_t * U_t
        relative_step off: learning_rate in place of the minimum;  scale_parameter off: a_t without the maximum
        momentum: m_t = momentum * m_{t-1} + (1 - momentum) * a_t * U_t,  w_{t+1} = w_t - m_t

    Arrays of two and more axes are matrices of their last two, as in PyTorch and Keras (optax takes the two longest, from
    128 on). eps is added to the squares, as in the paper, Keras and optax; PyTorch holds sqrt(V_t) above its eps instead.
    Rows and columns have means, not the paper's sums, which give the same V_t.

    A gradient whose square overflows (above 1e19 in float32) gives NaN.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.01 (the paper: the largest relative step)
    - decay_rate: (0, inf), default 0.8 (the paper)
    - eps: [0, inf), default 1e-30 (the paper's eps_1): added to the squares
    - eps_scale: [0, inf), default 0.001 (the paper's eps_2): the least scale of an array
    - clip_threshold: (0, inf), default 1 (the paper's d): the largest RMS of U_t
    - momentum: [0, 1) or None, default None (the paper's algorithm 4): no slot m
    - relative_step: True (the paper) or False
    - scale_parameter: True (the paper) or False

    **Slots**

    r and c, the rows' and the columns' means: 4 bytes per row and column of float32 parameters; for vectors and numbers v,
    of w's shape: 4 bytes per parameter. With momentum also m, of w's shape.

    **Reference**

    Shazeer and Stern, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost (2018), algorithms 4 to 6.
    """

    learning_rate: NonNegative = 1e-2
    decay_rate: Positive = 0.8
    eps: NonNegative = 1e-30
    eps_scale: NonNegative = 1e-3
    clip_threshold: Positive = 1.0
    momentum: Fraction | None = None
    relative_step: bool = option(True)
    scale_parameter: bool = option(True)
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {"learning_rate": 1e-3},
        "paper": {},
    }

    def init(self, w: Array) -> Slots:
        zero = zeros_like(w)
        moments = {"v": zero} if zero.ndim < 2 else {"r": mean(zero, -1), "c": mean(zero, -2)}
        return moments if self.momentum is None else moments | {"m": zeros_like(w)}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        old = t**-self.decay_rate  # the weight of the new squares
        squares = g**2 + self.eps
        if g.ndim < 2:
            new = {"v": (1 - old) * slots["v"] + old * squares}
            roots = sqrt(new["v"])
        else:
            r = (1 - old) * slots["r"] + old * mean(squares, -1)
            c = (1 - old) * slots["c"] + old * mean(squares, -2)
            new = {"r": r, "c": c}
            roots = sqrt(r / one_if_zero(mean(r, -2))) * sqrt(c)  # apart, as r * c would underflow
        u = g / one_if_zero(roots)
        change = -self._rate(w, t) * u / clip(rms(u) / self.clip_threshold, 1.0, None)
        if self.momentum is not None:
            new["m"] = change = self.momentum * slots["m"] + (1 - self.momentum) * change
        return change, new

    def _rate(self, w: Array, t: Any) -> Array:
        """a_t: the relative step, times the scale of the array."""
        rate = self.learning_rate
        if self.relative_step:
            rate = where(rate < t**-0.5, rate, t**-0.5)
        if not self.scale_parameter:
            return rate
        scale = rms(w)
        return rate * maximum(scale, full_like(scale, self.eps_scale))
