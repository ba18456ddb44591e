from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from descend.core.hyper import NonNegative, option
from descend.core.numeric.trees import norm

from ..base import Rule
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from ..tree import Wrapper, wrapper


@wrapper("sharpness_aware")
class SharpnessAware(OracleRule, Wrapper):
    """Gives the rule the gradient from a little uphill, so that it seeks minima whose surroundings are low too.

    **Update**

        e = rho * g / |g|, with g the gradient where the rule takes its own, and |g| the length over all parameters
        adaptive: e = rho * w^2 * g / | |w| * g |, number by number
        the rule's update at w, by the gradient at w + e; e = 0 where g = 0

    One step costs two gradients. Sound with mini-batches: both are of the same one.

    **Hyperparameters**

    - rule: the rule inside, one that needs a gradient and no more
    - rho: [0, inf), default 0.05 (the paper; adaptive: 0.5): how far uphill
    - adaptive: False (the paper) or True (Kwon et al.)

    **Slots**

    Those of the rule.

    **Reference**

    Foret, Kleiner, Mobahi, Neyshabur, Sharpness-Aware Minimization for Efficiently Improving Generalization (2021),
    algorithm 1; adaptive: Kwon, Kim, Park, Choi, ASAM (2021), equation 6.
    """

    needs_curvature: ClassVar[bool] = False

    rule: Rule
    rho: NonNegative = 0.05
    adaptive: bool = option(False)

    def uses(self, steps: Any) -> Usage:
        return Usage(gradients=2 * steps)

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        p = self.probe(params, slots, t)
        value, aux, gradient = oracle.gradient(p)
        uphill = oracle.gradient(jax.tree.map(jnp.add, p, self._away(p, gradient)))[2]
        change, inner = self.rule.update_tree(uphill, slots["rule"], params, t)
        moved = jax.tree.map(jnp.add, params, change)
        return Step(moved, {**slots, "rule": inner}, change, value, aux, gradient)

    def _away(self, w: Any, g: Any) -> Any:
        """The way to the point uphill: a tree like w."""
        size = jax.tree.map(lambda a: abs(a) if self.adaptive else jnp.ones_like(a), w)
        scaled = jax.tree.map(lambda s, g: s * g, size, g)
        length = norm(scaled)
        share = jnp.where(length > 0, self.rho / jnp.where(length > 0, length, 1), 0)
        return jax.tree.map(lambda s, a: (share * s * a).astype(a.dtype), size, scaled)
