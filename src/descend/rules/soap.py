from typing import Any

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, norm, one_if_zero, sqrt, where, zeros_like

from . import checks
from .base import Rule, Slots, rule
from .matrix import along_all, eigenbasis, gram, identity_like, next_basis, refresh_if, rounding, short_axes


@rule("soap")
class SOAP(Rule):
    """Adam in the eigenbasis of Shampoo's matrices, which separates directions that a matrix mixes.

    **Update**

        t = 1: L = (1 - b_gram) * G G^T,  R = (1 - b_gram) * G^T G,  Q_L and Q_R their eigenvectors,  W stays
        t = 2, 3, ..., s = t - 1:
        M_s = b1 * M_{s-1} + (1 - b1) * G,  M' = Q_L^T M_s Q_R,  G' = Q_L^T G Q_R
        V_s = b2 * V_{s-1} + (1 - b2) * G'^2
        N' = (M' / (1 - b1^s)) / (sqrt(V_s / (1 - b2^s)) + eps / sqrt(1 - b2^s)),  0 where the root is lost in rounding
        W = W - learning_rate * Q_L N' Q_R^T,  W = W - learning_rate * weight_decay * W
        L = b_gram * L + (1 - b_gram) * G G^T,  R alike
        s a multiple of precondition_frequency: Q_L = the Q of the QR decomposition of L Q_L,  Q_R alike

    The first update only sets the basis, as in the authors' code: in its own eigenbasis a gradient is diagonal, and the
    division would make what rounding leaves of the zeros as large as everything else. Where gradients keep their
    eigenbasis, as without noise, it still would; so numbers whose root is below 16 units in the last place of the
    roots' norm are left out, of which neither paper nor code speaks. The paper's algorithm 4 is followed where the code
    sorts the columns before the decomposition; they start sorted. One matrix to each axis of an array; axes longer than
    max_size get none, and vectors and numbers none: there it is Adam, one update late. As in the authors' code eps meets the
    root before its correction, and the weights decay after the step.

    A first gradient of less than full rank, such as that of a few rows of data, leaves part of the basis open, and with it
    the next updates: they differ by half between libraries. Here, where neither paper nor code speaks, the open part is
    that of the axes in their order (the eigenvectors of diag(1, 2, ..., n) in the open subspace), and later bases keep what
    no gradient has met, on every kind of array alike. Only eigenvalues that are equal and not zero leave it to the library.

    A gradient whose square overflows (above 1e19 in float32) gives NaN.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.003 (the authors' code)
    - b1: [0, 1), default 0.95 (the authors' code)
    - b2: [0, 1), default 0.95 (the authors' code)
    - b_gram: [0, 1), default 0.95 (the authors' code: b2): for L and R
    - eps: [0, inf), default 1e-8 (the authors' code): added to the root before its correction
    - weight_decay: [0, inf), default 0 (the authors' code: 0.01), times the learning rate
    - precondition_frequency: 1, 2, ..., default 10 (the authors' code): updates between bases
    - max_size: 0, 1, ..., default 1200 (the authors' code: 10000): the longest axis that gets a matrix

    **Slots**

    m and v, each of w's shape, and for each axis of length n gram and basis, each (n, n): for a square float32 matrix 24
    bytes per parameter, for vectors 8.

    **Reference**

    Vyas et al., SOAP: Improving and Stabilizing Shampoo using Adam (2024), algorithms 3 and 4.
    """

    learning_rate: NonNegative = 3e-3
    b1: Fraction = 0.95
    b2: Fraction = 0.95
    b_gram: Fraction = 0.95
    eps: NonNegative = 1e-8
    weight_decay: NonNegative = 0.0
    precondition_frequency: int = option(10)
    max_size: int = option(1200)

    def validate(self) -> None:
        checks.whole(self, precondition_frequency=1, max_size=0)

    def init(self, w: Array) -> Slots:
        slots = {"m": zeros_like(w), "v": zeros_like(w)}
        for axis in short_axes(slots["m"], self.max_size):
            slots[f"gram{axis}"] = square = gram(slots["m"], axis)
            slots[f"basis{axis}"] = identity_like(square)
        return slots

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        axes = short_axes(g, self.max_size)
        bases = [slots[f"basis{axis}"] for axis in axes]
        into = [basis.T for basis in bases]
        s = t - 1 * (t > 1)  # 1 at the first update too, whose numbers are not used
        m = self.b1 * slots["m"] + (1 - self.b1) * g
        v = self.b2 * slots["v"] + (1 - self.b2) * along_all(into, g, axes) ** 2
        m_hat = along_all(into, m, axes) / (1 - self.b1**s)
        root = sqrt(v / (1 - self.b2**s))
        lost = rounding(g) * norm(root) if axes else 0.0
        divisor = one_if_zero(root + self.eps / (1 - self.b2**s) ** 0.5)
        n = where(root <= lost, zeros_like(g), m_hat / divisor)  # this way round NaN stays NaN
        step = -self.learning_rate * along_all(bases, n, axes)
        change = step - self.learning_rate * self.weight_decay * (w + step)
        moments = {"m": where(t > 1, m, slots["m"]), "v": where(t > 1, v, slots["v"])}
        return where(t > 1, change, zeros_like(w)), moments | self._bases(g, slots, axes, t)

    def _bases(self, g: Array, slots: Slots, axes: tuple[int, ...], t: Any) -> Slots:
        """The matrices with this gradient in them, and the bases, refreshed where it is time."""
        new = {}
        for axis in axes:
            total = self.b_gram * slots[f"gram{axis}"] + (1 - self.b_gram) * gram(g, axis)
            basis = refresh_if(t == 1, lambda a, _: eigenbasis(a), total, slots[f"basis{axis}"])
            later = (t > 1) & ((t - 1) % self.precondition_frequency == 0)
            new |= {f"gram{axis}": total, f"basis{axis}": refresh_if(later, next_basis, total, basis)}
        return new
