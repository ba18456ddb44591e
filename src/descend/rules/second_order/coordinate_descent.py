from typing import Any, ClassVar

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.hyper import NonNegative, option

from .. import checks
from ..base import rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step

ORDERS = ("cyclic", "random", "greedy")


@rule("coordinate_descent")
class CoordinateDescent(OracleRule):
    """One coordinate at a time, by Newton's step along it.

    **Update**

        i: cyclic: t - 1 modulo the parameters; random: any; greedy: where |g| is largest
        w_i = w_i - learning_rate * f_i / |f_ii|, the first and second derivative along coordinate i
        where f_ii = 0: w_i stays

    One step costs a partial derivative and the curvature along it, counted as three values; greedy, whose choice takes a whole
    gradient, counts that and two. The gradient in a race's records is none of the rule's cost. Mini-batches
    differ, and each is followed by whole Newton steps: unsound there, but for small learning rates. Losses that draw noise at
    every step are refused.

    **Hyperparameters**

    - learning_rate: [0, inf), default 1: the share of the step to the minimum along the coordinate
    - order: "cyclic" (the default), "random" or "greedy"
    - seed: 0, 1, ..., default 0: of the random order

    **Slots**

    None: 0 bytes.

    **Reference**

    Wright, Coordinate descent algorithms (2015); greedy: Nutini et al., Coordinate Descent Converges Faster with the
    Gauss-Southwell Rule Than Random Selection (2015).
    """

    needs_quiet: ClassVar[bool] = True

    learning_rate: NonNegative = 1.0
    order: str = option("cyclic")
    seed: int = option(0)

    def validate(self) -> None:
        checks.choice(self, order=ORDERS)
        checks.whole(self, seed=0)

    def uses(self, steps: Any) -> Usage:
        return Usage(values=2 * steps, gradients=steps) if self.order == "greedy" else Usage(values=3 * steps)

    def init(self, w: Any) -> dict[str, Any]:
        return {}

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        value, aux, gradient = oracle.gradient(params)
        w, tree = ravel_pytree(params)
        i = self._coordinate(ravel_pytree(gradient)[0], t)

        def along(x: Any) -> Any:
            return oracle.value(tree(w.at[i].set(x)))

        def slope(x: Any) -> Any:
            return jax.jvp(along, (x,), (jnp.ones_like(x),))[1]

        first, second = jax.jvp(slope, (w[i],), (jnp.ones_like(w[i]),))
        move = -self.learning_rate * first / jnp.where(second == 0, 1, abs(second))
        move = jnp.where((second != 0) & jnp.isfinite(move), move, 0).astype(w.dtype)
        change = jnp.zeros_like(w).at[i].set(move)
        return Step(tree(w + change), slots, tree(change), value, aux, gradient)

    def _coordinate(self, g: Any, t: Any) -> Any:
        if self.order == "greedy":
            return jnp.argmax(abs(g))
        turn = jnp.asarray(t, jnp.int32) - 1
        if self.order == "cyclic":
            return turn % max(1, g.size)
        return jax.random.randint(jax.random.fold_in(jax.random.key(self.seed), turn), (), 0, max(1, g.size))
