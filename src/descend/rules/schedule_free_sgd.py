from typing import Any

import jax

from descend.core.hyper import NonNegative, Portion

from . import schedule_free
from .base import rule
from .tree import TreeRule


@rule("schedule_free_sgd")
class ScheduleFreeSGD(TreeRule):
    """Gradient descent with averaging of the iterates, so it needs no decreasing schedule.

    **Update**

        y_t = (1 - b1) * z_t + b1 * x_t, where the gradient g_t is taken
        lr_t = learning_rate * min(1, t / warmup_steps)
        z_{t+1} = z_t - lr_t * (g_t + weight_decay * y_t)
        s_t = s_{t-1} + c,  c = (max of lr_1 ... lr_t)^weight_lr_power
        x_{t+1} = x_t + c / s_t * (z_{t+1} - x_t)

    The parameters w that a training keeps are x, the ones to evaluate and ship; the gradient is taken at the probe y; z is
    a slot. Decay the weights by weight_decay, not by a wrapper, which would move x alone. b1 = 0 is averaged gradient
    descent (Polyak and Ruppert), b1 = 1 primal averaging.

    **Hyperparameters**

    - learning_rate: [0, inf), default 1 (the authors' code); larger than for plain gradient descent
    - b1: [0, 1], default 0.9 (the paper)
    - warmup_steps: [0, inf), default 0: updates over which the learning rate rises
    - weight_decay: [0, inf), default 0
    - weight_lr_power: [0, inf), default 2 (the paper); 0 weighs all z alike

    **Slots**

    z, of w's shape: 4 bytes per float32 parameter; s and the largest lr so far, single numbers.

    **Reference**

    Defazio, Yang, Mehta, Mishchenko, Khaled, Cutkosky, The Road Less Scheduled (2024), equations 3 to 5. As in the authors'
    code c comes from the largest learning rate so far, where the paper has that of the step: they differ once it falls.
    """

    learning_rate: NonNegative = 1.0
    b1: Portion = 0.9
    warmup_steps: NonNegative = 0.0
    weight_decay: NonNegative = 0.0
    weight_lr_power: NonNegative = 2.0

    def init(self, w: Any) -> dict[str, Any]:
        return schedule_free.start(w)

    def probe(self, w: Any, slots: Any, t: Any) -> Any:
        return schedule_free.between(self.b1, w, slots["z"])

    def follow(self, w: Any, slots: Any, old: Any, new: Any, t: Any) -> tuple[Any, Any]:
        x, z = schedule_free.follow(self.b1, w, slots["z"], old, new)
        return x, {**slots, "z": z}

    def update(self, g: Any, slots: Any, w: Any, t: Any) -> tuple[Any, Any]:
        lr, y = schedule_free.warm_up(self.learning_rate, self.warmup_steps, t), self.probe(w, slots, t)
        z = jax.tree.map(lambda z, g, y: z - lr * (g + self.weight_decay * y), slots["z"], g, y)
        change, memory = schedule_free.average(w, z, slots, lr, self.weight_lr_power)
        return change, memory
