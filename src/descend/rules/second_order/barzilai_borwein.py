from typing import Any

import jax.numpy as jnp

from descend.core.hyper import Inside, Positive, option

from .. import checks
from ..base import rule
from ..search.rule import Ends, Memory, Searcher, cautious_length, one_if_not
from .lbfgs import has_curvature


@rule("barzilai_borwein")
class BarzilaiBorwein(Searcher):
    """Gradient descent whose rate is the inverse curvature along the last step; the loss may rise for a while.

    **Update**

        d = -a g, with s and y the last step and its change of gradient:
        a = s.s / s.y; short: a = s.y / y.y; where s.y <= 0 and at the start a g has length at most one
        one evaluation of value and gradient at w + c d, where c begins at `first`
        accepted: w_{t+1} = w + c d, if the loss lies below the largest of the last `memory` by a share of the slope's promise
        refused: w_{t+1} = w, and a shorter c is tried
        a search that fails restarts from w with its memory cleared

    One step costs one gradient, accepted or not; the first is spent at the start. With mini-batches curvature along one step is
    mostly noise, and values are compared across batches unless both_ends is set: unsound but for large batches.

    **Hyperparameters**

    - first: (0, inf), default 1: the length first tried, times a g
    - decrease: (0, 1), default 0.0001 (Raydan): the share of the slope's promise by which the loss must fall
    - curvature: (0, 1), default 0.9: the share of the slope that may be left; "wolfe" alone heeds it
    - search: "armijo" (the default), "wolfe" or "fixed": how a trial is judged; fixed is the method of 1988
    - memory: 1, 2, ..., default 10 (Raydan): the losses from which the largest is taken
    - short: False, or True: the shorter of the two rates
    - both_ends: False, or True: the line's start is evaluated again by the batch of every step, at twice the cost

    **Slots**

    g and d: 8 bytes per float32 parameter; `memory` losses, the search's numbers, and how often it restarted.

    **Reference**

    Barzilai and Borwein, Two-point step size gradient methods (1988); Raydan, The Barzilai and Borwein gradient method for the
    large scale unconstrained minimization problem (1997).
    """

    first: Positive = 1.0
    decrease: Inside = 1e-4
    curvature: Inside = 0.9
    search: str = option("armijo")
    memory: int = option(10)
    short: bool = option(False)
    both_ends: bool = option(False)

    def validate(self) -> None:
        super().validate()
        checks.whole(self, memory=1)

    def empty(self, w: Any) -> Memory:
        return {"losses": jnp.full(self.memory, -jnp.inf, w.dtype), "rate": jnp.zeros((), w.dtype)}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        s, y, new = ends.s, ends.after - ends.before, has_curvature(ends)
        over, under = (s @ y, y @ y) if self.short else (s @ s, s @ y)
        losses = jnp.concatenate([memory["losses"][1:], ends.value[None]])
        return {"losses": losses, "rate": jnp.where(new, over / one_if_not(new, under), 0)}

    def direction(self, memory: Memory, ends: Ends) -> Any:
        return -jnp.where(memory["rate"] > 0, memory["rate"], cautious_length(ends.after)) * ends.after

    def reference(self, memory: Memory, value: Any) -> Any:
        return jnp.maximum(value, jnp.max(memory["losses"]))
