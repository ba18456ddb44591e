from typing import Any

import jax.numpy as jnp

from descend.core.hyper import Inside, Positive, option

from .. import checks
from ..base import rule
from ..search.rule import Ends, Memory, Searcher, cautious_length, one_if_not
from .lbfgs import has_curvature


def bfgs_update(H: Any, s: Any, y: Any) -> Any:
    """The symmetric matrix (n, n) nearest to H that takes y to s, where s.y > 0."""
    r = 1 / (s @ y)
    Hy = H @ y
    return H + (r + r * r * (y @ Hy)) * jnp.outer(s, s) - r * (jnp.outer(Hy, s) + jnp.outer(s, Hy))


@rule("bfgs")
class BFGS(Searcher):
    """The inverse Hessian learned from every step and its change of gradient, and a line search along its direction.

    **Update**

        d = -H g; at the start H = 1 and d = -g, of length at most one
        one evaluation of value and gradient at w + a d, where a begins at `first`
        accepted: w_{t+1} = w + a d; with s = a d, y = g' - g and r = 1 / s.y, where s.y > 0:
            H' = (1 - r s y^T) H (1 - r y s^T) + r s s^T, from H = (s.y / y.y) 1 before the first pair; not scaled: from 1
        refused: w_{t+1} = w, and another a is tried
        a search that fails takes its best point, or restarts from w along -g with H = 1

    One step costs one gradient, accepted or not; the first is spent at the start. With mini-batches the values at the two ends
    of the line come from different batches unless both_ends is set, and curvature is then noise: unsound but for large batches.

    **Hyperparameters**

    - first: (0, inf), default 1: the length first tried along a direction
    - decrease: (0, 1), default 0.0001 (Nocedal and Wright): the share of the slope's promise by which the loss must fall
    - curvature: (0, 1), default 0.9 (Nocedal and Wright): the share of the slope that may be left; "wolfe" alone heeds it
    - search: "wolfe" (the default), "armijo" or "fixed": how a trial is judged
    - scaled: True (Nocedal and Wright, equation 6.20), or False (scipy): the first matrix
    - both_ends: False, or True: the line's start is evaluated again by the batch of every step, at twice the cost

    **Slots**

    H, parameters squared, at most 256 MiB in float32 (lbfgs needs far less), and two vectors; the search's numbers, and how
    often it restarted.

    **Reference**

    Broyden; Fletcher; Goldfarb; Shanno (1970); Nocedal and Wright, Numerical Optimization (2006), algorithms 3.5, 3.6 and 6.1.
    """

    first: Positive = 1.0
    decrease: Inside = 1e-4
    curvature: Inside = 0.9
    search: str = option("wolfe")
    scaled: bool = option(True)
    both_ends: bool = option(False)

    def empty(self, w: Any) -> Memory:
        checks.square(self, w.size, "lbfgs")
        return {"H": jnp.eye(w.size, dtype=w.dtype), "pairs": jnp.zeros((), w.dtype)}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        new = has_curvature(ends)
        s, y = (jnp.where(new, v, jnp.ones_like(v)) for v in (ends.s, ends.after - ends.before))
        fresh = self.scaled & (memory["pairs"] == 0)
        H = jnp.where(fresh, (s @ y) / one_if_not(y @ y > 0, y @ y) * memory["H"], memory["H"])
        return {"H": jnp.where(new, bfgs_update(H, s, y), memory["H"]), "pairs": memory["pairs"] + new}

    def direction(self, memory: Memory, ends: Ends) -> Any:
        return -memory["H"] @ ends.after

    def first_length(self, memory: Memory, ends: Ends, direction: Any) -> Any:
        return jnp.where(memory["pairs"] > 0, jnp.ones_like(ends.value), cautious_length(ends.after))
