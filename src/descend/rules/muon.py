from typing import Any, ClassVar

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.arrays import Array, zeros_like

from . import checks
from .adam import Adam
from .adamw import AdamW
from .base import Rule, Slots, rule
from .matrix import newton_schulz


def is_matrix(w: Array) -> bool:
    """Whether an array has two axes."""
    return getattr(w, "ndim", 0) == 2


@rule("muon")
class Muon(Rule):
    """Momentum, orthogonalised for each matrix so that all directions move equally far; another rule for other arrays.

    **Update**

        m_t = momentum * m_{t-1} + (1 - momentum) * g_t
        u_t = momentum * m_t + (1 - momentum) * g_t;  nesterov off: u_t = m_t
        o_t = a X + (b A + c A^2) X, ns_steps times, A = X X^T, from X = u_t / (|u_t| + eps)
        w_{t+1} = w_t - learning_rate * (scale * o_t + weight_decay * w_t)
        scale = sqrt(max(1, rows / columns));  match_rms: 0.2 * sqrt(max(rows, columns))

    (a, b, c) = (3.4445, -4.7750, 2.0315) brings all singular values to about 1. The author's code is followed, whose
    momentum averages where his text sums: the length goes in the division by |u_t|. Rows are outputs, as in PyTorch and
    equinox. The iteration runs in the parameters' own precision, not in bfloat16.

    Arrays of any other number of axes get the fallback. A stack of matrices or a convolution's kernel is one of those, not
    flattened and not taken apart; an embedding is a matrix here, and wants a group of its own with another rule.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.02 (the author's code)
    - momentum: [0, 1), default 0.95 (the author's code)
    - weight_decay: [0, inf), default 0 (the author's code), times the learning rate; the fallback has its own
    - eps: [0, inf), default 1e-7 (the author's code): added to the norm
    - fallback_scale: [0, inf), default 0.015 (the author's 0.0003 for Adam): the fallback's share of the learning rate
    - fallback: a rule, default Adam
    - nesterov: True (the author's code) or False
    - match_rms: False (the author's code) or True (Liu et al., with Adam's learning rate)
    - own_rate: False, or True: the fallback keeps its own learning rate
    - ns_steps: 1, 2, ..., default 5 (the author's code)

    **Slots**

    m, of w's shape: 4 bytes per float32 parameter; elsewhere the fallback's.

    **Reference**

    Jordan et al., Muon: An optimizer for hidden layers in neural networks (2024); match_rms: Liu et al., Muon is Scalable
    for LLM Training (2025), equation 4.
    """

    learning_rate: NonNegative = 0.02
    momentum: Fraction = 0.95
    weight_decay: NonNegative = 0.0
    eps: NonNegative = 1e-7
    fallback_scale: NonNegative = 0.015
    fallback: Rule = Adam()
    nesterov: bool = option(True)
    match_rms: bool = option(False)
    own_rate: bool = option(False)
    ns_steps: int = option(5)
    dialects: ClassVar[dict[str, dict[str, Any]]] = {
        "keras": {
            "learning_rate": 1e-3,
            "weight_decay": 0.004,
            "eps": 5e-9,  # its 1e-7 stands beside a momentum that sums: 20 times this one
            "fallback_scale": 1.0,
            "fallback": AdamW.as_in("keras"),
            "match_rms": True,
        },
        "paper": {},
    }

    def validate(self) -> None:
        checks.whole(self, ns_steps=1)

    @property
    def probes(self) -> bool:
        return self.fallback.probes

    @property
    def ships(self) -> bool:
        return self.fallback.ships

    def init(self, w: Array) -> Slots:
        return {"m": zeros_like(w)} if is_matrix(w) else self._other().init_tree(w)

    def probe(self, w: Array, slots: Slots, t: Any) -> Array:
        return w if is_matrix(w) else self._other().probe_tree(w, slots, t)

    def readout(self, w: Array, slots: Slots) -> Array:
        return w if is_matrix(w) else self._other().readout_tree(w, slots)

    def follow(self, w: Array, slots: Slots, old: Array, new: Array, t: Any) -> tuple[Array, Slots]:
        return (new, slots) if is_matrix(w) else self._other().follow_tree(w, slots, old, new, t)

    def update(self, g: Array, slots: Slots, w: Array, t: Any) -> tuple[Array, Slots]:
        if not is_matrix(w):
            return self._other().update_tree(g, slots, w, t)
        m = self.momentum * slots["m"] + (1 - self.momentum) * g
        u = self.momentum * m + (1 - self.momentum) * g if self.nesterov else m
        o = newton_schulz(u, self.ns_steps, self.eps)
        return -self.learning_rate * (self._scale(*w.shape) * o + self.weight_decay * w), {"m": m}

    def _scale(self, rows: int, columns: int) -> float:
        return 0.2 * max(rows, columns) ** 0.5 if self.match_rms else max(1.0, rows / max(1, columns)) ** 0.5

    def _other(self) -> Rule:
        """The fallback, at its share of the learning rate."""
        keeps = self.own_rate or self.fallback.rate is None
        return self.fallback if keeps else self.fallback.with_rate(self.fallback_scale * self.learning_rate)
