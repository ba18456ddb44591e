from typing import Any

import jax
import jax.numpy as jnp

from descend.core.hyper import Inside, Positive, option
from descend.core.numeric.trees import select

from .. import checks
from ..base import rule
from ..search.rule import Ends, Memory, Searcher, cautious_length, one_if_not


def two_loops(S: Any, Y: Any, filled: Any, g: Any) -> Any:
    """The inverse Hessian of pairs (memory, n), newest last, times g (n,); a row that is not filled changes nothing."""
    rho = jnp.where(filled, 1 / one_if_not(filled, jnp.sum(S * Y, axis=1)), 0)

    def down(q: Any, row: Any) -> Any:
        s, y, r = row
        a = r * (s @ q)
        return q - a * y, a

    def up(q: Any, row: Any) -> Any:
        s, y, r, a = row
        return q + (a - r * (y @ q)) * s, None

    q, a = jax.lax.scan(down, g, (S, Y, rho), reverse=True)
    sy, yy = S[-1] @ Y[-1], Y[-1] @ Y[-1]
    scale = jnp.where(filled[-1], sy / one_if_not(filled[-1], yy), 1)
    return jax.lax.scan(up, scale * q, (S, Y, rho, a))[0]


def has_curvature(ends: Ends) -> Any:
    """Whether the gradient grew along the step by more than rounding: pairs without curvature teach nothing."""
    s, y = ends.s, ends.after - ends.before
    return (s @ y > 10 * jnp.finfo(s.dtype).eps * jnp.sqrt((s @ s) * (y @ y))) & (s @ y > 0)


@rule("lbfgs")
class LBFGS(Searcher):
    """The inverse Hessian from the last few steps and their changes of gradient, and a line search along its direction.

    **Update**

        d = -H g, where H is made of the last `memory` pairs s = w' - w, y = g' - g by the two-loop recursion,
            from s.y / y.y of the newest pair; at the start d = -g, of length at most one
        one evaluation of value and gradient at w + a d, where a begins at `first`
        accepted: w_{t+1} = w + a d, the pair is remembered if s.y > 0, and a new direction is taken
        refused: w_{t+1} = w, and another a is tried
        a search that fails takes its best point, or restarts from w along -g with its memory cleared

    One step costs one gradient, accepted or not; the first is spent at the start. With mini-batches the values at the two ends
    of the line come from different batches unless both_ends is set, and curvature is then noise: unsound but for large batches.

    **Hyperparameters**

    - first: (0, inf), default 1: the length first tried along a direction
    - decrease: (0, 1), default 0.0001 (Nocedal and Wright): the share of the slope's promise by which the loss must fall
    - curvature: (0, 1), default 0.9 (Nocedal and Wright): the share of the slope that may be left; "wolfe" alone heeds it
    - search: "wolfe" (the default), "armijo" or "fixed": how a trial is judged
    - memory: 1, 2, ..., default 10: the pairs
    - both_ends: False, or True: the line's start is evaluated again by the batch of every step, at twice the cost

    **Slots**

    2 memory + 2 vectors of all parameters: 88 bytes per float32 parameter by default; the search's numbers, and how often it
    restarted.

    **Reference**

    Liu and Nocedal, On the limited memory BFGS method for large scale optimization (1989); the search: Nocedal and Wright,
    Numerical Optimization (2006), algorithms 3.5, 3.6 and 7.4.
    """

    first: Positive = 1.0
    decrease: Inside = 1e-4
    curvature: Inside = 0.9
    search: str = option("wolfe")
    memory: int = option(10)
    both_ends: bool = option(False)

    def validate(self) -> None:
        super().validate()
        checks.whole(self, memory=1)

    def empty(self, w: Any) -> Memory:
        rows = jnp.zeros((self.memory, w.size), w.dtype)
        return {"s": rows, "y": rows, "filled": jnp.zeros(self.memory, w.dtype)}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        new = has_curvature(ends)
        pair = {"s": ends.s, "y": ends.after - ends.before, "filled": jnp.ones((), ends.s.dtype)}
        pushed = {name: jnp.concatenate([memory[name][1:], pair[name][None]]) for name in pair}
        return select(new, pushed, memory)

    def direction(self, memory: Memory, ends: Ends) -> Any:
        return -two_loops(memory["s"], memory["y"], memory["filled"] > 0, ends.after)

    def first_length(self, memory: Memory, ends: Ends, direction: Any) -> Any:
        return jnp.where(memory["filled"][-1] > 0, jnp.ones_like(ends.value), cautious_length(ends.after))
