from typing import Any

import jax.numpy as jnp

from descend.core.hyper import Inside, Positive, option

from .. import checks
from ..base import rule
from ..search.rule import Ends, Memory, Searcher, cautious_length, one_if_not
from .lbfgs import has_curvature

AHEAD = 1.01  # a little beyond the guess, so that 1 is tried in the end (Nocedal and Wright, section 3.5)


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
        one evaluation of value and gradient at w + a d, where a begins at `first`; not scaled: where the loss would fall as
            much as along the line before, at 1 at most
        accepted: w_{t+1} = w + a d; with s = a d, y = g' - g and r = 1 / s.y, where s.y > 0:
            H' = (1 - r s y^T) H (1 - r y s^T) + r s s^T, from H = 1; scaled: from (s.y / y.y) 1 before the first pair
        refused: w_{t+1} = w, and another a is tried
        a search that fails takes its best point, or restarts from w along -g with H = 1

    One step costs one gradient, accepted or not; the first is spent at the start. With mini-batches the values at the two ends
    of the line come from different batches unless both_ends is set, and curvature is then noise: unsound but for large batches.

    **Hyperparameters**

    - first: (0, inf), default 1: the length first tried along a direction
    - decrease: (0, 1), default 0.0001 (Nocedal and Wright): the share of the slope's promise by which the loss must fall
    - curvature: (0, 1), default 0.9 (Nocedal and Wright): the share of the slope that may be left; "wolfe" alone heeds it
    - search: "wolfe" (the default), "armijo" or "fixed": how a trial is judged
    - scaled: False (the default, as in scipy), or True (Nocedal and Wright, equation 6.20): the first matrix. Scaled, it is
      the faster start where all directions curve alike, and the slower one where curvatures are far apart
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
    scaled: bool = option(False)
    both_ends: bool = option(False)

    def empty(self, w: Any) -> Memory:
        checks.square(self, w.size, "lbfgs")
        zero = jnp.zeros((), w.dtype)
        return {"H": jnp.eye(w.size, dtype=w.dtype), "pairs": zero, "fell": zero}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        new = has_curvature(ends)
        s, y = (jnp.where(new, v, jnp.ones_like(v)) for v in (ends.s, ends.after - ends.before))
        fresh = self.scaled & (memory["pairs"] == 0)
        H = jnp.where(fresh, (s @ y) / one_if_not(y @ y > 0, y @ y) * memory["H"], memory["H"])
        fell = -(ends.before + ends.after) @ ends.s / 2  # along the line, by the trapezium of its slopes
        return {"H": jnp.where(new, bfgs_update(H, s, y), memory["H"]), "pairs": memory["pairs"] + new, "fell": fell}

    def direction(self, memory: Memory, ends: Ends) -> Any:
        return -memory["H"] @ ends.after

    def first_length(self, memory: Memory, ends: Ends, direction: Any) -> Any:
        slope, one = -(ends.after @ direction), jnp.ones_like(ends.value)
        fell = memory["fell"]
        guess = jnp.minimum(AHEAD * 2 * fell / one_if_not(slope > 0, slope), 1)
        known = jnp.where((fell > 0) & (slope > 0) & (not self.scaled), guess, one)
        return jnp.where(memory["pairs"] > 0, known, cautious_length(ends.after))
