from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.hyper import Fraction, NonNegative, option
from descend.core.numeric.trees import zeros

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from . import hutchinson


@rule("sophia")
class Sophia(OracleRule):
    """Momentum divided by an average of the Hessian's estimated diagonal, and clipped: by sign where curvature is small.

    **Update**

        every k updates, as at update 1: h_t = b2 * h_{t-1} + (1 - b2) * z * (H z), z random signs; else h_t = h_{t-1}
        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        w_{t+1} = w_t - learning_rate * (clip(m_t / max(gamma * h_t, eps), -1, 1) + weight_decay * w_t)

    One step costs a gradient, and every k steps a Hessian-vector product, of about two gradients. Sound with mini-batches.
    This is Sophia-H; Sophia-G estimates the Gauss-Newton matrix from labels that the model draws.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.001: what a number moves by at most
    - b1: [0, 1), default 0.96 (the paper)
    - b2: [0, 1), default 0.99 (the paper)
    - gamma: [0, inf), default 0.01 (the paper, for Sophia-H): the smaller, the more is clipped
    - eps: [0, inf), default 1e-12 (the paper): the least divisor
    - weight_decay: [0, inf), default 0 (the paper: 0.2), times the learning rate
    - every: 1, 2, ..., default 10 (the paper: k): updates from one estimate to the next
    - seed: 0, 1, ..., default 0: of the signs

    **Slots**

    m and h, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Liu et al., Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training (2023), algorithm 3.
    """

    meanings: ClassVar = {"h": "second moment"}

    learning_rate: NonNegative = 1e-3
    b1: Fraction = 0.96
    b2: Fraction = 0.99
    gamma: NonNegative = 0.01
    eps: NonNegative = 1e-12
    weight_decay: NonNegative = 0.0
    every: int = option(10)
    seed: int = option(0)

    def validate(self) -> None:
        checks.whole(self, every=1, seed=0)

    def uses(self, steps: Any) -> Usage:
        return hutchinson.usage(steps, self.every)

    def init(self, w: Any) -> dict[str, Any]:
        return {name: zeros(w) for name in ("m", "h")}

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)

        def average(h: Any, D: Any) -> Any:
            return jax.tree.map(lambda h, d: self.b2 * h + (1 - self.b2) * d, h, D)

        h = hutchinson.now_and_then(oracle, params, slots["h"], t, self.every, self.seed, average)
        m = jax.tree.map(lambda m, g: self.b1 * m + (1 - self.b1) * g, slots["m"], gradient)
        change = jax.tree.map(self._change, m, h, params)
        return Step(jax.tree.map(jnp.add, params, change), {"m": m, "h": h}, change, value, aux, gradient)

    def _change(self, m: Any, h: Any, w: Any) -> Any:
        below = jnp.maximum(self.gamma * h, self.eps)
        moved = jnp.where(below > 0, m / jnp.where(below > 0, below, 1), jnp.sign(m))
        return (-self.learning_rate * (jnp.clip(moved, -1, 1) + self.weight_decay * w)).astype(w.dtype)
