"""What one training costs in time: the seconds of a gradient, and of each rule's update, measured one lane at a time.

In a race all rules move in one program, whose time says nothing of any one of them.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from descend.problems import Problem
from descend.rules import Oracle, Rule, move, step

from . import runtime
from .job import batch_size

UPDATES, TRIALS = 50, 5  # updates of one measurement, of which the fastest counts


def seconds_per_update(problem: Problem, rules: Sequence[Rule], batch: int | str | None) -> list[float]:
    """For each rule the seconds that one update of one training takes here, gradient and all, with compilation apart.

    The gradient is timed once, on a batch of the race's size, and each rule's update on the problem's own parameters; a rule
    that asks for more has its whole steps timed. The smallest of a few measurements counts: other work on the machine can only
    add to it.
    """
    device = runtime.workers()[0]
    with runtime.like(runtime.settings.jax_enable_x64, device):
        key = jax.random.key(0)
        params, aux = problem.init(key)
        rows = _rows(problem, batch, key)
        oracle = Oracle.of(problem, aux, rows, key)
        slope = _fastest(jax.jit(lambda w: _repeated(lambda w, _: jax.tree.map(_tiny, w, oracle.gradient(w)[2]), w)), params)
        grads = jax.jit(lambda w: oracle.gradient(w)[2])(params)
        return [
            _fastest(_moving(rule, lambda rule, *state: step(rule, oracle, *state)), params)
            if rule.needs_oracle
            else slope + _fastest(_moving(rule, lambda rule, *state: move(rule, grads, *state)), params)
            for rule in rules
        ]


def _rows(problem: Problem, batch: int | str | None, key: jax.Array) -> Any:
    """A batch of training rows; None where there are none."""
    size = batch_size(problem, batch)
    if problem.endless:
        return problem.draw(key, size or 1)
    if problem.data is None:
        return None
    return jax.tree.map(lambda a: jnp.asarray(a[:size]), problem.data.train)


def _moving(rule: Rule, once: Callable[..., Any]) -> Callable[[Any], Any]:
    """Some updates of a rule from parameters, each by `once(rule, params, slots, t)`, which gives params and slots first."""

    @jax.jit
    def run(params: Any) -> Any:
        return _repeated(lambda state, t: once(rule, *state, t + 1)[:2], (params, rule.init_tree(params)))

    return run


def _tiny(w: jax.Array, g: jax.Array) -> jax.Array:
    """A tiny step, so that the next gradient is another one and none is left out."""
    return w - 1e-9 * g


def _repeated(update: Callable[[Any, Any], Any], state: Any) -> Any:
    return jax.lax.fori_loop(0, UPDATES, lambda t, state: update(state, t), state)


def _fastest(run: Callable[[Any], Any], params: Any) -> float:
    """The seconds of one update in the fastest of some trials, after one that compiles."""
    jax.block_until_ready(run(params))
    times = []
    for _ in range(TRIALS):
        begin = time.perf_counter()
        jax.block_until_ready(run(params))
        times.append(time.perf_counter() - begin)
    return min(times) / UPDATES
