from typing import Any

import jax
import jax.numpy as jnp

from descend.core.hyper import Fraction, NonNegative, Portion, option
from descend.core.numeric.trees import zeros

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from . import hutchinson


@rule("adahessian")
class AdaHessian(OracleRule):
    """Adam with the Hessian's diagonal, estimated by products with random signs, in the place of the gradient in the root.

    **Update**

        D = z * (H z), z random signs; every k updates, as at update 1
        m_t = b1 * m_{t-1} + (1 - b1) * g_t
        v_t = b2 * v_{t-1} + (1 - b2) * D^2, at updates with a D
        m_hat = m_t / (1 - b1^t),  v_hat = v_t / (1 - b2^n), after n estimates
        w_{t+1} = w_t - learning_rate * (m_hat / (v_hat^(power / 2) + eps) + weight_decay * w_t)

    One step costs a gradient, and every k steps a Hessian-vector product, of about two gradients. Sound with mini-batches.
    The paper's average of D over blocks is left out.

    **Hyperparameters**

    - learning_rate: [0, inf), default 0.15 (the authors' code)
    - b1: [0, 1), default 0.9 (the paper)
    - b2: [0, 1), default 0.999 (the paper)
    - eps: [0, inf), default 0.0001 (the authors' code): added to the root
    - power: [0, 1], default 1 (the paper: k): 1 divides by the curvature, 0 by nothing
    - weight_decay: [0, inf), default 0, times the learning rate
    - every: 1, 2, ..., default 1: updates from one estimate to the next
    - seed: 0, 1, ..., default 0: of the signs

    **Slots**

    m and v, each of w's shape: 8 bytes per float32 parameter.

    **Reference**

    Yao, Gholami et al., ADAHESSIAN: An Adaptive Second Order Optimizer for Machine Learning (2021), algorithm 1.
    """

    learning_rate: NonNegative = 0.15
    b1: Fraction = 0.9
    b2: Fraction = 0.999
    eps: NonNegative = 1e-4
    power: Portion = 1.0
    weight_decay: NonNegative = 0.0
    every: int = option(1)
    seed: int = option(0)

    def validate(self) -> None:
        checks.whole(self, every=1, seed=0)

    def uses(self, steps: Any) -> Usage:
        return hutchinson.usage(steps, self.every)

    def init(self, w: Any) -> dict[str, Any]:
        return {name: zeros(w) for name in ("m", "v")}

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)

        def average(v: Any, D: Any) -> Any:
            return jax.tree.map(lambda v, d: self.b2 * v + (1 - self.b2) * d * d, v, D)

        v = hutchinson.now_and_then(oracle, params, slots["v"], t, self.every, self.seed, average)
        m = jax.tree.map(lambda m, g: self.b1 * m + (1 - self.b1) * g, slots["m"], gradient)
        estimates = (t + self.every - 1) // self.every
        change = jax.tree.map(lambda m, v, w: self._change(m, v, w, t, estimates), m, v, params)
        return Step(jax.tree.map(jnp.add, params, change), {"m": m, "v": v}, change, value, aux, gradient)

    def _change(self, m: Any, v: Any, w: Any, t: Any, estimates: Any) -> Any:
        m_hat, v_hat = m / (1 - self.b1**t), v / (1 - self.b2**estimates)
        below = v_hat ** (self.power / 2) + self.eps
        moved = jnp.where(below > 0, m_hat / jnp.where(below > 0, below, 1), 0)
        return (-self.learning_rate * (moved + self.weight_decay * w)).astype(w.dtype)
