"""descend.explain: everything counted, put together."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import jax

from descend.core.numbers import whole
from descend.engine import batch_size
from descend.problems import Problem, find
from descend.rules import Rule
from descend.study import field

from . import lanes as lane
from . import traced
from .explanation import Explanation, Layer
from .parts import parts
from .walk import Product


def explain(
    problem: Problem | str,
    rules: str | Rule | Sequence[str | Rule] | Mapping[str, str | Rule] = "textbook",
    *,
    batch: int | str | None = None,
    lanes: int | None = None,
) -> Explanation:
    """What a problem costs, counted from its traced program; nothing is trained, and beside the data nothing is allocated.

    - `problem`: a Problem, a name such as "digits", or "FILE:TARGET"
    - `rules`: whose memory is counted, as `descend.race` takes them
    - `batch`: rows of an update, or "full"; the problem's own unless given
    - `lanes`: how many lanes to count the memory of, at least 1

    Raises BadInput for what does not exist or fit.
    """
    problem, chosen = find(problem), field.named(rules)
    size = batch_size(problem, batch)
    lanes = None if lanes is None else whole("lanes", lanes)
    params, _ = traced.start(problem)
    leaves = jax.tree.leaves(params)
    forward, rows = traced.forward(problem)
    update = traced.update(problem, size)
    named = {} if problem.data is None and len(leaves) == 1 else parts(problem, params)
    fixed = sum(p.macs * p.times for p in forward.products if p.macs * p.times % rows)
    width, programs = lane.planned(problem, chosen, size)
    table = _table(named, leaves, forward.products, rows)
    return Explanation(
        problem=problem.title,
        rows=table,
        layers=sum(bool(row.kind and row.parameters) for row in table),
        parameters=sum(leaf.size for leaf in leaves),
        parameter_bytes=lane.size(leaves),
        macs=(forward.macs - fixed) // rows,
        fixed_macs=fixed,
        operations=forward.operations // rows,
        activation_bytes=_bytes(forward.products, rows),
        batch=None if problem.data is None else size or problem.data.rows,
        update_macs=update.macs,
        update_operations=update.operations,
        rules=lane.memories(problem, chosen),
        width=width,
        programs=programs,
        lanes=lanes,
        notes=tuple(forward.unknown | update.unknown),
    )


def _table(named: dict[str, list[int]], leaves: list[Any], products: list[Product], rows: int) -> tuple[Layer, ...]:
    """A row for each part, and a last one for products that read no part, or several, if there are any."""
    owner = {i: name for name, indices in named.items() for i in indices}
    of: dict[str | None, list[Product]] = {}
    for product in products if named else []:
        owners = {owner[i] for i in product.leaves}
        of.setdefault(owners.pop() if len(owners) == 1 else None, []).append(product)
    found = [_layer(name, [leaves[i] for i in indices], of.get(name, []), rows) for name, indices in named.items()]
    return tuple(found + ([_layer("between layers", [], of[None], rows)] if None in of else []))


def _layer(name: str, leaves: list[Any], products: list[Product], rows: int) -> Layer:
    words = dict.fromkeys(_words(product, rows) for product in products)
    return Layer(
        name=name,
        kind=" + ".join(dict.fromkeys(product.kind for product in products)),
        what=" + ".join(words) if len(words) < 3 else f"{len(products)} products",
        output=_row(products[-1].shape, rows) if products else None,
        parameters=sum(leaf.size for leaf in leaves),
        macs=sum(p.macs * p.times // rows for p in products if p.macs * p.times % rows == 0),
        parameter_bytes=lane.size(leaves),
        activation_bytes=_bytes(products, rows),
    )


def _words(product: Product, rows: int) -> str:
    inside, outside = product.fan
    if product.kind == "convolution":
        return f"convolution {' x '.join(map(str, product.kernel))}, {inside} to {outside}"
    if product.kind == "look-up":
        return f"look-up, {inside} rows of {outside}"
    return f"dense, {inside} to {outside}"


def _row(shape: tuple[int, ...], rows: int) -> tuple[int, ...]:
    """The part of a shape that belongs to one row."""
    if rows == 1:
        return shape
    kept = list(shape)
    for i, length in enumerate(shape):
        if length and length % rows == 0:
            kept[i] = length // rows
            return tuple(kept[:i] + kept[i + 1 :] if kept[i] == 1 else kept)
    return shape


def _bytes(products: list[Product], rows: int) -> int:
    return sum(prod(product.shape) * product.itemsize * product.times for product in products) // rows
