"""The parameters of a problem in parts: its layers by name, or where they stand in their tree."""

from collections import Counter
from typing import Any

import jax
from jax.tree_util import SequenceKey, keystr

from descend.problems import Problem


def parts(problem: Problem, params: Any) -> dict[str, list[int]]:
    """Which leaves of the parameters each part has, by name; every leaf is in one part, and parts come in the leaves' order.

    Leaves that the problem's `layers` do not name go by their path: those below one branch together; those at the top, and
    matrices in a list, alone.
    """
    names = dict(enumerate(_branches(params)))
    if type(problem).layers is not Problem.layers:
        numbered = jax.tree.unflatten(jax.tree.structure(params), range(len(names)))
        names |= {i: name for name, part in problem.layers(numbered).items() for i in jax.tree.leaves(part)}
    places: dict[str, list[int]] = {}
    for i, name in names.items():
        places.setdefault(name, []).append(i)
    return places


def _branches(params: Any) -> list[str]:
    """The name of each leaf's part, by its path."""
    leaves = jax.tree.leaves_with_path(params)
    matrices = Counter(path[:-1] for path, leaf in leaves if leaf.ndim > 1 and isinstance(path[-1], SequenceKey))
    together = [len(path) > 1 and matrices[path[:-1]] < 2 for path, _ in leaves]
    paths = [path[:-1] if joined else path for (path, _), joined in zip(leaves, together, strict=True)]
    return [keystr(path, simple=True, separator=".") or "parameters" for path in paths]
