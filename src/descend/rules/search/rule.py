"""Rules that search along directions: what they share, but for the direction itself."""

from typing import Any, ClassVar, NamedTuple

import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.numeric.trees import select

from .. import checks
from ..oracle import Oracle, Usage
from ..step import OracleRule, Step
from . import SEARCHES
from .line import Line, Trial, start_line

TRIALS = 20  # along one direction
Memory = dict[str, Any]


class Ends(NamedTuple):
    """Two points of a line: the step between them (n,), the gradients (n,) and the later value."""

    s: Any
    before: Any
    after: Any
    value: Any


class Searcher(OracleRule):
    """A rule that takes trials along a direction. One update evaluates one trial, of value and gradient, and moves there or not;
    the first evaluates the start.

    Subclasses give three pure methods on vectors (n,): `empty(n)`, the memory of the first direction; `learn(memory, ends)`
    after a step; `direction(memory, g, ends)`. Their fields include `search`, `decrease`, `curvature`, `first` and `both_ends`.
    """

    needs_curvature: ClassVar[bool] = False
    tries: ClassVar[bool] = True
    meanings: ClassVar = {"d": "velocity"}

    search: str
    decrease: Any
    curvature: Any
    first: Any
    both_ends: bool

    @property
    def velocity_is_step(self) -> bool:
        return True

    def validate(self) -> None:
        checks.choice(self, search=tuple(SEARCHES))

    def empty(self, w: Any) -> Memory:
        """The memory of a start at w (n,), and after a failed search."""
        return {}

    def learn(self, memory: Memory, ends: Ends) -> Memory:
        """The memory after a step that was taken."""
        return memory

    def direction(self, memory: Memory, ends: Ends) -> Any:
        """Where to go from the later point; one that does not descend is replaced by minus the gradient."""
        return -ends.after

    def first_length(self, memory: Memory, ends: Ends, direction: Any) -> Any:
        """The length of the first trial along the direction, in its own length; `first` times this is tried."""
        return jnp.ones_like(ends.value)

    def reference(self, memory: Memory, value: Any) -> Any:
        """The value that trials must lie below."""
        return value

    def uses(self, steps: Any) -> Usage:
        return Usage(gradients=2 * steps if self.both_ends else steps)

    def init(self, w: Any) -> dict[str, Any]:
        w, _ = ravel_pytree(w)
        zero = jnp.zeros((), w.dtype)
        nothing = jnp.zeros_like(w)
        line = start_line(zero, zero + jnp.inf, zero)._asdict()
        memory = self.empty(w)
        return {"g": nothing, "d": nothing, "value": zero + jnp.inf, "restarts": zero, "line": line, "memory": memory}

    def step(self, oracle: Oracle, params: Any, slots: Any, t: Any) -> Step:
        w, tree = ravel_pytree(params)
        line, d = Line(**slots["line"]), slots["d"]
        value0, g0 = (slots["value"], slots["g"])
        if self.both_ends:
            value0, g0 = self._again(oracle, params, slots)
            line = line._replace(low_value=jnp.where(line.low == 0, value0, line.low_value))
        trial = w + line.length * d
        value, aux, gradient = oracle.gradient(tree(trial))
        value, g = value.astype(w.dtype), ravel_pytree(gradient)[0]
        ends = Ends(trial - w, g0, g, value)
        accepted, line = self._judge(line, ends, value0, d, slots["memory"])
        refused_slots = {**slots, "value": value0, "g": g0, "line": line._asdict()}
        accepted_slots = self._accept(slots, ends)
        after = select(accepted, accepted_slots, self._refuse(refused_slots, line))
        change = jnp.where(accepted, ends.s, 0)
        seen = jnp.isfinite(value0)
        shown = tree(jnp.where(seen, g0, g))
        return Step(tree(w + change), after, tree(change), jnp.where(seen, value0, value), aux, shown)

    def _again(self, oracle: Oracle, params: Any, slots: Any) -> tuple[Any, Any]:
        """Value and gradient at the start of the line by this step's batch; the first update's trial is the start itself."""
        value, _, gradient = oracle.gradient(params)
        began = jnp.isfinite(slots["value"])
        g = ravel_pytree(gradient)[0]
        return jnp.where(began, value.astype(g.dtype), slots["value"]), jnp.where(began, g, slots["g"])

    def _judge(self, line: Line, ends: Ends, value0: Any, d: Any, memory: Memory) -> tuple[Any, Line]:
        trial = Trial(ends.value, ends.after @ d, value0, ends.before @ d, self.reference(memory, value0))
        accepted, after = SEARCHES[self.search](line, trial, self.decrease, self.curvature)
        sound = jnp.isfinite(ends.value) & jnp.isfinite(ends.after).all()
        begins = ~jnp.isfinite(value0)
        settled = (line.last > 0) & (ends.value <= trial.reference)
        still = (ends.before @ ends.before == 0) & (ends.value <= value0)
        return sound & (accepted | begins | settled | still), after

    def _accept(self, slots: Any, ends: Ends) -> dict[str, Any]:
        """The slots after a trial that was accepted: a line along a new direction."""
        memory = self.learn(slots["memory"], ends)
        d = self.direction(memory, ends)
        down = (d @ ends.after < 0) & jnp.isfinite(d).all()
        memory = select(down, memory, self.empty(ends.after))
        d = jnp.where(down, d, -ends.after)
        first = jnp.where(down, self.first_length(memory, ends, d), cautious_length(ends.after))
        line = start_line(self.first * first, ends.value, ends.after @ d)
        again = slots["restarts"] + ~down * (ends.after @ ends.after > 0)
        return {"g": ends.after, "d": d, "value": ends.value, "restarts": again, "line": line._asdict(), "memory": memory}

    def _refuse(self, slots: Any, line: Line) -> dict[str, Any]:
        """The slots after a trial that was refused. A search that ends takes its best point, or starts anew from the old one."""
        over = (line.trials >= TRIALS) | (line.last > 0) | (abs(line.high - line.low) <= _least(line))
        began = jnp.isfinite(slots["value"])
        best = over & (line.low > 0) & (line.last == 0)
        anew = over & ~best & began
        line = line._replace(
            length=jnp.where(best, line.low, line.length), last=jnp.where(best, 1.0, line.last).astype(line.last.dtype)
        )
        d = -slots["g"]
        fresh = start_line(self.first * cautious_length(slots["g"]), slots["value"], slots["g"] @ d)
        restart = {**slots, "d": d, "line": fresh._asdict(), "memory": self.empty(slots["g"]), "restarts": slots["restarts"] + 1}
        return select(anew, restart, {**slots, "line": line._asdict()})


def cautious_length(g: Any) -> Any:
    """A first length along minus a gradient, of which nothing is known: no more than one in all."""
    norm = jnp.linalg.norm(g)
    return jnp.where(norm > 1, 1 / jnp.where(norm > 1, norm, 1), jnp.ones_like(norm))


def _least(line: Line) -> Any:
    return 4 * jnp.finfo(line.low.dtype).eps * jnp.maximum(line.low, jnp.finfo(line.low.dtype).tiny)


def one_if_not(test: Any, x: Any) -> Any:
    """x where the test holds, and 1, to divide by, elsewhere."""
    return jnp.where(test, x, jnp.ones_like(x))
