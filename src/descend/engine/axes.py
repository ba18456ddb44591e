"""Arithmetic on trees of lanes, whose arrays have two leading axes (seeds, settings)."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from descend.problems import Problem
from descend.rules import Rule


def norm(tree: Any) -> jax.Array:
    """The Euclidean norm over a tree, for each lane: (seeds, settings)."""
    squares = [a.astype(jnp.result_type(float)) ** 2 for a in jax.tree.leaves(tree)]
    return jnp.sqrt(sum(jnp.sum(a, axis=tuple(range(2, a.ndim))) for a in squares))


def join_blocks(trees: Sequence[Any]) -> Any:
    """The blocks' trees as one, lane after lane."""
    return trees[0] if len(trees) == 1 else jax.tree.map(lambda *a: jnp.concatenate(a, axis=1), *trees)


def flat(tree: Any) -> jax.Array:
    """Each lane's parameters as one vector: (seeds, settings, numbers)."""
    return jnp.concatenate([a.reshape(*a.shape[:2], -1) for a in jax.tree.leaves(tree)], axis=2)


def spread(tree: Any, count: int) -> Any:
    """A tree of seeds for each of `count` settings."""
    return jax.tree.map(lambda a: jnp.broadcast_to(a[:, None], (a.shape[0], count, *a.shape[1:])), tree)


def each(method: Callable[..., Any], rule: Rule | tuple[Rule, Any], *last: Any) -> Callable[..., Any]:
    """A rule's tree method for all lanes: hyperparameters, and what comes with the rule, differ by setting, arrays by both."""

    def lane(rule: Any, *arrays: Any) -> Any:
        return method(rule, *arrays, *last)

    def map_lanes(*arrays: Any) -> Any:
        inner = jax.vmap(lane, (0,) * (1 + len(arrays)))
        return jax.vmap(inner, (None,) + (0,) * len(arrays))(rule, *arrays)

    return map_lanes


def over(problem: Problem, of: Callable[[Problem], Callable[..., Any]], inner: tuple[Any, ...], outer: tuple[Any, ...]) -> Any:
    """The function `of(problem)` for all lanes: their own numbers of the problem come before its arguments.

    `inner` and `outer` are the axes of the arguments that are settings and seeds, None where they share one.
    """

    def lane(numbers: Any, *arguments: Any) -> Any:
        return of(problem.at(numbers))(*arguments)

    return jax.vmap(jax.vmap(lane, (0, *inner)), (None, *outer))
