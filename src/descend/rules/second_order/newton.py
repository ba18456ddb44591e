from typing import Any, ClassVar

import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.hyper import NonNegative, option
from descend.core.numeric import linalg

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from .damping import Model, damped_step


@rule("newton")
class Newton(OracleRule):
    """The step to the minimum of the loss's quadratic model, kept to descents by a damping that adapts.

    **Update**

        H = V diag(c) V^T, the Hessian at w
        p = -V diag(1 / (|c| + damping_t)) V^T g, tried by the loss at w + p
        r = (f(w) - f(w + p)) / (fall of the model, with |c| for c)
        w_{t+1} = w + p where the loss does not rise, else w
        damping grows tenfold where r < 1/4, to no less than 0.001 max|c|, and falls to a quarter where r > 3/4
        undamped: w_{t+1} = w - H^-1 g, which goes to a saddle or a maximum as gladly as to a minimum

    One step costs a gradient, a Hessian (as many gradients as there are parameters, or so), a decomposition of it, which is
    counted as one solve, and a value. With mini-batches the Hessian of a batch may be singular, and so far from the whole
    one that steps are too long: unsound but for large batches.

    **Hyperparameters**

    - damping: [0, inf), default 0: the first damping, in the unit of curvatures
    - damped: True, or False (the textbook's method)

    **Slots**

    damping, and how many trials were refused: two numbers. A step takes parameters squared, at most 256 MiB in float32;
    newton_cg needs far less.

    **Reference**

    Nocedal and Wright, Numerical Optimization (2006), section 3.4; |c|: Dauphin et al., Identifying and attacking the saddle
    point problem in high-dimensional non-convex optimization (2014); the damping: Marquardt, An Algorithm for Least-Squares
    Estimation of Nonlinear Parameters (1963).
    """

    tries: ClassVar[bool] = True

    damping: NonNegative = 0.0
    damped: bool = option(True)

    def uses(self, steps: Any) -> Usage:
        return Usage(values=steps if self.damped else 0, gradients=steps, hessians=steps, solves=steps)

    def init(self, w: Any) -> dict[str, Any]:
        w, _ = ravel_pytree(w)
        checks.square(self, w.size, "newton_cg")
        return {"damping": jnp.zeros((), w.dtype) + self.damping, "refused": jnp.zeros((), w.dtype)}

    def model(self, oracle: Oracle, params: Any) -> Any:
        return oracle.hessian(params)

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)
        w, tree = ravel_pytree(params)
        g = ravel_pytree(gradient)[0]
        H = self.model(oracle, params)
        if not self.damped:
            change = -linalg.solve(H, g)
            return Step(tree(w + change), slots, tree(change), value, aux, gradient)
        trial = damped_step(lambda p: oracle.value(tree(w + p)), Model(value, g, H), slots["damping"])
        slots = {"damping": trial.damping, "refused": slots["refused"] + trial.refused}
        return Step(tree(w + trial.step), slots, tree(trial.step), value, aux, gradient)
