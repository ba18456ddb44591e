"""What a program writes down on its way, every few steps: arrays of lanes behind an axis of spots."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from descend.problems import Problem

from .axes import flat, join_blocks, norm
from .shape import Shape


class Step(NamedTuple):
    """One step of all lanes: the losses before it, and trees a block of the weights before it, their gradients and changes."""

    losses: jax.Array
    weights: Sequence[Any]
    gradients: Sequence[Any]
    changes: Sequence[Any]


def blank(problem: Problem, shape: Shape, lanes: dict[str, Any]) -> dict[str, jax.Array]:
    """Room for the records of a segment."""
    spots = (shape.room // shape.every, *lanes["finite"].shape)
    tails: dict[str, tuple[int, ...]] = {"loss": (), "gradient_norm": (), "update_norm": ()}
    if shape.keep_params:
        tails["params"] = (sum(jnp.size(a[0, 0]) for a in jax.tree.leaves(lanes["params"][0])),)
    if shape.health:
        layers = (len(problem.layers(lanes["params"][0])),)
        tails |= {"weight_norms": layers, "gradient_norms": layers, "update_norms": layers}
    return {name: jnp.zeros((*spots, *tail), jnp.result_type(float)) for name, tail in tails.items()}


def write(problem: Problem, shape: Shape, first: Any, i: Any, records: dict[str, Any], step: Step) -> dict[str, Any]:
    """Enter the i-th step of those from `first` on, where it is one to record."""

    def enter(records: dict[str, Any]) -> dict[str, Any]:
        values = _measure(problem, shape, step)
        return {name: records[name].at[spot].set(values[name]) for name in records}

    if shape.every == 1:
        spot = i
        return enter(records)
    spot = (first + i) // shape.every - -(-first // shape.every)
    return lax.cond((first + i) % shape.every == 0, enter, lambda records: records, records)


def _measure(problem: Problem, shape: Shape, step: Step) -> dict[str, jax.Array]:
    values = {"loss": step.losses, "gradient_norm": _all(norm, step.gradients), "update_norm": _all(norm, step.changes)}
    if shape.keep_params:
        values["params"] = _all(flat, step.weights)
    if shape.health:
        parts = {"weight_norms": step.weights, "gradient_norms": step.gradients, "update_norms": step.changes}
        values |= {name: _all(lambda tree: _layer_norms(problem, tree), blocks) for name, blocks in parts.items()}
    return values


def _all(of: Callable[[Any], jax.Array], blocks: Sequence[Any]) -> jax.Array:
    """What a function says of the lanes of every block: joined after it, when little is left to copy."""
    return join_blocks([of(tree) for tree in blocks])


def _layer_norms(problem: Problem, tree: Any) -> jax.Array:
    return jnp.stack([norm(layer) for layer in problem.layers(tree).values()], axis=-1)
