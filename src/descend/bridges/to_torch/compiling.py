"""torch.compile for updates: what concerns single numbers, such as b1**t, is worked out once, before the pass over arrays.

Inductor puts it into the loop, where it takes as long as all else.
"""

import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch._inductor.compile_fx import compile_fx
from torch.fx import Graph, GraphModule, Node

DYNAMO = "Dynamo detected a call to a `functools.lru_cache`"  # of array_api_compat's, which are pure


def compiled(update: Callable[..., Any]) -> Callable[..., Any]:
    """The function compiled: once for each structure and type of its arguments, whatever their lengths."""
    made: Any = torch.compile(update, backend=_backend, dynamic=True)

    def call(*args: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", DYNAMO)
            return made(*args)

    return call


def _backend(module: GraphModule, inputs: list[Any]) -> Callable[..., Any]:
    own = GraphModule(torch.nn.Module(), deepcopy(module.graph))  # Dynamo goes on to use its own
    numbers, values = _hoisted(own)
    loop: Any = compile_fx(own, [*inputs, *values])
    return lambda *args: loop(*args, *numbers(*args))


def _hoisted(module: GraphModule) -> tuple[Any, list[Any]]:
    """Take out of a module all that follows from single numbers: as a module of its own, whose values become inputs here."""
    graph, first, copies = module.graph, Graph(), {}
    moved: list[Node] = []
    for node in graph.nodes:
        if node.op == "placeholder":
            last = node
            copies[node] = first.placeholder(node.name)
        elif _number(node) and all(given in moved or _number(given) for given in node.all_input_nodes):
            copies[node] = first.node_copy(node, lambda given: copies[given])
            moved.append(node)
    leave = [node for node in moved if any(user not in moved for user in node.users)]
    first.output(tuple(copies[node] for node in leave))
    for node in leave:
        with graph.inserting_after(last):  # type: ignore[possibly-undefined]
            last = graph.placeholder(f"{node.name}_number")
        last.meta = dict(node.meta)
        node.replace_all_uses_with(last, lambda user: user not in moved)
    for node in reversed(moved):
        graph.erase_node(node)
    module.recompile()
    return GraphModule(torch.nn.Module(), first), [node.meta["example_value"] for node in leave]


def _number(node: Node) -> bool:
    """Whether a node is one number and changes nothing in place."""
    value = node.meta.get("example_value")
    pure = node.op in ("placeholder", "call_function") or (node.op == "call_method" and not str(node.target).endswith("_"))
    return pure and isinstance(value, torch.Tensor) and value.ndim == 0
