"""A PyTorch module's graph as plain values, and how it runs in JAX. Nothing here needs PyTorch."""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from descend.core.errors import BadValue, short

from .torch_operations import OPERATIONS, columns


@dataclass(frozen=True)
class Ref:
    """What a node or an input of this name gave."""

    name: str


@dataclass(frozen=True)
class Node:
    """One operation: its arguments are values, Refs, and lists of these.

    `layer` is the submodule it stands in, `place` is that and where the person's code asks for it.
    """

    name: str
    operation: str
    arguments: tuple[Any, ...]
    named: Mapping[str, Any]
    place: str = ""
    layer: str = ""


@dataclass(frozen=True)
class Graph:
    """What a module computes in one mode.

    - `params`, `buffers`: the name of each in the graph to its name in the module
    - `inputs`: the names of what it is given, in order
    - `constants`: arrays by name
    - `output`: a tree of Refs and values
    - `updates`: buffers by their names in the module, to what they become
    """

    nodes: tuple[Node, ...]
    output: Any
    inputs: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict)
    buffers: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, np.ndarray] = field(default_factory=dict)
    updates: Mapping[str, Ref] = field(default_factory=dict)

    def __call__(
        self, params: Mapping[str, Any], buffers: Mapping[str, Any], inputs: Any, key: jax.Array | None
    ) -> tuple[Any, dict[str, Any]]:
        """The outputs, and the buffers after them. Without a key nothing is left to chance: what is drawn is its mean."""
        values = self.values(params, buffers, inputs, key)
        after = {
            name: jnp.asarray(columns.rows_first(_resolve(ref, values)), buffers[name].dtype) for name, ref in self.updates.items()
        }
        return columns.rows_first(_resolve(self.output, values)), {**buffers, **after}

    def values(self, params: Mapping[str, Any], buffers: Mapping[str, Any], inputs: Any, key: jax.Array | None) -> dict[str, Any]:
        """What every input and node gives, by its name: arrays, or columns."""
        values = {name: _constant(array) for name, array in self.constants.items()}
        values |= {name: params[target] for name, target in self.params.items()}
        values |= {name: buffers[target] for name, target in self.buffers.items()}
        values |= {name: jnp.asarray(value) for name, value in zip(self.inputs, inputs, strict=True)}
        for number, node in enumerate(self.nodes):
            mine = None if key is None else jax.random.fold_in(key, number)
            values[node.name] = _apply(node, values, mine)
        return values

    @property
    def draws(self) -> bool:
        """Whether anything in it is left to chance, such as dropout."""
        known = (OPERATIONS.get(node.operation) for node in self.nodes)
        return any(each is not None and each.draws and _random(node) for each, node in zip(known, self.nodes, strict=True))


def _random(node: Node) -> bool:
    """Whether an operation that may draw does: attention has a share of dropout that is mostly 0."""
    if node.operation == "scaled_dot_product_attention.default":
        share = node.named.get("dropout_p", node.arguments[4] if len(node.arguments) > 4 else 0.0)
        return share != 0.0
    if node.operation in ("lstm.input", "gru.input", "rnn_tanh.input", "rnn_relu.input"):
        return bool(node.arguments[-5] > 1 and node.arguments[-4] and node.arguments[-3])
    return True


def _constant(array: np.ndarray) -> Any:
    return jnp.asarray(array, float if np.issubdtype(array.dtype, np.floating) else None)


def _resolve(tree: Any, values: Mapping[str, Any]) -> Any:
    """A tree of arguments with values in place of Refs."""
    if isinstance(tree, Ref):
        return values[tree.name]
    if isinstance(tree, list | tuple):
        parts = [_resolve(part, values) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return {name: _resolve(part, values) for name, part in tree.items()} if isinstance(tree, dict) else tree


def _apply(node: Node, values: Mapping[str, Any], key: jax.Array | None) -> Any:
    arguments, named = _resolve(node.arguments, values), _resolve(dict(node.named), values)
    if node.operation in PYTHON:
        return PYTHON[node.operation](*arguments)
    found = OPERATIONS[node.operation]
    try:
        return columns.apply(node.operation, found, (key,) if found.draws else (), arguments, named)
    except BadValue:
        raise
    except Exception as error:
        what = f"{short(error, str, 100)} ({type(error).__name__})"
        raise BadValue(f"torch: {node.operation} does not run in JAX with what it is given{at(node.place)}: {what}") from error


def at(place: str) -> str:
    """The place of an operation, as it stands in a sentence."""
    return f", at {place}" if place else ""


def _choose(condition: Any, one: Any, other: Any) -> Any:
    return one if condition else other


PYTHON: dict[str, Callable[..., Any]] = {
    **{f"python.{name}": getattr(operator, name) for name in ("add", "sub", "mul", "floordiv", "truediv", "mod", "neg", "pow")},
    **{f"python.{name}": getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge", "and_", "or_", "not_")},
    "python.getitem": operator.getitem,
    **{f"python.{name}": getattr(math, name) for name in ("floor", "ceil", "trunc", "sqrt")},
    "python.round": round,
    "python.sym_max": max,
    "python.sym_min": min,
    "python.sym_float": float,
    "python.sym_int": int,
    "python.sym_not": operator.not_,
    "python.sym_ite": _choose,
    "python.sym_sum": sum,
}  # what is computed from the number of rows, which JAX knows when it traces
