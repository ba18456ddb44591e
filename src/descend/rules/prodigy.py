from typing import Any, ClassVar

import jax

from descend.core.hyper import Fraction, NonNegative, Positive, option
from descend.core.numeric import trees
from descend.core.numeric.arrays import cast, maximum, namespace, one_if_zero, sqrt, where

from .base import rule
from .tree import TreeRule


@rule("prodigy")
class Prodigy(TreeRule):
    """Adam that finds its own learning rate from d, a lower bound on the distance from the start to the solution.

    **Update**

        lr_t = d_t * learning_rate
        m_t = b1 * m_{t-1} + (1 - b1) * d_t * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * (d_t * g_t)^2
        r_t = b3 * r_{t-1} + d_t / d0 * lr_t * <g_t, w_1 - w_t>,  over all parameters together
        s_t = b3 * s_{t-1} + d_t / d0 * lr_t * g_t
        d_{t+1} = max(d_t, d_coef * r_t / ||s_t||_1)
        w_{t+1} = w_t - lr_t * (m_t / (sqrt(v_t) + d_{t+1} * eps) + weight_decay * w_t),  where 0 / 0 is 0
        bias_correction: lr_t times sqrt(1 - b2^t) / (1 - b1^t)
        safeguard_warmup: d_t in the place of lr_t in s_t

    An update whose s_t is 0, as while all gradients so far are zeros, or whose learning_rate is 0 is skipped, as in the
    authors' code: everything stays, without decay, and the t of bias_correction does not count it.

    **Hyperparameters**

    - learning_rate: [0, inf), default 1 (the paper): a factor on d, to be left at 1 or given a schedule from 1 downward
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - b3: [0, 1) or None, default None: the root of b2 (the paper)
    - eps: [0, inf), default 1e-8 (the paper)
    - d0: (0, inf), default 1e-6 (the paper): the first d, which must be too small
    - d_coef: (0, inf), default 1: a factor on the estimate; the authors tune this rather than learning_rate
    - weight_decay: [0, inf), default 0: decoupled, as in AdamW
    - bias_correction: False (the authors' code) or True (optax)
    - safeguard_warmup: False or True: for a learning rate that rises from 0

    **Slots**

    m, v, s and start, each of w's shape: 16 bytes per float32 parameter; d and r, with bias_correction also skipped (updates
    left out), single numbers.

    **Reference**

    Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner (2023), algorithm 4. As in the authors'
    code r and s carry a factor d_t / d0 where the paper has d_t, which cancels, and eps is scaled by d_{t+1} where the
    paper has d_t.
    """

    meanings: ClassVar = {"s": "first moment"}  # a sum of gradients
    learning_rate: NonNegative = 1.0
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    b3: Fraction | None = None
    eps: NonNegative = 1e-8
    d0: Positive = 1e-6
    d_coef: Positive = 1.0
    weight_decay: NonNegative = 0.0
    bias_correction: bool = option(False)
    safeguard_warmup: bool = option(False)

    def init(self, w: Any) -> dict[str, Any]:
        zeros = {name: trees.zeros(w) for name in ("m", "v", "s")}
        skipped = {"skipped": trees.scalar(w)} if self.bias_correction else {}
        return {**zeros, "start": jax.tree.map(lambda a: a + 0, w), "d": trees.scalar(w, self.d0), "r": trees.scalar(w), **skipped}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        b1, b2, b3, d = self.b1, self.b2, self.b2**0.5 if self.b3 is None else self.b3, slots["d"]
        lr = d * self.learning_rate
        if self.bias_correction:
            count = trees.update_number(t - slots["skipped"], w)
            lr = lr * (1 - b2**count) ** 0.5 / (1 - b1**count)
        of_s = d / self.d0 * (d if self.safeguard_warmup else lr)
        dg = trees.scale(d, g)
        m = jax.tree.map(lambda m, a: b1 * m + (1 - b1) * a, slots["m"], dg)
        v = jax.tree.map(lambda v, a: b2 * v + (1 - b2) * a**2, slots["v"], dg)
        s = jax.tree.map(lambda s, a: b3 * s + cast(of_s, a) * a, slots["s"], g)
        way = jax.tree.map(lambda a, b: a - b, slots["start"], w)
        r = b3 * slots["r"] + d / self.d0 * lr * trees.dot(g, way)
        length = trees.total([namespace(a).sum(abs(a)) for a in jax.tree.leaves(s)])
        d = maximum(d, cast(self.d_coef * r / one_if_zero(length), d))
        change = jax.tree.map(lambda m, v, a: self._change(m, v, a, cast(lr, a), cast(d, a)), m, v, w)
        new = {**slots, "m": m, "v": v, "s": s, "d": d, "r": cast(r, d)}
        return self._unless((length == 0) | (self.learning_rate == 0), change, slots, new)

    def _unless(self, idle: Any, change: Any, slots: Any, new: Any) -> tuple[Any, Any]:
        """The update, or where it is idle none."""
        kept = trees.select(idle, slots, new)
        if self.bias_correction:
            kept["skipped"] = where(idle, slots["skipped"] + 1, slots["skipped"])
        return trees.select(idle, trees.zeros(change), change), kept

    def _change(self, m: Any, v: Any, w: Any, lr: Any, d: Any) -> Any:
        return -lr * (m / one_if_zero(sqrt(v) + d * self.eps) + self.weight_decay * w)
