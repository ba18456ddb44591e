from typing import Any, ClassVar

import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.hyper import option
from descend.core.numeric.linalg import eigh

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..search.line import tolerance
from ..step import OracleRule, Step
from .damping import least
from .newton_cg import truncated_cg

DECREASE, SHORTEST = 1e-4, 1e-9  # the share of the slope's promise by which the loss must fall, and the least length


@rule("gauss_newton")
class GaussNewton(OracleRule):
    """Newton's step without the curvature of the residuals themselves: linear least squares, solved anew at every point.

    **Update**

        G = J^T H J, J the Jacobian of the residuals or of a network's outputs, H the curvature of the loss there
            (2 for residuals, whose squares add up to the loss)
        p = -G^+ g, the shortest step to the minimum of the model; with products: conjugate gradients on g.p + p.G p / 2
        tried by the loss at w + a p, where a begins at 1
        w_{t+1} = w + a p where the loss falls by 0.0001 of what the slope promises, and a grows fourfold, to 1 at most
        else w_{t+1} = w, and a is halved
        undamped: w_{t+1} = w + p, which may rise where the residuals are large or curved

    One step costs a gradient, a matrix G, which is counted as a Hessian, a decomposition of it, counted as one solve, and
    a value; with products, these in place of matrix and solve, of about two gradients each. With mini-batches the matrix of a
    batch may be singular, and so far from the whole one that steps are too long: unsound but for large batches.

    **Hyperparameters**

    - damped: True, or False (the textbook's method)
    - products: 0, 1, ..., default 0: Gauss-Newton products at each step, for networks; 0 takes the whole matrix

    **Slots**

    a, and how many trials were refused: two numbers. A step takes parameters squared, at most 256 MiB in float32; with
    products far less.

    **Reference**

    Nocedal and Wright, Numerical Optimization (2006), section 10.3; networks: Schraudolph, Fast Curvature Matrix-Vector
    Products for Second-Order Gradient Descent (2002); products: Martens, Deep learning via Hessian-free optimization (2010).
    """

    needs_outputs: ClassVar[bool] = True
    tries: ClassVar[bool] = True

    damped: bool = option(True)
    products: int = option(0)

    def validate(self) -> None:
        checks.whole(self, products=0)

    def uses(self, steps: Any) -> Usage:
        matrices = 0 if self.products else steps
        values = steps if self.damped else 0
        return Usage(values=values, gradients=steps, hvps=self.products * steps, hessians=matrices, solves=matrices)

    def init(self, w: Any) -> dict[str, Any]:
        w, _ = ravel_pytree(w)
        if not self.products:
            checks.square(self, w.size, "newton_cg, or gauss_newton with products=10")
        return {"length": jnp.ones((), w.dtype), "refused": jnp.zeros((), w.dtype)}

    def model(self, oracle: Oracle, params: Any) -> Any:
        return oracle.gauss_newton_matrix(params)

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)
        w, tree = ravel_pytree(params)
        g = ravel_pytree(gradient)[0]
        p = self._direction(oracle, params, g, tree)
        if not self.damped:
            return Step(tree(w + p), slots, tree(p), value, aux, gradient)
        a = slots["length"]
        near = oracle.value(tree(w + a * p)) <= value + DECREASE * a * (g @ p) + tolerance(value)
        taken = near & jnp.isfinite(p).all()
        shorter = jnp.where(a > SHORTEST, a / 2, 1)
        after = {"length": jnp.where(taken, jnp.minimum(4 * a, 1), shorter), "refused": slots["refused"] + ~taken}
        change = jnp.where(taken, a * p, 0)
        return Step(tree(w + change), after, tree(change), value, aux, gradient)

    def _direction(self, oracle: Oracle, params: Any, g: Any, tree: Any) -> Any:
        """The way to the minimum of the model."""
        if self.products:
            product = oracle.gauss_newton(params)
            return truncated_cg(lambda v: ravel_pytree(product(tree(v)))[0], g, jnp.inf, self.products).p
        G = self.model(oracle, params)
        sound = jnp.isfinite(G).all() & jnp.isfinite(g).all()
        c, V = eigh(jnp.where(sound, G, jnp.eye(g.size, dtype=g.dtype)))
        real = c > g.size * least(c)
        return V @ jnp.where(real & sound, -(V.T @ g) / jnp.where(real, c, 1), 0)
