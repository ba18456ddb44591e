from typing import Any

from descend.core.hyper import NonNegative, option
from descend.core.numeric.arrays import Array, one_if_zero, sqrt, zeros_like

from . import checks
from .base import Rule, Slots, rule
from .matrix import along_all, gram, identity_like, inverse_root, refresh_if, short_axes


@rule("shampoo")
class Shampoo(Rule):
    """AdaGrad with a full matrix for each axis of an array: one for the rows, one for the columns.

    **Update**

        L_t = L_{t-1} + G_t G_t^T,  R_t = R_{t-1} + G_t^T G_t
        W_{t+1} = W_t - learning_rate * (L_t + eps I)^(-1/4) G_t (R_t + eps I)^(-1/4)
        k axes: a matrix for each, to the power -1 / (2 k)
        vectors and numbers: v_t = v_{t-1} + g_t^2,  w_{t+1} = w_t - learning_rate * g_t / sqrt(v_t + eps)

    The roots are taken anew at the first `every` updates, whose matrices still change much, and then at every `every`-th.
    Axes longer than max_size get no matrix and do not count in k; an array without one is treated as a vector. The paper
    keeps such matrices' diagonals; vectors it would give a full matrix, which here keep the diagonal.

    A gradient whose square overflows (above 1e19 in float32) gives NaN.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.1
    - eps: [0, inf), default 0.0001: added to the eigenvalues
    - every: 1, 2, ..., default 10: updates between roots (the paper's algorithm: 1)
    - max_size: 0, 1, ..., default 1200: the longest axis that gets a matrix

    **Slots**

    For each axis of length n gram and root, each (n, n): for a square float32 matrix 16 bytes per parameter; for vectors
    v, of w's shape: 4 bytes per parameter.

    **Reference**

    Gupta, Koren, Singer, Shampoo: Preconditioned Stochastic Tensor Optimization (2018), algorithms 1 and 2.
    """

    learning_rate: NonNegative = 0.1
    eps: NonNegative = 1e-4
    every: int = option(10)
    max_size: int = option(1200)

    def validate(self) -> None:
        checks.whole(self, every=1, max_size=0)

    def init(self, w: Array) -> Slots:
        slots, zero = {}, zeros_like(w)
        for axis in short_axes(zero, self.max_size):
            slots[f"gram{axis}"] = square = gram(zero, axis)
            slots[f"root{axis}"] = identity_like(square)
        return slots or {"v": zero}

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        axes = short_axes(g, self.max_size)
        if not axes:
            v = slots["v"] + g**2
            return -self.learning_rate * g / one_if_zero(sqrt(v + self.eps)), {"v": v}
        now, p = (t <= self.every) | (t % self.every == 0), 2 * len(axes)
        new = {}
        for axis in axes:
            new[f"gram{axis}"] = total = slots[f"gram{axis}"] + gram(g, axis)
            new[f"root{axis}"] = refresh_if(now, lambda a, _: inverse_root(a, p, self.eps), total, slots[f"root{axis}"])
        return -self.learning_rate * along_all([new[f"root{axis}"] for axis in axes], g, axes), new
