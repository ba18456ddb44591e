from typing import Any

import jax

from descend.core.hyper import Fraction, NonNegative, Portion
from descend.core.numeric import trees
from descend.core.numeric.arrays import one_if_zero, sqrt

from . import schedule_free
from .base import rule
from .tree import TreeRule


@rule("schedule_free_adamw")
class ScheduleFreeAdamW(TreeRule):
    """AdamW with averaging of the iterates in place of momentum, so it needs no decreasing schedule.

    **Update**

        y_t = (1 - b1) * z_t + b1 * x_t, where the gradient g_t is taken
        lr_t = learning_rate * min(1, t / warmup_steps)
        v_t = b2 * v_{t-1} + (1 - b2) * g_t^2,  v_hat = v_t / (1 - b2^t)
        z_{t+1} = z_t - lr_t * (g_t / (sqrt(v_hat) + eps) + weight_decay * y_t),  where 0 / 0 is 0
        s_t = s_{t-1} + c,  c = (max of lr_1 ... lr_t)^weight_lr_power
        x_{t+1} = x_t + c / s_t * (z_{t+1} - x_t)

    The parameters w that a training keeps are x, the ones to evaluate and ship; the gradient is taken at the probe y; z is
    a slot. Decay the weights by weight_decay, not by a wrapper, which would move x alone.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.0025 (the authors' code)
    - b1: [0, 1], default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 1e-8 (the paper): added to the root
    - warmup_steps: [0, inf), default 0: updates over which the learning rate rises
    - weight_decay: [0, inf), default 0
    - weight_lr_power: [0, inf), default 2 (the paper); 0 weighs all z alike

    **Slots**

    z and v, each of w's shape: 8 bytes per float32 parameter; s and the largest lr so far, single numbers.

    **Reference**

    Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky, The Road Less Scheduled (2024), algorithm 1. As in the authors'
    present code and optax v is corrected for starting from 0, where algorithm 1 multiplies lr_t, and so c, by
    sqrt(1 - b2^t), which they found less stable; and c comes from the largest learning rate so far.
    """

    learning_rate: NonNegative = 0.0025
    b1: Portion = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-8
    warmup_steps: NonNegative = 0.0
    weight_decay: NonNegative = 0.0
    weight_lr_power: NonNegative = 2.0

    def init(self, w: Any) -> dict[str, Any]:
        return {**schedule_free.start(w), "v": trees.zeros(w)}

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return schedule_free.between(self.b1, w, slots["z"])

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        x, z = schedule_free.follow(self.b1, w, slots["z"], old, new)
        return x, {**slots, "z": z}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        lr, y = schedule_free.warm_up(self.learning_rate, self.warmup_steps, t), self.probe(w, slots, t)
        v = jax.tree.map(lambda v, g: self.b2 * v + (1 - self.b2) * g**2, slots["v"], g)
        root = jax.tree.map(lambda v: one_if_zero(sqrt(v / (1 - self.b2**t)) + self.eps), v)
        z = jax.tree.map(lambda z, g, r, y: z - lr * (g / r + self.weight_decay * y), slots["z"], g, root, y)
        change, memory = schedule_free.average(w, z, slots, lr, self.weight_lr_power)
        return change, {**memory, "v": v}
