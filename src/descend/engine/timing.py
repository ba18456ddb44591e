"""What one training costs: the seconds of each rule's update, and of whatever rules ask of a loss, one lane at a time.

In a race all rules move in one program, whose time says nothing of any one of them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree

from descend.core.numeric import linalg
from descend.problems import Problem
from descend.rules import Oracle, Rule, Usage, move, step

from . import runtime
from .job import batch_size

ROUNDS, FEWEST = 30, 5  # in each of which everything is timed once, so that a busy machine slows all alike
TRIAL, ENOUGH = 0.001, 1.0  # seconds that one measurement should take, and all of them together
MOST, TRIES = 1_000_000, 5  # repetitions in one measurement, and measurements that tell how many it should be
UPDATES = 10_000  # of which `uses` tells what a rule asks for
Once = Callable[[Any], Any]  # a state to the next one


@dataclass(frozen=True)
class Costs:
    """What updates of one training take here, compilation apart: the shortest of some rounds, since other work can only add to it.

    - `seconds`: of one update of each rule
    - `gradient`: those of one gradient
    - `rates`: how many gradients one value, product, Hessian or solve takes; 0 of what no rule asks for
    """

    seconds: tuple[float, ...]
    gradient: float
    rates: Usage


def costs(problem: Problem, rules: Sequence[Rule], batch: int | str | None) -> Costs:
    """Time, on a batch of the race's size and the problem's own parameters, what each rule's update takes, and what rules ask for.

    A rule that asks for more than a gradient has its whole steps timed; of others the gradient is timed once, and each update.
    """
    device = runtime.workers()[0]
    with runtime.like(runtime.settings.jax_enable_x64, device):
        bench = _Bench(problem, batch, device)
        kinds = [name for name in Usage._fields if name != "gradients" and any(asks(rule, name) for rule in rules)]
        bench.add(bench.gradient, bench.params)
        for name in kinds:
            bench.add(*bench.kind(name))
        for rule in rules:
            bench.add(*bench.update(rule))
        with runtime.one_blas_thread():
            shortest = [min(mine) for mine in bench.rounds()]
    gradient, asked, updates = shortest[0], shortest[1 : len(kinds) + 1], shortest[len(kinds) + 1 :]
    rates = {name: mine / gradient for name, mine in zip(kinds, asked, strict=True)}
    seconds = tuple(mine + (0.0 if rule.needs_oracle else gradient) for rule, mine in zip(rules, updates, strict=True))
    return Costs(seconds, gradient, Usage(gradients=1.0, **rates))


def asks(rule: Rule, name: str) -> bool:
    """Whether a rule asks for this field of Usage."""
    return bool(getattr(rule.uses(UPDATES), name))


class _Bench:
    """Programs to be timed side by side: each repeats one thing, and each repetition waits for the last."""

    def __init__(self, problem: Problem, batch: int | str | None, device: Any):
        self.options = runtime.compiler_options(device)
        self.key = jax.random.key(0)
        self.problem = problem
        self.params, self.aux = problem.init(self.key)
        self.rows = _rows(problem, batch, self.key)
        self.programs: list[tuple[Any, Any]] = []

    def add(self, once: Once, state: Any) -> None:
        """Compile what repeats `once` from a state."""
        repeat = jax.jit(lambda n, state: jax.lax.fori_loop(0, n, lambda _, s: once(s), state), compiler_options=self.options)
        program = repeat.lower(1, state).compile()
        jax.block_until_ready(program(1, state))
        self.programs.append((program, state))

    def rounds(self) -> list[list[float]]:
        """The seconds of one repetition of each program, round by round."""
        counts = [_repetitions(*each) for each in self.programs]
        rounds: list[list[float]] = []
        began = time.perf_counter()
        while len(rounds) < FEWEST or (len(rounds) < ROUNDS and time.perf_counter() - began < ENOUGH):
            rounds.append([_time(*each, n) for each, n in zip(self.programs, counts, strict=True)])
        return [list(mine) for mine in zip(*rounds, strict=True)]

    def oracle(self, w: Any) -> tuple[Any, Oracle]:
        """A point and an oracle, of which no compiler knows that the next repetition's is the same."""
        w, rows = jax.lax.optimization_barrier((w, self.rows))
        return w, Oracle(lambda w: self.problem.loss(w, self.aux, rows, self.key))

    def gradient(self, w: Any) -> Any:
        """One gradient, and a tiny step by it, so that the next is another one and none is left out."""
        w, oracle = self.oracle(w)
        return _nudge(w, oracle.gradient(w)[2])

    def kind(self, name: str) -> tuple[Once, Any]:
        """What asks for one of a field of Usage, and its first state."""
        flat, tree = ravel_pytree(self.params)

        def value(w: Any) -> Any:
            w, oracle = self.oracle(w)
            return jax.tree.map(lambda a: a - _TINY * oracle.value(w).astype(a.dtype), w)

        def product(w: Any) -> Any:
            w, oracle = self.oracle(w)
            return _nudge(w, oracle.hvp(w, w))

        def hessian(w: Any) -> Any:
            w, oracle = self.oracle(w)
            return _nudge(w, tree(jnp.sum(oracle.hessian(w), axis=0)))

        def solve(b: Any) -> Any:
            b, matrix = jax.lax.optimization_barrier((b, jnp.eye(flat.size, dtype=flat.dtype) + 1 / (1 + flat.size)))
            return linalg.solve(matrix, b)

        known = {"values": value, "hvps": product, "hessians": hessian, "solves": solve}
        return known[name], flat if name == "solves" else self.params

    def update(self, rule: Rule) -> tuple[Once, Any]:
        """What moves parameters by a rule once, by a given gradient where it asks for no more, and its first state."""
        grads = jax.jit(lambda w: self.oracle(w)[1].gradient(w)[2])(self.params)

        def once(state: Any) -> Any:
            t, params, slots = state
            if rule.needs_oracle:
                params, oracle = self.oracle(params)
                done = step(rule, oracle, params, slots, t)
                return t + 1, done.params, done.slots
            params, slots, _ = move(rule, jax.lax.optimization_barrier(grads), params, slots, t)
            return t + 1, params, slots

        return once, (jnp.int32(1), self.params, rule.init_tree(self.params))


_TINY = 1e-9  # of a step between repetitions


def _nudge(w: Any, g: Any) -> Any:
    return jax.tree.map(lambda a, b: a - (_TINY * b).astype(a.dtype), w, g)


def _repetitions(program: Any, state: Any) -> int:
    """How many repetitions take about as long as one measurement should."""
    n = 1
    while n < MOST and min(_time(program, state, n) for _ in range(TRIES)) * n < TRIAL:
        n *= 4
    return n


def _time(program: Any, state: Any, n: int) -> float:
    """The seconds of one of n repetitions."""
    begin = time.perf_counter()
    jax.block_until_ready(program(n, state))
    return (time.perf_counter() - begin) / n


def _rows(problem: Problem, batch: int | str | None, key: jax.Array) -> Any:
    """A batch of training rows; None where there are none."""
    size = batch_size(problem, batch)
    if problem.endless:
        return problem.draw(key, size or 1)
    if problem.data is None:
        return None
    return jax.tree.map(lambda a: jnp.asarray(a[:size]), problem.data.train)
