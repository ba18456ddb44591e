from typing import Any, ClassVar

import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.hyper import NonNegative, option

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from .damping import Model, damped_step


@rule("levenberg_marquardt")
class LevenbergMarquardt(OracleRule):
    """Gauss-Newton steps kept to descents by a damping that adapts: the method for least squares.

    **Update**

        G = J^T H J, J the Jacobian of the residuals or of a network's outputs, H the curvature of the loss there
            (2 for residuals, whose squares add up to the loss)
        D_t = max(D_{t-1}, diag(G)), number by number; not scaled: D = 1
        p = -(G + damping_t D)^-1 g, tried by the loss at w + p
        r = (f(w) - f(w + p)) / (fall of the model g.p + p.G p / 2)
        w_{t+1} = w + p where the loss does not rise, else w
        damping grows tenfold where r < 1/4, and falls to a quarter where r > 3/4

    One step costs a gradient, a matrix G, which is counted as a Hessian, a decomposition of it, counted as one solve, and
    a value. With mini-batches the matrix of a batch may be singular, and so far from the whole one that steps are too long:
    unsound but for large batches.

    **Hyperparameters**

    - damping: [0, inf), default 0.01 (Marquardt): the first damping; not scaled, in the unit of curvatures
    - scaled: True (Marquardt), or False (Levenberg)

    **Slots**

    D, of w's shape: 4 bytes per float32 parameter; damping, and how many trials were refused. A step takes parameters
    squared, at most 256 MiB in float32; newton_cg needs far less.

    **Reference**

    Levenberg, A method for the solution of certain non-linear problems in least squares (1944); Marquardt, An Algorithm for
    Least-Squares Estimation of Nonlinear Parameters (1963); D: More, The Levenberg-Marquardt algorithm (1978); networks:
    Schraudolph, Fast Curvature Matrix-Vector Products for Second-Order Gradient Descent (2002).
    """

    needs_outputs: ClassVar[bool] = True
    tries: ClassVar[bool] = True
    meanings: ClassVar = {"scale": "second moment"}

    damping: NonNegative = 1e-2
    scaled: bool = option(True)

    def uses(self, steps: Any) -> Usage:
        return Usage(values=steps, gradients=steps, hessians=steps, solves=steps)

    def init(self, w: Any) -> dict[str, Any]:
        w, tree = ravel_pytree(w)
        checks.square(self, w.size, "newton_cg")
        zero = jnp.zeros((), w.dtype)
        return {"scale": tree(jnp.zeros_like(w)), "damping": zero + self.damping, "refused": zero}

    def model(self, oracle: Oracle, params: Any) -> Any:
        return oracle.gauss_newton_matrix(params)

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)
        w, tree = ravel_pytree(params)
        G = self.model(oracle, params)
        D = jnp.maximum(ravel_pytree(slots["scale"])[0], jnp.diagonal(G))
        s = jnp.where(self.scaled & (D > 0) & jnp.isfinite(D), jnp.sqrt(D), 1)
        model = Model(value, ravel_pytree(gradient)[0] / s, G / jnp.outer(s, s))
        trial = damped_step(lambda p: oracle.value(tree(w + p / s)), model, slots["damping"])
        change = trial.step / s
        slots = {"scale": tree(D), "damping": trial.damping, "refused": slots["refused"] + trial.refused}
        return Step(tree(w + change), slots, tree(change), value, aux, gradient)
