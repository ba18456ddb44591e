"""The parameters of a problem in parts: its layers by name, or where they stand in their tree."""

from typing import Any

import jax
from jax.tree_util import keystr

from descend.problems import Problem


def parts(problem: Problem, params: Any) -> dict[str, list[int]]:
    """Which leaves of the parameters each part has, by name; every leaf is in one part, and parts come in the leaves' order.

    Leaves that the problem's `layers` do not name go by their path: those below one branch together, those at the top alone.
    """
    paths = [path for path, _ in jax.tree.leaves_with_path(params)]
    names = {i: _branch(path) for i, path in enumerate(paths)}
    if type(problem).layers is not Problem.layers:
        numbered = jax.tree.unflatten(jax.tree.structure(params), range(len(paths)))
        names |= {i: name for name, part in problem.layers(numbered).items() for i in jax.tree.leaves(part)}
    found: dict[str, list[int]] = {}
    for i, name in names.items():
        found.setdefault(name, []).append(i)
    return found


def _branch(path: Any) -> str:
    above = path[:-1] if len(path) > 1 else path
    return keystr(above, simple=True, separator=".") or "parameters"
