from typing import Any

import jax.numpy as jnp

from descend.core.hyper import Inside, Positive, option

from .. import checks
from ..base import rule
from ..search.rule import Ends, Memory, Searcher, cautious_length, one_if_not

FORMS = ("polak_ribiere", "hestenes_stiefel", "fletcher_reeves")


@rule("nonlinear_cg")
class NonlinearCG(Searcher):
    """Conjugate gradients for any loss: minus the gradient and a part of the direction before, with a line search along both.

    **Update**

        d' = -g' + beta d; at the start d = -g
        polak_ribiere: beta = max(0, g'.(g' - g) / g.g); hestenes_stiefel: beta = max(0, g'.(g' - g) / d.(g' - g));
        fletcher_reeves: beta = g'.g' / g.g
        restart, beta = 0: where |g'.g| > 0.2 g'.g', and where d' would not descend
        one evaluation of value and gradient at w + a d; a begins where the loss would fall as much as along the line before,
            at 1 at most
        accepted: w_{t+1} = w + a d, and a new direction is taken; refused: w_{t+1} = w, and another a is tried
        a search that fails takes its best point, or restarts from w along -g

    One step costs one gradient, accepted or not; the first is spent at the start. With mini-batches the values at the two ends
    of the line come from different batches unless both_ends is set, and conjugacy is lost: unsound but for large batches.

    **Hyperparameters**

    - first: (0, inf), default 1: the length first tried along a direction, times the guess
    - decrease: (0, 1), default 0.0001 (Nocedal and Wright): the share of the slope's promise by which the loss must fall
    - curvature: (0, 1), default 0.1 (Nocedal and Wright): the share of the slope that may be left; "wolfe" alone heeds it
    - search: "wolfe" (the default), "armijo" or "fixed": how a trial is judged
    - form: "polak_ribiere" (the default), "hestenes_stiefel" or "fletcher_reeves": beta
    - both_ends: False, or True: the line's start is evaluated again by the batch of every step, at twice the cost

    **Slots**

    g and d: 8 bytes per float32 parameter; the search's numbers, and how often it restarted.

    **Reference**

    Polak and Ribiere, Note sur la convergence de methodes de directions conjuguees (1969); Nocedal and Wright, Numerical
    Optimization (2006), section 5.2.
    """

    first: Positive = 1.0
    decrease: Inside = 1e-4
    curvature: Inside = 0.1
    search: str = option("wolfe")
    form: str = option("polak_ribiere")
    both_ends: bool = option(False)

    def validate(self) -> None:
        super().validate()
        checks.choice(self, form=FORMS)

    def empty(self, w: Any) -> Memory:
        return {"d": jnp.zeros_like(w), "fell": jnp.zeros((), w.dtype)}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        g, y, d = ends.before, ends.after - ends.before, memory["d"]
        flat = abs(ends.after @ g) <= 0.2 * (ends.after @ ends.after)
        if self.form == "fletcher_reeves":
            over, under, flat = ends.after @ ends.after, g @ g, True
        else:
            over, under = ends.after @ y, d @ y if self.form == "hestenes_stiefel" else g @ g
        beta = jnp.where(flat & (under > 0), jnp.maximum(over / one_if_not(under > 0, under), 0), 0)
        fell = -(ends.before @ ends.s)  # what the slope promised along the line
        return {"d": beta * d - ends.after, "fell": fell}

    def direction(self, memory: Memory, ends: Ends) -> Any:
        return memory["d"]

    def first_length(self, memory: Memory, ends: Ends, direction: Any) -> Any:
        slope = -(ends.after @ direction)
        guess = memory["fell"] / one_if_not(slope > 0, slope)
        return jnp.where(memory["fell"] > 0, jnp.minimum(guess, 1), cautious_length(ends.after))
