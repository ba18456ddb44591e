"""A problem's programs as JAX traces them: the loss of some rows, and one update's loss and gradient. Only shapes are used."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr
from jax.interpreters.partial_eval import dce_jaxpr

from descend.problems import Problem

from .products import CONSTANT, Origin
from .walk import Walk


def start(problem: Problem) -> tuple[Any, Any]:
    """The shapes of the parameters and of aux."""
    return jax.eval_shape(problem.init, _key())


def forward(problem: Problem) -> tuple[Walk, int]:
    """What the loss of some rows costs without noise or penalties, and how many rows those are: 1 where there is no data.

    Their number is a prime that divides no other length, so that what goes with it is told from what does not; and few enough
    for rows that are made dense some hundreds at a time. A problem that can only be judged on all its rows is judged on those.
    """
    params, aux = start(problem)
    examples = _examples(problem)

    def loss(params: Any, aux: Any, batch: Any) -> Any:
        return problem.evaluate(params, aux, batch)["loss"]

    if examples is None:
        return _walk(loss, params, aux, None), 1
    prime = _prime_beside([length for leaf in jax.tree.leaves((params, aux, examples)) for length in leaf.shape])
    try:
        return _walk(loss, params, aux, rows(examples, prime)), prime
    except (TypeError, ValueError):
        whole = evaluation_rows(problem)
        return _walk(loss, params, aux, whole), jax.tree.leaves(whole)[0].shape[0]


def update(problem: Problem, size: int | None) -> Walk:
    """What the loss and gradient of one update cost, on a batch of `size` rows (None: all rows, or no data)."""
    params, aux = start(problem)
    return _walk(jax.value_and_grad(problem.loss, has_aux=True), params, aux, batch(problem, size), _key())


def batch(problem: Problem, size: int | None) -> Any:
    """The shapes of a batch of `size` training rows, or of all; None where there are none."""
    data = problem.data
    return None if data is None else rows(data.train, data.rows if size is None else size)


def evaluation_rows(problem: Problem) -> Any:
    """The shapes of the rows that judge: held out, or else those that train; None where there are none."""
    examples = _examples(problem)
    return None if examples is None else rows(examples, len(jax.tree.leaves(examples)[0]))


def _examples(problem: Problem) -> Any:
    data = problem.data
    return None if data is None else data.tuning


def rows(data: Any, size: int) -> Any:
    """The shapes of `size` rows like those of `data`, floats in JAX's current precision."""
    real = jnp.result_type(float)

    def row(a: Any) -> Any:
        return jax.ShapeDtypeStruct((size, *a.shape[1:]), real if jnp.issubdtype(a.dtype, jnp.floating) else a.dtype)

    return jax.tree.map(row, data)


def _key() -> Any:
    return jax.eval_shape(lambda: jax.random.key(0))


def _walk(function: Callable[..., Any], params: Any, aux: Any, batch: Any, *more: Any) -> Walk:
    """A walk over a function of (params, aux, batch, ...), without what its results do not need.

    Where there is no batch, the arrays that the function holds are its data.
    """
    closed = jax.make_jaxpr(function)(params, aux, batch, *more)
    needed, _ = dce_jaxpr(closed.jaxpr, [True] * len(closed.jaxpr.outvars), instantiate=True)
    walk = Walk(CONSTANT if jax.tree.leaves(batch) else None)
    leaves: list[Origin] = [frozenset([i]) for i in range(len(jax.tree.leaves(params)))]
    rest: list[Origin] = [CONSTANT] * len(jax.tree.leaves(aux)) + [None] * len(jax.tree.leaves((batch, more)))
    walk.program(ClosedJaxpr(needed, closed.consts), leaves + rest)
    return walk


def _prime_beside(lengths: Sequence[int]) -> int:
    primes = (n for n in count(401, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))
    return next(n for n in primes if all(length % n for length in lengths if length))
